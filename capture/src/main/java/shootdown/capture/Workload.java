package shootdown.capture;

import java.util.Locale;

/** The workloads that come along, in the order in which they are recorded. */
public enum Workload {
    BOOT("from Linux's first page table to the first process", false),
    IDLE("three seconds of nothing", false),
    COMPILE("the processes of a build: preprocess, compile, assemble, copy, link", true),
    FORK("a process of 2 MiB forks 60 times; the child writes to half of it", true),
    CHURN("lone pages far apart come and go, with a second thread on the other CPU", true),
    MT("two threads map, write, protect and unmap at the same time", true),
    EXEC("a short program, started 60 times", true),
    MMAP("regions of many sizes are mapped, written, moved, populated, unmapped", true),
    MPROTECT("parts of 2 MiB in use become read-only and writable again", true),
    THREADS("200 short-lived threads, each with a stack", true),
    SIGNAL("a collector's write barrier: pages read-only until a write faults", true),
    PIPE("two processes hand a byte back and forth on one CPU", true),
    FILECOPY("a file is written, then copied through shared mappings", true);

    private final String words;
    private final boolean compiled;

    Workload(String words, boolean compiled) {
        this.words = words;
        this.compiled = compiled;
    }

    /** As on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it does. */
    public String words() {
        return words;
    }

    /** Whether it is, or uses, the program that is compiled from {@code workloads.c}. */
    boolean isCompiled() {
        return compiled;
    }
}
