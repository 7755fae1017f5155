package shootdown.claims;

import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Goal;
import shootdown.checker.Storyteller;
import shootdown.checker.Universe;
import shootdown.policy.CatalogueEntry;

/** One search. Equal ones are the same search, and are made once. */
public sealed interface Run {
    /** Where. */
    Universe universe();

    /** What is searched, in a few words. */
    String says();

    /** Searches. */
    Finding perform(CheckOptions options);

    /** One policy, all properties. */
    record Check(CatalogueEntry policy, Universe universe) implements Run {
        @Override
        public String says() {
            return policy.name() + " in " + universe.name();
        }

        @Override
        public Finding perform(CheckOptions options) {
            return new Finding.Checked(Checker.check(policy, universe, options));
        }
    }

    /** Two policies, until they decide differently. */
    record Compare(CatalogueEntry first, CatalogueEntry second, Universe universe) implements Run {
        @Override
        public String says() {
            return "%s and %s in %s".formatted(first.name(), second.name(), universe.name());
        }

        @Override
        public Finding perform(CheckOptions options) {
            return new Finding.Compared(Storyteller.difference(first, second, universe, options));
        }
    }

    /**
     * One policy, until a state shows something.
     *
     * @param goal of the sight: itself, or what must be there for it
     */
    record Seek(CatalogueEntry policy, Sight sight, Goal goal, Universe universe) implements Run {
        @Override
        public String says() {
            return policy.name() + " in " + universe.name();
        }

        @Override
        public Finding perform(CheckOptions options) {
            return new Finding.Sought(
                    Storyteller.seek(policy, universe, goal, sight.says(), options));
        }
    }
}
