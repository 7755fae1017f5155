package shootdown.checker;

import shootdown.hypervisor.Defect;
import shootdown.policy.CatalogueEntry;

import java.util.Set;

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
 * @param before what has the defect
 * @param after the same with the fix in
 * @param harm what the defect does
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
        Harm harm) {

    /** What a defect does. */
    public sealed interface Harm {
        /** A property breaks before, and holds after. */
        record Breaks(Property property) implements Harm {}

        /** Everything holds before and after; some of the work done before is for nothing. */
        record Wastes(Work work) implements Harm {}
    }

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

    /** The rules that it takes out of the model; none if it is a policy that lacks the fix. */
    public Set<Defect> defects() {
        return before.universe().machine().defects();
    }

    /** How a setting is checked, such as {@code Checker::check}. */
    public interface Check {
        Cell check(CatalogueEntry policy, Universe universe, CheckOptions options);
    }

    /** Explores both settings. */
    public Shown explore(Check check, CheckOptions options) {
        Cell old = check.check(before.policy(), before.universe(), options);
        Cell mended = check.check(after.policy(), after.universe(), options);
        return switch (harm) {
            case Harm.Breaks(Property property) -> new Shown.Fault(this, property, old, mended);
            case Harm.Wastes(Work work) ->
                    new Shown.Overwork(
                            this, old, mended, Waste.of(work, before, after, options.search()));
        };
    }
}
