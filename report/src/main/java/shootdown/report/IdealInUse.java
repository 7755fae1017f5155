package shootdown.report;

/** A policy of which only its use tells whether it is ideal: one that people wrote in a file. */
public interface IdealInUse {
    /** Whether it has asked more than Xen can know cheaply so far. */
    boolean askedTooMuch();
}
