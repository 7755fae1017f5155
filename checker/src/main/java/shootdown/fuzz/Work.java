package shootdown.fuzz;

/**
 * What was done for a target until it was broken for good.
 *
 * @param target name of the target
 * @param walks that were made
 * @param steps that were taken
 */
public record Work(String target, long walks, long steps) {
    Work and(Work more) {
        return new Work(target, walks + more.walks, steps + more.steps);
    }
}
