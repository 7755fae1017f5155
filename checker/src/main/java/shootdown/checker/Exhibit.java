package shootdown.checker;

import shootdown.hypervisor.Defect;
import shootdown.policy.CatalogueEntry;

/**
 * A defect of Xen's past, as a machine or a policy without its fix, and the same with it.
 *
 * @param row of the museum of fixes in the facts (part E), which is its number
 * @param name a short one, such as {@code xsa-401}
 * @param origin the commit that mended it, its date, and the advisory if there is one
 * @param title what goes wrong, in a few words
 * @param bug how it came, in the words of the model
 * @param fix what the commit changed
 * @param model where the model's reading differs from the commit's time or circumstances, or empty
 * @param before what shows the defect
 * @param after the same with the fix in
 * @param property what breaks before, and holds after
 */
public record Exhibit(
        int row,
        String name,
        String origin,
        String title,
        String bug,
        String fix,
        String model,
        Setting before,
        Setting after,
        Property property) {

    /** A policy on a machine. */
    public record Setting(CatalogueEntry policy, Universe universe) {
        /** The same with a rule taken out of the model. */
        Setting with(Defect defect) {
            Universe mutant =
                    universe.with(
                            universe.name(), universe.machine().toBuilder().defect(defect).build());
            return new Setting(policy, mutant);
        }
    }

    /** What the checks of the two settings found. */
    public record Shown(Exhibit exhibit, Cell before, Cell after) {
        /** The defect's story exists, and with the fix everything holds in the same universe. */
        public Outcome outcome() {
            if (after.broken().isEmpty() && before.broken().contains(exhibit.property())) {
                return after.outcome();
            }
            boolean undecided =
                    before.outcome() == Outcome.INCONCLUSIVE && after.broken().isEmpty();
            return undecided ? Outcome.INCONCLUSIVE : Outcome.BROKEN;
        }

        /** Steps of the search to the first break; fused ones count once. */
        public int depth() {
            return before.verdicts().get(exhibit.property().index()).depth();
        }
    }
}
