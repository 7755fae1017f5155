package shootdown.claims;

import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.hypervisor.Defect;
import shootdown.hypervisor.Machine;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Universes in which something is asked.
 *
 * @param says all of them in words
 * @param universes never none
 */
public record Where(String says, List<Universe> universes) {
    private static final Map<String, Universe> DEFECTIVE = new ConcurrentHashMap<>();

    public Where {
        universes = List.copyOf(universes);
        if (universes.isEmpty()) {
            throw new IllegalArgumentException("nowhere: " + says);
        }
    }

    /** These. */
    static Where in(String... names) {
        return new Where(
                String.join(", ", names), Arrays.stream(names).map(Where::universe).toList());
    }

    /** Every default universe whose machine is Xen's. */
    static Where everywhere() {
        return onXen("all %d default universes on Xen's machines", machine -> true);
    }

    /** Those of them with root copies. */
    static Where everywhereWithXpti() {
        return onXen("all %d of Xen's machines with XPTI", Machine::xpti);
    }

    /** Those of them without. */
    static Where everywhereWithoutXpti() {
        return onXen("all %d of Xen's machines without XPTI", machine -> !machine.xpti());
    }

    /** These, with a rule taken out of their machines. */
    static Where lacking(Defect defect, String... names) {
        return new Where(
                "%s with %s".formatted(String.join(", ", names), defect),
                Arrays.stream(names).map(name -> lacking(defect, universe(name))).toList());
    }

    private static Where onXen(String says, Predicate<Machine> which) {
        List<Universe> chosen =
                Universes.byDefault().stream()
                        .filter(universe -> !universe.machine().isHypothetical())
                        .filter(universe -> which.test(universe.machine()))
                        .toList();
        return new Where(says.formatted(chosen.size()), chosen);
    }

    private static Universe lacking(Defect defect, Universe sound) {
        return DEFECTIVE.computeIfAbsent(
                sound.name() + " with " + defect,
                name -> sound.with(name, sound.machine().toBuilder().defect(defect).build()));
    }

    private static Universe universe(String name) {
        return Universes.find(name)
                .orElseThrow(() -> new IllegalArgumentException("no universe " + name));
    }

    /** Each of them alone. */
    List<Where> each() {
        return universes.stream()
                .map(universe -> new Where(universe.name(), List.of(universe)))
                .toList();
    }
}
