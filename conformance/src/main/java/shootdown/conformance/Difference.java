package shootdown.conformance;

/**
 * Where model and real Xen part.
 *
 * @param step the first step after which they differ; -1 for the beginning
 * @param what the call's answer, or the part of the page state
 * @param model what the model says
 * @param real what real Xen does, in the model's frame numbers
 * @param kind what it may come from
 */
record Difference(int step, String what, String model, String real, Kind kind) {
    /** What a difference may come from ({@code docs/fidelity.md}). */
    enum Kind {
        /** Model, facts, harness or Xen are wrong. */
        DIFFERENCE,
        /** Suspected defect of Xen: a table is half validated though no call is in progress. */
        HALF_VALIDATED,
        /** Suspected defect of Xen, by chance: there are more references than anything holds. */
        LOST_REFERENCE
    }

    Difference(int step, String what, String model, String real) {
        this(step, what, model, real, Kind.DIFFERENCE);
    }

    Difference as(Kind other) {
        return new Difference(step, what, model, real, other);
    }

    boolean suspected() {
        return kind != Kind.DIFFERENCE;
    }

    @Override
    public String toString() {
        return "after step %d: %s: model %s, real Xen %s".formatted(step, what, model, real);
    }
}
