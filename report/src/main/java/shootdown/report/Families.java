package shootdown.report;

import shootdown.checker.Universe;
import shootdown.checker.Universes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Universes by family: {@code u1-linear-uvm-xpti} is the variant {@code xpti} of U1 linear-uvm. */
public final class Families {
    /** What the first universe of a family is called as a variant. */
    private static final String PLAIN = "plain";

    private final Map<String, List<Universe>> families = new LinkedHashMap<>();

    public Families(Collection<Universe> universes) {
        for (Universe universe : universes) {
            families.computeIfAbsent(family(universe), f -> new ArrayList<>()).add(universe);
        }
    }

    /** Such as {@code u1}. */
    public static String family(Universe universe) {
        return universe.name().split("-", 2)[0];
    }

    /** Such as {@code U1}. */
    public static String label(String family) {
        return family.toUpperCase(Locale.ROOT);
    }

    public List<String> names() {
        return List.copyOf(families.keySet());
    }

    public List<Universe> universes(String family) {
        return families.getOrDefault(family, List.of());
    }

    /** Such as {@code linear-uvm}: what the first universe of the family is called. */
    public String title(String family) {
        return Universes.all().stream()
                .filter(universe -> family(universe).equals(family))
                .map(universe -> universe.name().substring(family.length() + 1))
                .findFirst()
                .orElse("");
    }

    /** Such as {@code xpti-pcid}. */
    public String variant(Universe universe) {
        String family = family(universe);
        String base = family + "-" + title(family);
        if (universe.name().equals(base)) {
            return PLAIN;
        }
        int known = universe.name().startsWith(base + "-") ? base.length() : family.length();
        return universe.name().substring(known + 1);
    }

    /** Variants of one family in few words, such as {@code all but xpti, g}. */
    String variants(String family, Collection<Universe> chosen) {
        List<Universe> all = universes(family);
        if (chosen.size() == all.size()) {
            return all.size() == 1 ? variant(all.getFirst()) : "all";
        }
        List<String> in = new ArrayList<>();
        List<String> out = new ArrayList<>();
        for (Universe universe : all) {
            (chosen.contains(universe) ? in : out).add(variant(universe));
        }
        return out.size() + 1 < in.size()
                ? "all but " + String.join(", ", out)
                : String.join(", ", in);
    }

    /** Universes of any families, such as {@code U1 (all but g), U2}. */
    String list(Collection<Universe> chosen) {
        List<String> words = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String family : names()) {
            List<Universe> all = universes(family);
            List<Universe> in = all.stream().filter(chosen::contains).toList();
            List<Universe> out = all.stream().filter(u -> !chosen.contains(u)).toList();
            part(family, in, words);
            part(family, out, others);
        }
        if (others.isEmpty()) {
            return "everywhere";
        }
        String inside = String.join(", ", words);
        String outside = "everywhere but " + String.join(", ", others);
        return outside.length() < inside.length() ? outside : inside;
    }

    private void part(String family, List<Universe> part, List<String> words) {
        if (part.size() == universes(family).size()) {
            words.add(label(family));
        } else if (!part.isEmpty()) {
            words.add(label(family) + " (" + variants(family, part) + ")");
        }
    }
}
