/// Measurements, each a program of its own that prints what it found. They run the jar that ships, as `make run` does, against the
/// engine of this machine, and take turns with their rivals: only ratios of one run mean anything.
package botmaker.bench;
