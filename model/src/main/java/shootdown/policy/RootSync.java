package shootdown.policy;

import static shootdown.policy.FlushFlags.FLUSH_ROOT_PGTBL;

/**
 * Who must make the XPTI root copy anew after an update, as the final commit has it (claim 13): the
 * local CPU if the L4 is in use here, the others if it has uses beyond those known here.
 */
final class RootSync {
    private RootSync() {}

    /** The root flags that are due after {@code update}, as {@link TwoSets}. */
    static int rootSync(Update update) {
        if (update.level() != 4 || !update.xpti()) {
            return 0;
        }
        return (update.kernelBase() ? TwoSets.local(FLUSH_ROOT_PGTBL) : 0)
                | (update.usedElsewhere() ? TwoSets.rest(FLUSH_ROOT_PGTBL) : 0);
    }
}
