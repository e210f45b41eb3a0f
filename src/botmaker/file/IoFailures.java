package botmaker.file;

import botmaker.error.Failure;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/// Translates an `IOException` for the operator.
public final class IoFailures {
    /// The system's message for a full disk in the language of this process, the only sign of it that Java passes on.
    private static final String NO_SPACE = provoke("/dev/full", "No space left on device");
    /// The same for a failing disk.
    private static final String INPUT_OUTPUT = provoke("/proc/self/mem", "Input/output error");

    /// An action on files.
    @FunctionalInterface
    public interface Action {
        void run() throws IOException;
    }

    private IoFailures() {
    }

    /// Runs an action and translates its failure.
    ///
    /// @param what the failed action, as for [#translate]
    public static void run(String what, Action action) {
        try {
            action.run();
        } catch (IOException e) {
            throw translate(e, what);
        }
    }

    /// Returns an exception that says what failed, why, and what to do. The caller throws it.
    ///
    /// @param what the failed action, such as "cannot store the credentials"; may be shown to users
    /// @return `Failure.DiskFull` if the disk or quota is exhausted, otherwise an `UncheckedIOException`
    public static RuntimeException translate(IOException failure, String what) {
        if (isDiskFull(failure)) {
            return new Failure.DiskFull(what + ": the disk is full; free some space and try again", failure);
        }
        return new UncheckedIOException(what + ": " + sentence(failure), failure);
    }

    /// Returns a conflict for a file that stands in the way, which the operator can remove or repair. Returns the failure itself if it is
    /// another, or if the disk fails, which no change of the file would help.
    ///
    /// @param failure as returned by [#translate]
    /// @param detail  says what to do
    public static RuntimeException conflict(RuntimeException failure, String detail) {
        boolean diskFails = failure.getCause() instanceof IOException cause && says(cause, INPUT_OUTPUT);
        return failure instanceof UncheckedIOException && !diskFails ? new Failure.Conflict(detail) : failure;
    }

    /// Returns what failed, with the file's path where the exception has one, and what to do.
    public static String sentence(IOException failure) {
        return printable(isDiskFull(failure) && failure instanceof FileSystemException e
                ? e.getFile() + ": the disk is full; free some space and try again" : reason(failure));
    }

    /// Returns the same for a failure to use a file, whose path the exception may lack.
    public static String sentence(IOException failure, Path file) {
        return sentence(PrivateFiles.named(failure, file));
    }

    /// Returns whether the disk is full, or the user's quota.
    public static boolean isDiskFull(IOException failure) {
        return says(failure, NO_SPACE) || says(failure, "Disk quota exceeded");
    }

    private static boolean says(IOException failure, String text) {
        String reason = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
        return reason != null && reason.contains(text);
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case AccessDeniedException e -> e.getFile()
                    + ": permission denied; check who owns it, and the user that BotMaker runs as";
            case NoSuchFileException e -> e.getFile() + " does not exist; create it, or correct the path";
            case FileAlreadyExistsException e -> e.getFile() + " exists already; move it away";
            case NotDirectoryException e -> e.getFile() + " is not a directory; move it away";
            case FileSystemLoopException e -> e.getFile() + " is a loop of links; remove one of them";
            case FileSystemException e when e.getReason() == null -> e.getFile() + " cannot be used; check what it is and who owns it";
            case CharacterCodingException _ -> "a file is not UTF-8 text; save it as UTF-8";
            default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
        };
    }

    /// Removes control characters: file names may come from bots and must not add a line to a log.
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    /// Writes a byte to a device that refuses it, and returns the system's message: it is German under `LANG=de_DE.UTF-8`.
    private static String provoke(String device, String otherwise) {
        try (FileOutputStream out = new FileOutputStream(device)) {
            out.write(0);
        } catch (IOException e) {
            if (e.getMessage() != null && !(e instanceof FileNotFoundException)) {
                return e.getMessage();
            }
        }
        return otherwise;
    }
}
