package botmaker.image;

import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import java.util.List;

/// `POST /api/system/image`: begins to get the image, or joins those who watch it being got.
record ImageRoutes(ImageSupply supply) {
    List<Route> routes() {
        return List.of(Route.post("/api/system/image", this::start));
    }

    private Response start(Request rq) {
        return Response.events(new ImageEvents(supply, supply.start()));
    }
}
