package botmaker.image;

import botmaker.http.EventSource;
import botmaker.http.EventStream;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// One watcher of the work: messages `{"step","detail","current","total"}` and in the end `done` `{"image":…}` or `failed`
/// `{"detail","output":[…]}`. To leave does not end the work.
record ImageEvents(ImageSupply supply, ImageWork work) implements EventSource {
    private static final Duration WAIT = Duration.ofMinutes(1);

    /// A fetch tells of every few kilobytes: more often than this nobody can see.
    private static final Duration BETWEEN = Duration.ofMillis(100);

    @Override
    public void stream(EventStream out) throws IOException, InterruptedException {
        ImageWork.View view = work.now();
        while (view.outcome().isEmpty()) {
            out.send(Optional.empty(), Optional.empty(), view.progress().toJson().toString());
            out.flush();
            Thread.sleep(BETWEEN);
            view = work.after(view.number(), WAIT);
        }
        ImageWork.Outcome outcome = view.outcome().get();
        if (outcome.problem().isPresent()) {
            send(out, "failed", Json.object().put("detail", outcome.problem().get())
                    .put("output", Json.strings(outcome.output())).build());
        } else {
            send(out, "done", Json.object().put("image", supply.toJson(true)).build());
        }
        out.flush();
    }

    private static void send(EventStream out, String event, JsonValue data) throws IOException {
        out.send(Optional.of(event), Optional.empty(), data.toString());
    }

    @Override
    public void close() {
        // the work goes on
    }
}
