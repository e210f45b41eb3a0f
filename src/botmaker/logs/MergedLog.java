package botmaker.logs;

import botmaker.docker.Engine;
import botmaker.http.ConcurrencyLimit;
import botmaker.http.EventStream;
import botmaker.http.Response;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The logs of several bots as one event stream, in the order of time; of each bot, in the order of its log.
record MergedLog(Engine engine, LoggedBots bots, List<String> botIds, LogRequest<Map<String, Position>> request,
        ConcurrencyLimit.Lease lease) implements Response.Source<EventStream> {

    private static final Pattern BOT = Pattern.compile("[A-Za-z0-9._~-]{1,64}");
    private static final int MAX_ID = 4096;

    /// Parses a place in the merged log, which holds a position for each bot that has sent a line. It comes from the `id:` of a line's
    /// event, and reads `<bot>:<position>,<bot>:<position>`.
    ///
    /// @return by bot id; empty for any other text
    static Optional<Map<String, Position>> positions(String text) {
        if (text.length() > MAX_ID) {
            return Optional.empty();
        }
        Map<String, Position> positions = new HashMap<>();
        for (String part : text.split(",", -1)) {
            int colon = part.indexOf(':');
            Optional<Position> position = Position.parse(part.substring(colon + 1));
            if (colon < 0 || position.isEmpty() || !BOT.matcher(part.substring(0, colon)).matches()
                    || positions.put(part.substring(0, colon), position.get()) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(positions);
    }

    @Override
    public void writeTo(EventStream out) throws IOException, InterruptedException {
        Merge merge = new Merge();
        Map<String, String> places = new LinkedHashMap<>();
        List<Thread> followers = new ArrayList<>();
        for (String botId : botIds) {
            Optional<Position> after = request.after().flatMap(positions -> Optional.ofNullable(positions.get(botId)));
            after.ifPresent(position -> places.put(botId, botId + ":" + position));
            Merge.Input input = merge.input(botId, bots.redaction(botId));
            LogRequest<Position> own = new LogRequest<>(after, request.tail(), request.since(), request.follow());
            followers.add(Thread.ofVirtual().name("log-of-" + botId).unstarted(() -> follow(botId, own, merge, input)));
        }
        followers.forEach(Thread::start);
        try {
            copy(merge, places, out);
        } finally {
            followers.forEach(Thread::interrupt);
            for (Thread follower : followers) {
                follower.join();
            }
        }
        String end = request.follow() ? "deleted" : "complete";
        send(out, "end", Json.object().put("reason", end).build());
        out.flush();
    }

    /// Sends what comes. The id covers every bot that is known; it is sent alone when a position changed without a line, so that a
    /// client that reconnects before the first line misses none.
    private void copy(Merge merge, Map<String, String> places, EventStream out) throws IOException, InterruptedException {
        boolean more = true;
        while (more) {
            boolean moved = false;
            for (Optional<Merge.Item> it = merge.poll(); it.isPresent(); it = merge.poll()) {
                Merge.Item item = it.get();
                boolean known = item.after().isEmpty()
                        || places.put(item.botId(), item.botId() + ":" + item.after().get()) != null;
                if (item.data().isEmpty()) {
                    moved = true;
                    if (!known && request.after().isPresent() && !item.after().orElseThrow().isStart()) {
                        send(out, "gap", Json.object().put("reason", "unknown")
                                .put("detail", "Lines of this bot from before the reconnection may be missing.").put("b", item.botId()).build());
                    }
                } else if (item.event().isEmpty()) {
                    out.send(Optional.empty(), Optional.of(id(places)), item.data().get());
                    moved = false;
                } else {
                    out.send(item.event(), Optional.empty(), item.data().get());
                }
            }
            if (moved) {
                out.position(id(places));
            }
            out.flush();
            more = merge.await();
        }
    }

    private static void send(EventStream out, String event, JsonObject data) throws IOException {
        out.send(Optional.of(event), Optional.empty(), data.toString());
    }

    private static String id(Map<String, String> places) {
        return String.join(",", places.values());
    }

    private void follow(String botId, LogRequest<Position> own, Merge merge, Merge.Input input) {
        try {
            String end = new Follower(engine, bots, botId, own, input, Optional.empty()).run();
            if (end.equals("deleted")) {
                input.event("removed", Json.object().build());
            }
        } catch (IOException e) {
            throw new AssertionError("an input does no I/O", e);
        } catch (InterruptedException _) {
            // the reader has left
        } catch (RuntimeException e) {
            merge.fail(e);
        } finally {
            input.end();
        }
    }

    @Override
    public void close() {
        lease.close();
    }
}
