package botmaker.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Detects that files were changed, replaced, removed or created, or that a link leads elsewhere, by checking every second.
/// `inotify(7)` would need a watch on every directory along each link.
///
/// Reports a change when two checks in a row saw the same state, so that no half-written file is read.
public final class FileWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /// Includes `ctime`, which no program can set.
    private static final String STAMP = "unix:dev,ino,size,lastModifiedTime,ctime";
    private static final System.Logger LOG = System.getLogger(FileWatch.class.getName());

    private final List<Path> files;
    private final Runnable changed;
    private final Thread watcher;
    private List<Map<String, Object>> told;
    private List<Map<String, Object>> seen;

    /// Notes the present state; [#start] begins to watch. A reader in between misses no change.
    ///
    /// @param files   need not exist
    /// @param changed runs after each change, on the watch's thread
    public FileWatch(List<Path> files, Runnable changed) {
        this.files = List.copyOf(files);
        this.changed = changed;
        this.told = stamps();
        this.seen = told;
        this.watcher = Thread.ofVirtual().name("file-watch").unstarted(this::watch);
    }

    public void start() {
        watcher.start();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                look();
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    /// Checks once. Whatever fails is logged, and does not end the watch.
    void look() {
        try {
            if (settledAnew()) {
                changed.run();
            }
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a change of " + files + " could not be applied", e);
        }
    }

    private boolean settledAnew() {
        List<Map<String, Object>> now = stamps();
        boolean settled = now.equals(seen);
        seen = now;
        if (!settled || now.equals(told)) {
            return false;
        }
        told = now;
        return true;
    }

    private List<Map<String, Object>> stamps() {
        return files.stream().map(FileWatch::stamp).toList();
    }

    private static Map<String, Object> stamp(Path file) {
        try {
            return Files.readAttributes(file, STAMP);
        } catch (IOException e) {
            return Map.of("absent", e.getClass()); // or inaccessible, which its reader reports
        }
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
