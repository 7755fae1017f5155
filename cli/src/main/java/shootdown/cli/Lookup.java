package shootdown.cli;

import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.weaker.Weakening;
import shootdown.policy.weaker.Weakenings;
import shootdown.words.Nearest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds by name what users name, and suggests the nearest name otherwise. */
final class Lookup {
    private final List<CatalogueEntry> own;

    /**
     * @param own policies of the user, found before those of the catalogue
     */
    Lookup(List<CatalogueEntry> own) {
        this.own = List.copyOf(own);
    }

    CatalogueEntry policy(String name) {
        return findPolicy(name).orElseThrow(() -> unknownPolicy(name));
    }

    Optional<CatalogueEntry> findPolicy(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return own.stream()
                .filter(entry -> entry.name().equals(lower))
                .findFirst()
                .or(() -> Catalogue.find(lower))
                .or(() -> Weakenings.find(lower));
    }

    private Complaint unknownPolicy(String name) {
        int sign = name.lastIndexOf(Weakenings.SIGN);
        if (sign > 0 && findPolicy(name.substring(0, sign)).isPresent()) {
            List<String> weakenings = Weakenings.all().stream().map(Weakening::name).toList();
            return unknown("weakening", name.substring(sign + 1), weakenings, "economy --help");
        }
        List<String> known = new ArrayList<>();
        own.forEach(entry -> known.add(entry.name()));
        for (CatalogueEntry entry : Catalogue.entries()) {
            known.add(entry.name());
            known.addAll(entry.aliases());
        }
        return unknown("policy", name, known, "list policies");
    }

    /** Each once, in the order in which they were named. */
    List<CatalogueEntry> policies(List<String> names) {
        Set<CatalogueEntry> found = new LinkedHashSet<>();
        names.forEach(name -> found.add(policy(name)));
        return List.copyOf(found);
    }

    /** Those that a name means, Xen's machines first. */
    static List<Universe> family(String name) {
        return universes(List.of(name)).stream()
                .sorted(Comparator.comparing(universe -> universe.machine().isHypothetical()))
                .toList();
    }

    /** Those that the names mean, in the order of all universes; the default ones for no name. */
    static List<Universe> universes(List<String> names) {
        if (names.isEmpty()) {
            return Universes.byDefault();
        }
        Set<Universe> chosen = new LinkedHashSet<>();
        names.forEach(name -> chosen.addAll(matching(name)));
        return Universes.all().stream().filter(chosen::contains).toList();
    }

    /**
     * What a name means: {@code all}, a universe, or those that start with it: with {@code *} at
     * its end all of them, else whole words and those that a check explores by default.
     */
    private static List<Universe> matching(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals("all")) {
            return Universes.all();
        }
        Optional<Universe> exact = Universes.find(lower);
        if (exact.isPresent()) {
            return List.of(exact.get());
        }
        boolean any = lower.endsWith("*");
        String start = any ? lower.substring(0, lower.length() - 1) : lower + "-";
        List<Universe> found =
                Universes.all().stream()
                        .filter(universe -> universe.name().startsWith(start))
                        .filter(universe -> any || universe.byDefault())
                        .toList();
        if (found.isEmpty()) {
            throw unknownUniverse(name);
        }
        return found;
    }

    /**
     * Whether what happens in a universe counts for exit codes: if its machine is Xen's, or if the
     * user named it in full.
     */
    static boolean counts(Universe universe, List<String> names) {
        return !universe.machine().isHypothetical()
                || Universes.find(universe.name()).isEmpty() // the user's own
                || names.stream().anyMatch(name -> name.equalsIgnoreCase(universe.name()));
    }

    private static Complaint unknownUniverse(String name) {
        Set<String> known = new LinkedHashSet<>();
        for (Universe universe : Universes.all()) {
            if (universe.byDefault()) { // else nothing of the family may be meant
                known.add(universe.name().split("-", 2)[0]);
            }
        }
        Universes.all().forEach(universe -> known.add(universe.name()));
        return unknown("universe", name, known, "list universes");
    }

    /** In their order; those that every check judges for no name. */
    static List<Property> properties(List<String> names) {
        Set<Property> chosen = new LinkedHashSet<>();
        names.forEach(name -> chosen.add(property(name)));
        return Arrays.stream(Property.values())
                .filter(
                        property ->
                                names.isEmpty()
                                        ? !property.isOptional()
                                        : chosen.contains(property))
                .toList();
    }

    static Property property(String name) {
        List<String> known = new ArrayList<>();
        for (Property property : Property.values()) {
            known.add(property.name());
            known.add(property.title());
        }
        return Property.find(name)
                .orElseThrow(() -> unknown("property", name, known, "list properties"));
    }

    private static Complaint unknown(
            String kind, String name, Collection<String> known, String command) {
        return new Complaint(
                "unknown %s '%s'; did you mean '%s'? (shootdown %s)"
                        .formatted(
                                kind,
                                name,
                                Nearest.of(name.toLowerCase(Locale.ROOT), known),
                                command));
    }
}
