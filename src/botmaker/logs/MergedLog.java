package botmaker.logs;

import botmaker.docker.Engine;
import botmaker.http.EventSource;
import botmaker.http.EventStream;
import botmaker.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The logs of several bots as one event stream, in the order of time; of each bot, in the order of its log.
record MergedLog(Engine engine, LoggedBots bots, List<String> botIds, LogRequest<BotPositions> request,
        Function<String, LineFilter> filters, Slots.Lease lease) implements EventSource {

    @Override
    public void stream(EventStream out) throws IOException, InterruptedException {
        Merge merge = new Merge();
        Map<String, String> places = new LinkedHashMap<>();
        request.after().ifPresent(after -> botIds.forEach(id ->
                after.of(id).ifPresent(position -> places.put(id, id + ":" + position))));
        List<Thread> followers = new ArrayList<>();
        for (String botId : botIds) {
            Lane lane = merge.lane(botId, filters.apply(botId));
            followers.add(Thread.ofVirtual().name("log-of-" + botId).unstarted(() -> follow(botId, merge, lane)));
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
        out.send(Optional.of("end"), Optional.empty(), Json.object().put("reason", end).build().toString());
        out.flush();
    }

    private static void copy(Merge merge, Map<String, String> places, EventStream out) throws IOException, InterruptedException {
        boolean more = true;
        while (more) {
            for (Optional<Lane.Item> it = merge.poll(); it.isPresent(); it = merge.poll()) {
                Lane.Item item = it.get();
                item.after().ifPresent(position -> places.put(item.botId(), item.botId() + ":" + position));
                if (item.data().isPresent()) {
                    boolean line = item.event().isEmpty();
                    Optional<String> id = line ? Optional.of(String.join(",", places.values())) : Optional.empty();
                    out.send(item.event(), id, item.data().get());
                }
            }
            out.flush();
            more = merge.await();
        }
    }

    private void follow(String botId, Merge merge, Lane lane) {
        try {
            LogRequest<Position> own = request.from(request.after().flatMap(after -> after.of(botId)));
            String end = new Follower(engine, bots, botId, own, lane).run();
            if (end.equals("deleted")) {
                lane.event("removed", Json.object().build());
            }
        } catch (IOException e) {
            throw new AssertionError("a lane does no I/O", e);
        } catch (InterruptedException _) {
            // the reader has left
        } catch (RuntimeException e) {
            merge.fail(e);
        } finally {
            lane.end();
        }
    }

    @Override
    public void close() {
        lease.close();
    }
}
