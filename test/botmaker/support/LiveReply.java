package botmaker.support;

import botmaker.docker.LogFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// A chunked answer whose parts the test sends when it likes: events, log lines. For one request.
public final class LiveReply implements Reply {
    private static final Reply CUT = _ -> {};

    private final BlockingQueue<Reply> parts = new LinkedBlockingQueue<>();
    private final Reply end = Reply.lastChunk();

    /// One line of JSON, such as an event.
    public void line(String json) {
        parts.add(Reply.chunk(json + "\n"));
    }

    public void frame(LogFrame.Source source, String text) {
        parts.add(Reply.frame(source, text));
    }

    /// Ends the answer as it should.
    public void end() {
        parts.add(end);
    }

    /// Closes the connection in the middle.
    public void cut() {
        parts.add(CUT);
    }

    @Override
    public void writeTo(OutputStream out) throws IOException, InterruptedException {
        Reply.chunked().writeTo(out);
        Reply part;
        do {
            part = parts.take();
            part.writeTo(out);
        } while (part != end && part != CUT);
    }
}
