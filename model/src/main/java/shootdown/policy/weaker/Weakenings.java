package shootdown.policy.weaker;

import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.Policy;
import shootdown.policy.Update;
import shootdown.policy.weaker.Weakening.Always;
import shootdown.policy.weaker.Weakening.ForSome;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * All weakenings, and the policies that they make: {@code final~no-local} is {@code final} without
 * its local flush. Several may follow each other: {@code final~no-new~no-same-frame}.
 */
public final class Weakenings {
    /** Between a policy and what is taken away from it. */
    public static final char SIGN = '~';

    private static final List<Weakening> ALL =
            List.of(
                    new Always("no-local", "without the flush of the local CPU", Less.noLocal()),
                    new Always("no-remote", "without the flush of other CPUs", Less.noOthers()),
                    new Always("no-cpu0", "others never flush CPU0", Less.notTo(0)),
                    new Always("no-cpu1", "others never flush CPU1", Less.notTo(1)),
                    new Always("no-tlb", "root flags only, no TLB flush", Less.noTlb()),
                    new Always("no-local-tlb", "without the local TLB flush", Less.noLocalTlb()),
                    new Always("no-remote-tlb", "no TLB flush of others", Less.noTlbOfOthers()),
                    new Always("no-root", "without any sync of root copies", Less.noRoot()),
                    new Always("no-local-root", "no local root flag", Less.noLocalRootFlag()),
                    new Always("no-remote-root", "no root flag for others", Less.noRootOfOthers()),
                    new Always("no-root-store", "without the direct store", Less.noRootStore()),
                    new Always("not-global", "T in place of G", Less.notGlobal()),
                    new Always("xen-pcids", "PCIDs 0 and 1 only, globals stay", Less.xenPcids()),
                    new Always("kernel-pcid", "PCID 0 only, globals stay", Less.kernelPcid()),
                    new Always("loaded-pcid", "the loaded PCID only", Less.loadedPcid()),
                    new Always("linear-range", "the linear window only", Less.linearRange()),
                    new Always("at-exit", "T at the next return to the guest", Less.atExit()),
                    new Always("local-at-exit", "the local T at the exit", Less.localAtExit()),
                    new Always("remote-at-exit", "T of others at their exit", Less.othersAtExit()),
                    new Always("not-in-guest", "CPUs in the guest are spared", Less.notInGuest()),
                    some("no-l2", "no T for L2 edits", update -> update.level() == 2),
                    some("no-l3", "no T for L3 edits", update -> update.level() == 3),
                    some("no-l4", "no T for L4 edits", update -> update.level() == 4),
                    some(
                            "no-new",
                            "no T if the old entry was absent",
                            update -> !update.wasPresent()),
                    some("no-removal", "no T if the new entry is absent", is(Change.REMOVED)),
                    some("no-replacement", "no T if a frame replaces another", is(Change.REPLACED)),
                    some("no-same-frame", "no T if the frame stays", is(Change.KEPT)),
                    some("no-unhooked", "no T if nothing names the table", Weakening::isUnhooked),
                    new ForSome(
                            "no-unreached",
                            "no T if no CPU's L4 leads to the table",
                            true,
                            Weakening::isUnreached));

    private Weakenings() {}

    private static Predicate<Update> is(Change change) {
        return update -> Change.of(update) == change;
    }

    private static Weakening some(String name, String rule, Predicate<Update> where) {
        return new ForSome(name, rule, false, where);
    }

    /** All, in the order in which they are told. */
    public static List<Weakening> all() {
        return ALL;
    }

    /** The policy without what the weakenings take away. */
    public static CatalogueEntry weaken(CatalogueEntry entry, Weakening... weakenings) {
        List<Weakening> list = List.of(weakenings);
        String suffix = list.stream().map(w -> SIGN + w.name()).collect(Collectors.joining());
        String rules = list.stream().map(Weakening::rule).collect(Collectors.joining("; "));
        return new CatalogueEntry(
                entry.name() + suffix,
                List.of(),
                new Weakened(entry.policy(), list),
                "as " + entry.name() + ", but " + rules,
                "ours, to test whether all of " + entry.name() + " is needed",
                entry.ideal() || list.stream().anyMatch(Weakening::ideal),
                List.of());
    }

    /** Each single weakening of a policy. */
    public static List<CatalogueEntry> of(CatalogueEntry entry) {
        return ALL.stream().map(weakening -> weaken(entry, weakening)).toList();
    }

    /** The weakening of that name. */
    public static Optional<Weakening> named(String name) {
        return ALL.stream().filter(weakening -> weakening.name().equals(name)).findFirst();
    }

    /** The weakened policy of that name, such as {@code final~no-local}. */
    public static Optional<CatalogueEntry> find(String name) {
        String[] parts = name.split(String.valueOf(SIGN), -1);
        Optional<CatalogueEntry> entry = Catalogue.find(parts[0]);
        List<Weakening> weakenings = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            named(parts[i]).ifPresent(weakenings::add);
        }
        boolean complete = parts.length > 1 && weakenings.size() == parts.length - 1;
        return entry.filter(e -> complete)
                .map(e -> weaken(e, weakenings.toArray(new Weakening[0])));
    }

    /** Whether a policy is of the catalogue, or a weakened one of it, and treats CPUs alike. */
    public static boolean isBlind(Policy policy) {
        return policy instanceof Weakened weakened
                ? weakened.isBlind() && Catalogue.contains(weakened.policy())
                : Catalogue.contains(policy);
    }
}
