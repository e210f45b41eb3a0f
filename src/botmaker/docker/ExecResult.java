package botmaker.docker;

/// How a command inside a container ended.
///
/// @param output the first 1 MiB of its standard output, read as UTF-8
public record ExecResult(int exitCode, String output) {}
