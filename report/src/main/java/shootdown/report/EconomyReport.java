package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Economy;
import shootdown.checker.FlushKind;
import shootdown.checker.FlushReason;
import shootdown.checker.Necessity;
import shootdown.checker.Necessity.Effect;
import shootdown.checker.Story;
import shootdown.checker.Universe;
import shootdown.engine.End;
import shootdown.policy.CatalogueEntry;

import java.util.List;
import java.util.function.Predicate;

/**
 * What flushes were good for, and what can be taken away.
 *
 * @param economies one for each policy and universe that was searched, policies first
 * @param parts for each safe policy what becomes of it without each of its parts
 * @param broken the policies that are broken as they are
 * @param nanos measured: duration of all of it
 * @param threads measured: how many worked on it
 */
public record EconomyReport(
        String version,
        List<CatalogueEntry> policies,
        List<Universe> universes,
        List<Economy> economies,
        List<Parts> parts,
        List<CatalogueEntry> broken,
        boolean interrupted,
        long nanos,
        int threads) {

    /**
     * A safe policy and what can be taken away from it.
     *
     * @param weaker the policy without one part each
     * @param together the policy without all parts that can go, or null if there is none
     */
    public record Parts(CatalogueEntry policy, List<Weaker> weaker, @Nullable Weaker together) {
        public Parts {
            weaker = List.copyOf(weaker);
        }
    }

    /**
     * A policy without one of its parts.
     *
     * @param story the shortest one, or null if it breaks nothing
     */
    public record Weaker(Necessity necessity, @Nullable Story story) {
        /** What follows the name of the policy. */
        public String name() {
            String name = necessity.policy().name();
            return name.substring(name.indexOf('~') + 1);
        }

        /** What is left out. */
        String rule() {
            String rule = necessity.policy().rule();
            return rule.substring(rule.indexOf(", but ") + ", but ".length());
        }
    }

    public EconomyReport {
        policies = List.copyOf(policies);
        universes = List.copyOf(universes);
        economies = List.copyOf(economies);
        parts = List.copyOf(parts);
        broken = List.copyOf(broken);
    }

    /** Whether every search came to its end. */
    public boolean isExhaustive() {
        return !interrupted
                && economies.stream().allMatch(economy -> economy.end() == End.EXHAUSTED)
                && parts.stream()
                        .flatMap(part -> part.weaker.stream())
                        .allMatch(weaker -> weaker.necessity.where(Effect.INCONCLUSIVE).isEmpty());
    }

    /** The sum over the universes. */
    Economy.Sum sum(CatalogueEntry policy, FlushKind kind, Predicate<FlushReason> reasons) {
        Economy.Sum sum = Economy.Sum.NONE;
        for (Economy economy : economies) {
            if (economy.policy().equals(policy)) {
                sum = sum.plus(economy.sum(kind, reasons));
            }
        }
        return sum;
    }
}
