package shootdown.fuzz;

import shootdown.checker.Exhibit;
import shootdown.checker.Exhibit.Harm;
import shootdown.checker.Museum;
import shootdown.checker.Property;
import shootdown.hypervisor.Defect;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.weaker.Weakenings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Something that walks try to break: a policy, or an exhibit of the museum.
 *
 * @param name of the policy or the exhibit
 * @param title what it is, in a few words
 * @param policy the policy in force
 * @param defects rules taken out of the model
 * @param properties what is looked for
 * @param controls policies without any defect: what breaks under all of these in the same universe
 *     is none of the target's doing
 */
public record Target(
        String name,
        String title,
        CatalogueEntry policy,
        Set<Defect> defects,
        List<Property> properties,
        List<CatalogueEntry> controls) {
    public Target {
        defects = Set.copyOf(defects);
        properties = List.copyOf(properties);
        controls = List.copyOf(controls);
    }

    /** A policy, for all properties that every check judges. */
    public static Target of(CatalogueEntry policy) {
        List<CatalogueEntry> controls = new ArrayList<>();
        for (String trusted : List.of("final", "v1")) {
            if (!policy.name().equals(trusted)) {
                controls.add(Catalogue.find(trusted).orElseThrow());
            }
        }
        return new Target(
                policy.name(), policy.rule(), policy, Set.of(), Property.byDefault(), controls);
    }

    /**
     * An exhibit that breaks a property.
     *
     * @throws IllegalArgumentException if it does work for nothing: that is a claim about all
     *     reachable states, which no walk can support
     */
    public static Target of(Exhibit exhibit) {
        if (!(exhibit.harm() instanceof Harm.Breaks breaks)) {
            throw new IllegalArgumentException(exhibit.name() + " breaks nothing");
        }
        return new Target(
                exhibit.name(),
                exhibit.title(),
                exhibit.before().policy(),
                exhibit.defects(),
                List.of(breaks.property()),
                List.of(exhibit.after().policy()));
    }

    /** Whether an exhibit breaks anything. */
    public static boolean canBeFound(Exhibit exhibit) {
        return exhibit.harm() instanceof Harm.Breaks;
    }

    /** The whole catalogue, and all exhibits that break anything. */
    public static List<Target> all() {
        List<Target> all = new ArrayList<>();
        Catalogue.entries().forEach(policy -> all.add(of(policy)));
        Museum.all().stream().filter(Target::canBeFound).forEach(exhibit -> all.add(of(exhibit)));
        return all;
    }

    /** The target that everybody knows by a name: a policy, one that is weaker, or an exhibit. */
    public static Optional<Target> find(String name) {
        Optional<Target> policy =
                Catalogue.find(name).or(() -> Weakenings.find(name)).map(Target::of);
        return policy.or(
                () ->
                        Museum.find(name).stream()
                                .filter(Target::canBeFound)
                                .map(Target::of)
                                .findFirst());
    }

    /** Whether everybody knows it by its name. */
    public boolean isKnown() {
        Class<?> type = policy.policy().getClass();
        return find(name)
                .filter(own -> own.policy().policy().getClass() == type)
                .filter(own -> own.defects().equals(defects))
                .isPresent();
    }

    long mask() {
        return mask(properties);
    }

    static long mask(Collection<Property> properties) {
        return properties.stream().mapToLong(Property::bit).reduce(0, (a, b) -> a | b);
    }
}
