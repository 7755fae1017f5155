package shootdown.cli;

import picocli.CommandLine.Option;

import shootdown.engine.SearchOptions;

/** The options that say what a member of a cluster gives. */
final class SearchPower {
    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "cells searched at once (default: one a processor)")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description =
                    "the most memory for states, such as 512M or 4G (default: half of Java's heap)")
    private String memory = "";

    int threads() {
        return SearchChoice.threads(threads);
    }

    long memoryBytes() {
        return memory.isEmpty()
                ? SearchOptions.defaults().memoryBytes()
                : SearchChoice.memoryBytes(memory);
    }
}
