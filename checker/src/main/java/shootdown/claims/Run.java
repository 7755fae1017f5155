package shootdown.claims;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Exhibit;
import shootdown.checker.Goal;
import shootdown.checker.Necessity;
import shootdown.checker.Necessity.Effect;
import shootdown.checker.Storyteller;
import shootdown.checker.Universe;
import shootdown.engine.End;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.weaker.Weakening;
import shootdown.policy.weaker.Weakenings;

import java.util.ArrayList;
import java.util.List;

/** One search. Equal ones are the same search, and are made once. */
public sealed interface Run {
    /** What is searched, in a few words. */
    String says();

    /** Searches. */
    default Finding perform(CheckOptions options) {
        return perform(options, Checker::check);
    }

    /** The same, checking cells in this way, so that what other runs have searched may answer. */
    Finding perform(CheckOptions options, Exhibit.Check check);

    /** One policy, all properties. */
    record Check(CatalogueEntry policy, Universe universe) implements Run {
        @Override
        public String says() {
            return policy.name() + " in " + universe.name();
        }

        @Override
        public Finding perform(CheckOptions options, Exhibit.Check check) {
            return new Finding.Checked(check.check(policy, universe, options));
        }
    }

    /** Two policies, until they decide differently. */
    record Compare(CatalogueEntry first, CatalogueEntry second, Universe universe) implements Run {
        @Override
        public String says() {
            return "%s and %s in %s".formatted(first.name(), second.name(), universe.name());
        }

        @Override
        public Finding perform(CheckOptions options, Exhibit.Check check) {
            return new Finding.Compared(Storyteller.difference(first, second, universe, options));
        }
    }

    /**
     * One policy, until a state shows something.
     *
     * @param goal of the scene: itself, or what must be there for it
     */
    record Seek(CatalogueEntry policy, Scene scene, Goal goal, Universe universe) implements Run {
        @Override
        public String says() {
            return policy.name() + " in " + universe.name();
        }

        @Override
        public Finding perform(CheckOptions options, Exhibit.Check check) {
            return new Finding.Sought(
                    Storyteller.seek(policy, universe, goal, scene.says(), options));
        }
    }

    /**
     * What is left of a policy without a part of it, universe by universe until it breaks something
     * that the policy keeps.
     */
    record Weaken(CatalogueEntry policy, Weakening weakening, Where where) implements Run {
        @Override
        public String says() {
            return policy.name() + Weakenings.SIGN + weakening.name();
        }

        @Override
        public Finding perform(CheckOptions options, Exhibit.Check check) {
            List<Necessity.Finding> findings = new ArrayList<>();
            for (Universe universe : where.universes()) {
                Cell whole = check.check(policy, universe, options);
                Necessity.Finding found = Necessity.judge(whole, List.of(weakening), options);
                findings.add(found);
                if (found.effect() == Effect.BROKEN || found.end() == End.CANCELLED) {
                    break;
                }
            }
            CatalogueEntry weak = Weakenings.weaken(policy, weakening);
            return new Finding.Weakened(new Necessity(weak, findings));
        }
    }
}
