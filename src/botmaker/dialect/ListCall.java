package botmaker.dialect;

import botmaker.dialect.Refused.Reason;
import botmaker.dialect.OwnAnswers.ErrorForm;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A call without a body, whose answer passes unread.
record ListCall(Route route, ErrorForm errors) implements Call {
    private static final byte[] NOTHING = {};

    @Override
    public List<String> models() {
        return List.of();
    }

    @Override
    public boolean streams() {
        return false;
    }

    @Override
    public OptionalLong outputLimit() {
        return OptionalLong.empty();
    }

    @Override
    public Optional<String> wayOut() {
        return Optional.empty();
    }

    @Override
    public long estimatedInput() {
        return 0;
    }

    @Override
    public byte[] body() {
        return NOTHING;
    }

    @Override
    public byte[] body(long outputLimit) {
        return NOTHING;
    }

    @Override
    public Meter meter(long kept) {
        return new UsageMeter(route, 0);
    }

    @Override
    public Answer instead(Reason reason, String words) {
        return OwnAnswers.refusal(errors, new Refused(reason, words));
    }
}
