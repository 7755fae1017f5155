package shootdown.scenario;

/** One thing that a call gives back. */
public sealed interface Answer {
    /** A hypercall's return code. */
    record Code(int rc) implements Answer {}

    /** The status that a grant operation has stored, GNTST_*. */
    record Status(int status) implements Answer {}

    /** What the count of done requests says. */
    record Done(int count) implements Answer {}

    /** What a read found. */
    record Reads(long value) implements Answer {}

    /** An exception, as the guest's handler sees it. */
    record Faults(int vector, int code) implements Answer {}

    /** The domain does not survive it. */
    record Crashes() implements Answer {}
}
