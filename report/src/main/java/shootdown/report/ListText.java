package shootdown.report;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Property;
import shootdown.checker.Universe;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.Machine.Allowed;
import shootdown.policy.CatalogueEntry;

import java.util.ArrayList;
import java.util.List;

/** What there is, as text. */
public final class ListText {
    private ListText() {}

    /** A part for each that is not null; a single universe with all that there is to know. */
    public static Page page(
            @Nullable List<CatalogueEntry> policies,
            @Nullable List<Universe> universes,
            @Nullable List<Property> properties) {
        List<Page> parts = new ArrayList<>();
        if (policies != null) {
            parts.add(policies(policies));
        }
        if (universes != null) {
            parts.add(
                    universes.size() == 1 ? universe(universes.getFirst()) : universes(universes));
        }
        if (properties != null) {
            parts.add(properties(properties));
        }
        Page page = new Page();
        for (Page part : parts) {
            if (!page.lines().isEmpty()) {
                page.blank();
            }
            page.append(part);
        }
        return page;
    }

    static Page policies(List<CatalogueEntry> policies) {
        Page page = new Page().line(Tone.TITLE, "Policies");
        for (CatalogueEntry policy : policies) {
            page.wrapped(Span.plain("  %-18s ".formatted(Names.of(policy))), policy.rule(), 21);
            page.wrapped(Span.plain(" ".repeat(21)), policy.source(), 21);
            if (!policy.aliases().isEmpty()) {
                page.line(" ".repeat(21) + "also " + String.join(", ", policy.aliases()));
            }
        }
        return page;
    }

    static Page universes(List<Universe> universes) {
        Page page = new Page().line(Tone.TITLE, "Universes");
        Families families = new Families(universes);
        for (String family : families.names()) {
            Universe first = families.universes(family).getFirst();
            page.wrapped("  %-4s".formatted(Families.label(family)), first.title());
            for (Universe universe : families.universes(family)) {
                page.line(
                        "      "
                                + universe.name()
                                + (universe.byDefault() ? "" : "  (large: only by name)")
                                + (universe.machine().isHypothetical()
                                        ? "  (its machine is not Xen's)"
                                        : ""));
            }
        }
        return page;
    }

    static Page properties(List<Property> properties) {
        Page page = new Page().line(Tone.TITLE, "Properties");
        for (Property property : properties) {
            page.wrapped(
                    Span.plain("  %-3s %-18s".formatted(property, property.title())),
                    property.says(),
                    24);
        }
        return page;
    }

    /** All that there is to know of one universe. */
    static Page universe(Universe universe) {
        Machine machine = universe.machine();
        Page page = new Page().line(Tone.TITLE, universe.name());
        page.wrapped("  what         ", universe.title());
        page.wrapped("  aims at      ", universe.aims());
        page.wrapped("  cannot show  ", universe.cannotShow());
        page.wrapped("  machine      ", machine(machine));
        page.wrapped("  frames       ", String.join(", ", universe.frameNames()));
        page.line("  by default   " + (universe.byDefault() ? "yes" : "no, only by name"));
        page.blank().line(Tone.TITLE, "What guests may do");
        for (Allowed allowed : machine.operations()) {
            page.wrapped("  ", Alphabet.words(allowed, universe));
        }
        return page;
    }

    private static String guests(Machine machine) {
        long narrow = machine.domains().stream().filter(d -> machine.isPv32(d.id())).count();
        if (narrow > 0 && narrow < machine.domains().size()) {
            return "64-bit and 32-bit PAE guests";
        }
        return narrow > 0 ? "32-bit PAE guest" : "64-bit guest";
    }

    /** Such as {@code 2 CPUs, 64-bit guest, XPTI off, PCID off, single requests}. */
    static String machine(Machine machine) {
        List<String> words = new ArrayList<>();
        words.add(Numbers.count(machine.cpus(), "CPU", "CPUs"));
        words.add(guests(machine));
        words.add("XPTI " + (machine.xpti() ? "on" : "off"));
        words.add("PCID " + (machine.pcid() ? "on" : "off"));
        if (machine.pv32()) {
            words.add("SMEP " + (machine.smep() ? "on" : "off"));
        }
        words.add(machine.batches() ? "batches" : "single requests");
        if (machine.preemption()) {
            words.add("preempted anywhere");
        }
        if (machine.storeBuffers()) {
            words.add("store buffers");
        }
        if (machine.assistedFlush()) {
            words.add("flushes assisted by a hypervisor below");
        }
        if (machine.shadowFilter()) {
            words.add("shadow mode's filter");
        }
        if (machine.polite()) {
            words.add("a guest that flushes what it edits");
        }
        if (machine.vcpus() > machine.cpus()) {
            words.add(Numbers.count(machine.vcpus(), "vCPU", "vCPUs"));
        }
        if (machine.toolstackPauses()) {
            words.add("a toolstack that edits only what is paused");
        }
        if (!machine.forcedContinuation()) {
            words.add("no forced continuation (hypothetical)");
        } else if (machine.isHypothetical()) {
            words.add("hypothetical");
        }
        return String.join(", ", words);
    }
}
