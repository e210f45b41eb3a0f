package botmaker.pairing;

import static botmaker.http.Response.ok;
import static botmaker.http.Route.get;
import static botmaker.http.Route.post;

import botmaker.bot.model.BotId;
import botmaker.bot.model.Fields;
import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.pairing.PairingCommands.PairingRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Pairing requests over HTTP.
public final class PairingRoutes {
    private final PairingQueue pairings;

    public PairingRoutes(PairingQueue pairings) {
        this.pairings = pairings;
    }

    public List<Route> routes() {
        return List.of(
                get("/api/bots/{id}/pairing", rq -> ok(json(pairings.list(BotId.require(rq.parameter("id")))))),
                post("/api/bots/{id}/pairing/{code}", this::decide));
    }

    private Response decide(Request rq) throws InterruptedException {
        String code = rq.parameter("code");
        if (!PairingCommands.isCode(code)) {
            throw new Failure.NotFound("There is no pairing request with this code.");
        }
        return ok(json(pairings.decide(BotId.require(rq.parameter("id")), code, approve(rq.json()))));
    }

    private static boolean approve(JsonValue body) {
        List<FieldError> errors = new ArrayList<>();
        Fields fields = Fields.of(body, errors);
        Optional<Boolean> approve = fields.flag("approve");
        fields.end();
        if (approve.isEmpty() && errors.isEmpty()) {
            errors.add(new FieldError("/approve", "This field is required."));
        }
        if (!errors.isEmpty()) {
            throw new Failure.Invalid(errors);
        }
        return approve.orElseThrow();
    }

    private static JsonValue json(List<PairingRequest> requests) {
        return Json.object().put("requests", Json.array(requests.stream().map(request -> Json.object()
                .put("code", request.code())
                .put("sender", request.sender())
                .put("name", request.name())
                .put("at", request.at().toString())
                .build()).toList())).build();
    }
}
