package shootdown.conformance;

/**
 * Where model and real Xen part.
 *
 * @param step the first step after which they differ; -1 for the beginning
 * @param what the call's answer, or the part of the page state
 * @param model what the model says
 * @param real what real Xen does, in the model's frame numbers
 * @param suspected whether real Xen is in a state that may be a defect of it: a frame is half
 *     validated though no call is in progress ({@code docs/fidelity.md})
 */
record Difference(int step, String what, String model, String real, boolean suspected) {
    Difference(int step, String what, String model, String real) {
        this(step, what, model, real, false);
    }

    @Override
    public String toString() {
        return "after step %d: %s: model %s, real Xen %s".formatted(step, what, model, real);
    }
}
