package botmaker.ledger;

import botmaker.dialect.Call;
import botmaker.dialect.Meter;
import botmaker.dialect.Usage.Share;
import botmaker.dialect.Usage.Tokens;
import botmaker.dialect.Usage;
import botmaker.ledger.PastCall.Ended;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Meters one call, from before it is sent to its end. For one thread.
public final class CallMeter implements AutoCloseable {
    /// How fast models write at most: what a model thought of that nobody saw is charged by this.
    private static final long TOKENS_A_SECOND = 100;

    private final Call call;
    private byte[] body;
    private final OptionalLong output;
    private final long kept;
    private final LongSupplier nanoTime;
    private final Consumer<Result> settle;
    private final long began;
    private Optional<Meter> meter = Optional.empty();
    private Optional<Long> status = Optional.empty();
    private Optional<Long> firstMs = Optional.empty();
    private long down;
    private boolean ended;

    /// How a call ended.
    ///
    /// @param usage empty where nothing is charged
    record Result(Ended ended, Optional<Long> firstMs, long tookMs, Optional<Long> status, Optional<Usage> usage, long down) {}

    /// @param body   to send
    /// @param output the most tokens that the answer may have; empty where that is not known
    /// @param kept   how many tokens of the prompt may be kept at the provider
    /// @param settle receives the end, once
    CallMeter(Call call, byte[] body, OptionalLong output, long kept, LongSupplier nanoTime, Consumer<Result> settle) {
        this.call = call;
        this.body = body;
        this.output = output;
        this.kept = kept;
        this.nanoTime = nanoTime;
        this.settle = settle;
        this.began = nanoTime.getAsLong();
    }

    /// Returns the body to send, whose limit of output tokens may have been lowered to what is left of a budget.
    public byte[] body() {
        return body;
    }

    /// Notes that the head of the answer has come, and lets go of the body, which was sent.
    public void answered(int answer) {
        body = new byte[0];
        status = Optional.of((long) answer);
        firstMs = Optional.of(passed());
        if (answer < 300) {
            meter = Optional.of(call.meter(kept));
        }
    }

    /// Meters `bytes[0..count)`, the next part of the answer's body.
    public void add(byte[] bytes, int count) {
        down += count;
        meter.ifPresent(it -> it.add(bytes, 0, count));
    }

    /// Returns the id under which the provider keeps the answer, as far as it has passed, if a request can go on from it.
    public Optional<String> answerId() {
        return meter.flatMap(Meter::id);
    }

    /// Notes that the answer has ended whole.
    public void whole() {
        end(Ended.WHOLE, usage());
    }

    /// Notes that the provider could not be reached, so that nothing was sent.
    public void unsent() {
        end(Ended.BROKEN, Optional.empty());
    }

    /// Notes that the provider broke off.
    public void broken() {
        end(Ended.BROKEN, cutOff());
    }

    /// Ends a call that has not ended: the bot has left, or the provider refused it.
    @Override
    public void close() {
        end(Ended.LEFT, cutOff());
    }

    private void end(Ended how, Optional<Usage> usage) {
        if (ended) {
            return;
        }
        ended = true;
        boolean refused = status.orElse(0L) >= 300;
        settle.accept(new Result(refused ? Ended.REFUSED : how, firstMs, passed(), status, refused ? Optional.empty() : usage, down));
    }

    private Optional<Usage> usage() {
        return Optional.of(meter.orElseGet(() -> call.meter(kept)).usage());
    }

    /// Returns what a call used that was broken off. The provider may have charged more than has passed: a whole answer up to its limit, and
    /// thoughts that it does not stream for as long as they may have taken.
    private Optional<Usage> cutOff() {
        Usage usage = usage().orElseThrow();
        if (!usage.estimated() || usage.shares().isEmpty()) {
            return Optional.of(usage);
        }
        long most = output.orElse(Long.MAX_VALUE);
        long unseen = call.streams() || output.isEmpty() ? Math.min(most, passed() * TOKENS_A_SECOND / 1000) : most;
        Share share = usage.shares().getFirst();
        Tokens seen = share.tokens();
        Tokens all = new Tokens(seen.input(), seen.cacheRead(), seen.cacheWrite(), seen.cacheWriteHour(), Math.max(seen.output(), unseen));
        return Optional.of(new Usage(List.of(new Share(share.model(), all)), usage.cost(), usage.tier(), usage.counted(), true));
    }

    private long passed() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - began);
    }
}
