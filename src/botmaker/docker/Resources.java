package botmaker.docker;

/// The most that a container may use; memory is a limit on memory and swap together.
///
/// @param memoryBytes bytes
/// @param nanoCpus    billionths of a CPU: 2,000,000,000 is two CPUs
/// @param pids        processes and threads
public record Resources(long memoryBytes, long nanoCpus, int pids) {
    public Resources {
        if (memoryBytes <= 0 || nanoCpus <= 0 || pids <= 0) {
            throw new IllegalArgumentException("every resource needs a limit"); // the engine takes 0 for unlimited
        }
    }
}
