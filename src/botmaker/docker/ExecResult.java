package botmaker.docker;

/// How a command inside a container ended.
///
/// @param output    its standard output, read as UTF-8
/// @param errors    its standard error output, read as UTF-8
/// @param truncated whether either was longer than the 1 MiB that is kept
public record ExecResult(int exitCode, String output, String errors, boolean truncated) {}
