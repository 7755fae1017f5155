package shootdown.checker;

import org.jspecify.annotations.Nullable;

import shootdown.engine.End;
import shootdown.engine.Search;
import shootdown.engine.SearchResult;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.weaker.Weakening;
import shootdown.policy.weaker.Weakenings;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether something can be taken away from a policy: the weakened policy is checked beside it.
 *
 * @param policy what is left of the policy
 * @param findings one for each universe
 */
public record Necessity(CatalogueEntry policy, List<Finding> findings) {
    /** What becomes of a policy in a universe. */
    public enum Effect {
        /** It decides as before wherever it is asked: the verdict says nothing. */
        UNTOUCHED,
        /** It does less, and keeps all that it kept. */
        SAFE,
        /** It breaks what it kept. */
        BROKEN,
        /** A limit was reached. */
        INCONCLUSIVE
    }

    /**
     * What was found in one universe.
     *
     * @param property the first property that is broken now, or null
     * @param depth of the violation in steps of the search, or -1
     */
    public record Finding(
            Universe universe,
            Effect effect,
            @Nullable Property property,
            int depth,
            long states,
            End end) {}

    public Necessity {
        findings = List.copyOf(findings);
    }

    /**
     * Checks what is left of a policy in the universe of {@code whole}.
     *
     * @param whole the check of the policy as it is
     */
    public static Finding judge(Cell whole, List<Weakening> weakenings, CheckOptions options) {
        Universe universe = whole.universe();
        CatalogueEntry weak =
                Weakenings.weaken(whole.policy(), weakenings.toArray(new Weakening[0]));
        MachineSystem system =
                new MachineSystem(
                        universe,
                        weak.policy(),
                        whole.policy().policy(),
                        options.fusing(),
                        options.explicit());
        SearchResult result = Search.run(system, options.search());
        for (Property property : Property.values()) {
            var violation = result.violation(property.index());
            if (violation.isPresent() && !whole.broken().contains(property)) {
                int depth = violation.get().depth();
                return finding(universe, Effect.BROKEN, property, depth, result);
            }
        }
        boolean touched = result.violation(MachineSystem.DIFFERENCE).isPresent();
        boolean complete = result.end() == End.EXHAUSTED && whole.end() == End.EXHAUSTED;
        Effect effect = !complete ? Effect.INCONCLUSIVE : touched ? Effect.SAFE : Effect.UNTOUCHED;
        return finding(universe, effect, null, -1, result);
    }

    private static Finding finding(
            Universe universe,
            Effect effect,
            @Nullable Property property,
            int depth,
            SearchResult result) {
        return new Finding(universe, effect, property, depth, result.states(), result.end());
    }

    /** The universes in which this became of it. */
    public List<Universe> where(Effect effect) {
        return with(effect).map(Finding::universe).toList();
    }

    /** The universes whose machine is Xen's in which this became of it. */
    public List<Universe> onXen(Effect effect) {
        return with(effect).map(Finding::universe).filter(Necessity::isXen).toList();
    }

    private Stream<Finding> with(Effect effect) {
        return findings.stream().filter(finding -> finding.effect == effect);
    }

    private static boolean isXen(Universe universe) {
        return !universe.machine().isHypothetical();
    }

    /**
     * All in one, of the universes whose machine is Xen's: broken outranks what is not certain, and
     * that what is safe.
     */
    public Effect effect() {
        for (Effect effect : List.of(Effect.BROKEN, Effect.INCONCLUSIVE, Effect.SAFE)) {
            if (!onXen(effect).isEmpty()) {
                return effect;
            }
        }
        return Effect.UNTOUCHED;
    }

    /** The finding of the shortest story, one on a machine of Xen's if there is any. */
    public Optional<Finding> shortest() {
        return with(Effect.BROKEN).min(Necessity::compare);
    }

    private static int compare(Finding a, Finding b) {
        int xenFirst = Boolean.compare(isXen(b.universe), isXen(a.universe));
        return xenFirst != 0 ? xenFirst : Integer.compare(a.depth, b.depth);
    }
}
