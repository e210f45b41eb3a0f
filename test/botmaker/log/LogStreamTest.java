package botmaker.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LogStreamTest {
    /// An output that nobody reads until [#read] is called.
    private static final class FullPipe extends OutputStream {
        private final CountDownLatch opened = new CountDownLatch(1);
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                opened.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            synchronized (written) {
                written.write(bytes, from, count);
            }
        }

        List<String> linesUntil(String last) throws InterruptedException {
            opened.countDown();
            while (true) {
                synchronized (written) {
                    List<String> lines = written.toString(UTF_8).lines().toList();
                    if (!lines.isEmpty() && lines.getLast().contains(last)) {
                        return lines;
                    }
                }
                Thread.sleep(10);
            }
        }
    }

    @Test
    void lines_come_out_in_order_however_they_were_written() throws Exception {
        FullPipe pipe = new FullPipe();
        LogStream out = LogStream.to(pipe);
        out.print("on");
        out.println("e");
        out.print("two\nthree\nfo");
        out.println("ur \u00fc");
        assertEquals(List.of("one", "two", "three", "four \u00fc"), pipe.linesUntil("four"));
    }

    /// Every request that logged a line waited for whoever did not read the log.
    @Test
    void a_full_pipe_blocks_nobody_and_the_lines_that_were_dropped_are_counted() throws Exception {
        FullPipe pipe = new FullPipe();
        LogStream out = LogStream.to(pipe);
        String line = "x".repeat(1023);
        for (int i = 0; i < 3000; i++) {
            out.println(line);
        }
        List<String> lines = pipe.linesUntil("dropped");
        long kept = lines.stream().filter(line::equals).count();
        assertTrue(kept > 0 && kept < 3000, lines.size() + " lines");
        assertTrue(lines.getLast().contains((3000 - kept) + " lines were dropped"), lines.getLast());
        out.println("more");
        assertEquals("more", pipe.linesUntil("more").getLast());
    }
}
