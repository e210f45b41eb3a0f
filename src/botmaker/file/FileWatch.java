package botmaker.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Notices that files were changed, replaced, removed or made, and that a link leads elsewhere, by looking every second.
/// The kernel's own notices (`inotify(7)`) would need a watch on every directory that a link on the way goes through.
///
/// What changes is told when two looks in a row have seen the same, so that a file is not read half written.
public final class FileWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /// With the time of the last change of owner or mode, which no program can set.
    private static final String STAMP = "unix:dev,ino,size,lastModifiedTime,ctime";
    private static final System.Logger LOG = System.getLogger(FileWatch.class.getName());

    private final List<Path> files;
    private final Runnable changed;
    private final Thread watcher;
    private List<Map<String, Object>> told;
    private List<Map<String, Object>> seen;

    /// Notes how the files are now; [#start] begins to watch. So whoever reads them in between misses nothing.
    ///
    /// @param files   need not be there
    /// @param changed runs after each change, on a thread of the watch's own
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

    /// Looks once.
    void look() {
        List<Map<String, Object>> now = stamps();
        boolean settled = now.equals(seen);
        seen = now;
        if (!settled || now.equals(told)) {
            return;
        }
        told = now;
        try {
            changed.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a change of " + files + " could not be taken over", e);
        }
    }

    private List<Map<String, Object>> stamps() {
        return files.stream().map(FileWatch::stamp).toList();
    }

    private static Map<String, Object> stamp(Path file) {
        try {
            return Files.readAttributes(file, STAMP);
        } catch (IOException e) {
            return Map.of("absent", e.getClass()); // or out of reach: whoever reads it will say so
        }
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
