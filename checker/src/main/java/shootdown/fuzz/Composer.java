package shootdown.fuzz;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.readOnly;
import static shootdown.checker.Entries.table;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Universe;
import shootdown.fuzz.Blueprint.Dom;
import shootdown.fuzz.Blueprint.Frame;
import shootdown.fuzz.Blueprint.Life;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Defect;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Layout;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine.Allowed;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.MachineSetup.Asked;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Composes universes at random: sizes, switches, tables and a legal first state; {@link Motifs} add
 * the operations. The same dice make the same universe.
 */
final class Composer {
    /** As many operations as have a bit each in a walk's choice of them. */
    static final int MOST_OPERATIONS = 60;

    private final Dice dice;
    private final Set<Defect> defects;
    private final List<Frame> frames = new ArrayList<>();
    private final List<Forest> forests = new ArrayList<>();
    private final List<Dom> domains = new ArrayList<>();
    private final List<Integer> loads = new ArrayList<>();
    private final List<Integer> vcpus = new ArrayList<>();
    private final List<Asked> entries = new ArrayList<>();
    private final List<Asked> extras = new ArrayList<>();
    private final Set<Switch> switches = EnumSet.noneOf(Switch.class);
    private final Set<Allowed> operations = new LinkedHashSet<>();
    private final Set<VirtualAddress> tracked = new LinkedHashSet<>();
    private final List<Integer> guestSlots = new ArrayList<>();
    private final List<VirtualAddress> addresses = new ArrayList<>();
    private final Set<Integer> unpinned = new HashSet<>();
    private int grantMaps;
    private boolean ownCpu;

    private Composer(Dice dice, Set<Defect> defects) {
        this.dice = dice;
        this.defects = defects;
    }

    /**
     * A universe with a legal first state.
     *
     * @param defects rules taken out of its model
     */
    static Blueprint compose(Dice dice, Set<Defect> defects) {
        while (true) {
            @Nullable Blueprint made = new Composer(dice, defects).attempt();
            if (made != null) {
                return made;
            }
        }
    }

    private @Nullable Blueprint attempt() {
        guestSlots.add(0);
        int more = dice.oneOf(List.of(0, 1, 1, 1, 2));
        for (int slot = 1; slot <= more; slot++) {
            guestSlots.add(slot);
        }
        Theme theme = Theme.any(dice);
        Arrangement arrangement = theme.arrangement(dice);
        int cpus = theme.cpus(arrangement, dice);
        arrangement.declare(this, cpus, dice);
        switches(arrangement);
        theme.set(switches, dice);
        for (int i = dice.between(2, 3); i > 0; i--) {
            addresses.add(anyAddress());
        }
        for (Dom domain : domains) {
            forests.add(plant(domain));
        }
        ownCpu = cpus > 1 && dice.chance(35);
        new Motifs(this, dice).add(theme, arrangement);
        for (VirtualAddress va : addresses) {
            if (dice.chance(75)) {
                tracked.add(va);
            }
        }
        return legal();
    }

    // Sizes and switches.

    private void switches(Arrangement arrangement) {
        flip(Switch.XPTI, 40);
        flip(Switch.PCID, 40);
        flip(Switch.BATCHES, 25);
        if (switches.contains(Switch.BATCHES)) {
            flip(Switch.PREEMPTION, 35);
        }
        flip(Switch.PREEMPTED_VALIDATION, 12);
        flip(Switch.NO_GLOBAL_PAGES, 10);
        flip(Switch.NO_LINEAR_PAGE_TABLES, 4);
        flip(Switch.ASSISTED_FLUSH, 12);
        flip(Switch.STORE_BUFFERS, 15);
        flip(Switch.SHADOW_FILTER, 10);
        flip(Switch.POLITE, 5);
        if (dice.chance(10)) {
            hypothetical();
        }
        arrangement.restrict(switches, dice);
    }

    private void hypothetical() {
        switch (dice.below(4)) {
            case 0 -> switches.add(Switch.UNFORCED);
            case 1 -> switches.add(Switch.MUST_DO);
            default -> {
                switches.add(Switch.FLUSH_TLB_SPARES_GLOBAL);
                switches.add(Switch.GUEST_MAY_GLOBAL);
                switches.remove(Switch.XPTI);
                switches.remove(Switch.PCID);
                switches.remove(Switch.NO_GLOBAL_PAGES);
            }
        }
    }

    private void flip(Switch which, int percent) {
        if (dice.chance(percent)) {
            switches.add(which);
        }
    }

    boolean has(Switch which) {
        return switches.contains(which);
    }

    // For arrangements.

    void domain(int id, boolean privileged, boolean pv32, Life life) {
        domains.add(new Dom(id, privileged, pv32, life));
    }

    void load(int domid) {
        loads.add(domid);
    }

    void vcpu(int domid) {
        vcpus.add(domid);
    }

    // Tables.

    private Forest plant(Dom domain) {
        boolean extra = domain.id() != domains.getFirst().id() || domains.size() == 1;
        Forest forest = new Forest(domain.id(), domain.pv32());
        boolean bare = !extra && dice.chance(60); // only a base: it acts on the other
        for (int level = forest.top(); level >= 1; level--) {
            int count = level == forest.top() ? dice.between(1, 3) : bare ? 1 : dice.between(1, 3);
            for (int i = 0; i < count; i++) {
                forest.tables(level)
                        .add(
                                frame(
                                        "d" + domain.id() + "L" + level + (char) ('a' + i),
                                        domain.id()));
            }
        }
        for (int i = dice.between(1, 2); i > 0; i--) {
            forest.pages.add(frame("d" + domain.id() + "page" + i, domain.id()));
        }
        for (int level = forest.top(); level >= 1; level--) {
            fill(forest, level);
        }
        return forest;
    }

    private int frame(String name, int owner) {
        frames.add(new Frame(name, owner));
        return frames.size() - 1;
    }

    /** A free frame. */
    int freeFrame() {
        return frame("free" + frames.size(), DomId.INVALID);
    }

    int pageOf(Forest forest) {
        int mfn = frame("d" + forest.domid + "page" + (forest.pages.size() + 1), forest.domid);
        forest.pages.add(mfn);
        return mfn;
    }

    /** A further table, which nothing names. */
    int tableOf(Forest forest, int level) {
        List<Integer> tables = forest.tables(level);
        char letter = (char) ('a' + tables.size());
        int mfn = frame("d" + forest.domid + "L" + level + letter, forest.domid);
        tables.add(mfn);
        return mfn;
    }

    /** A table that goes when the last entry or base that names it does. */
    void leaveUnpinned(int mfn) {
        unpinned.add(mfn);
    }

    /** Loads a user base wherever there is one. */
    void loadUser(int mfn) {
        extras.replaceAll(
                asked ->
                        asked instanceof Asked.LoadUser l
                                ? new Asked.LoadUser(l.cpu(), mfn)
                                : asked);
    }

    private void fill(Forest forest, int level) {
        List<Integer> tables = forest.tables(level);
        for (int i = 0; i < tables.size(); i++) {
            for (int slot : guestSlots) {
                long value =
                        slot == 0 && (i == 0 || dice.chance(70))
                                ? child(forest, level, i == 0 ? 0 : -1)
                                : dice.chance(35) ? other(forest, level) : NONE;
                if (value != NONE) {
                    entries.add(new Asked.Entry(tables.get(i), slot, value));
                }
            }
        }
    }

    private long child(Forest forest, int level, int which) {
        List<Integer> below = level == 1 ? forest.pages : forest.tables(level - 1);
        int mfn = which >= 0 ? below.get(which) : dice.oneOf(below);
        return level == 1 ? page(mfn) : table(mfn);
    }

    /** Now and then a linear entry, or a read-only mapping of a table. */
    private long other(Forest forest, int level) {
        if (dice.chance(70)) {
            return child(forest, level, -1);
        }
        return level == 1
                ? readOnly(forest.anyFrame(dice))
                : readOnly(dice.oneOf(forest.tables(level)));
    }

    // For motifs.

    List<Forest> forests() {
        return forests;
    }

    Forest forest(int domid) {
        return forests.stream().filter(f -> f.domid == domid).findFirst().orElseThrow();
    }

    int cpus() {
        return loads.size();
    }

    List<Integer> loads() {
        return loads;
    }

    List<Integer> vcpus() {
        return vcpus;
    }

    int guestSlot() {
        return dice.oneOf(guestSlots);
    }

    /** The last of the guest's slots, which is the first where there is but one. */
    int lastSlot() {
        return guestSlots.getLast();
    }

    VirtualAddress address() {
        return dice.oneOf(addresses);
    }

    private VirtualAddress anyAddress() {
        return new VirtualAddress(index(), index(), index(), index());
    }

    private int index() {
        return dice.chance(70) ? 0 : guestSlot();
    }

    void track(VirtualAddress va) {
        tracked.add(va);
    }

    void limitGrantMaps(int most) {
        grantMaps = most;
    }

    /** Writes an entry in place of what was there. */
    void write(int mfn, int slot, long value) {
        entries.removeIf(
                asked -> asked instanceof Asked.Entry e && e.mfn() == mfn && e.slot() == slot);
        entries.add(new Asked.Entry(mfn, slot, value));
    }

    void setup(Asked asked) {
        extras.add(asked);
    }

    /** CPUs on which a group of operations is allowed. */
    long someCpus() {
        return ownCpu ? 1L << dice.below(cpus()) : -1L;
    }

    void allow(Allowed allowed) {
        if (operations.size() < MOST_OPERATIONS) {
            operations.add(allowed);
        }
    }

    /** Whether nothing is allowed yet. */
    boolean isIdle() {
        return operations.isEmpty();
    }

    // The first state.

    /** Pins what can be pinned, loads bases, and leaves out what Xen refuses. */
    private @Nullable Blueprint legal() {
        List<Asked> setup = new ArrayList<>(entries);
        for (Forest forest : forests) {
            for (int level = 1; level <= forest.top(); level++) {
                for (int mfn : forest.tables(level)) {
                    boolean first = mfn == forest.tables(level).getFirst();
                    int percent = level == forest.top() ? 85 : first ? 35 : 60;
                    if (dice.chance(percent) && !unpinned.contains(mfn)) {
                        setup.add(new Asked.Pin(level, mfn));
                    }
                }
            }
        }
        int begin = entries.size();
        bases(setup);
        setup.addAll(extras);
        // what Xen refuses is left out, but for the bases
        for (int tries = 0; tries < 40; tries++) {
            int refused = refused(setup);
            if (refused < 0) {
                return blueprint(setup);
            }
            if (refused < begin
                    || setup.get(refused) instanceof Asked.Load
                    || setup.get(refused) instanceof Asked.Base) {
                return null;
            }
            setup.remove(refused);
        }
        return null;
    }

    private void bases(List<Asked> setup) {
        for (int cpu = 0; cpu < cpus(); cpu++) {
            if (loads.get(cpu) != DomId.IDLE) {
                Forest forest = forest(loads.get(cpu));
                setup.add(new Asked.Load(cpu, base(forest)));
            }
        }
        int loaded = (int) loads.stream().filter(domid -> domid != DomId.IDLE).count();
        for (int i = 0; i < vcpus.size(); i++) {
            Forest forest = forest(vcpus.get(i));
            setup.add(new Asked.Base(loaded + i, base(forest)));
        }
    }

    private int base(Forest forest) {
        List<Integer> tops = forest.tables(forest.top());
        return dice.chance(80) ? tops.getFirst() : dice.oneOf(tops);
    }

    private Blueprint blueprint(List<Asked> setup) {
        List<Integer> slots = new ArrayList<>(guestSlots);
        slots.add(LinearMap.SLOT);
        return new Blueprint(
                frames,
                slots,
                switches,
                domains,
                loads,
                vcpus,
                List.copyOf(operations),
                List.copyOf(tracked),
                grantMaps,
                setup,
                defects);
    }

    /** Index of the first thing that Xen refuses, or -1; the size if it is the machine itself. */
    private int refused(List<Asked> setup) {
        Universe universe;
        Layout layout;
        try {
            universe = blueprint(List.of()).universe("attempt");
            layout = new Layout(universe.machine());
        } catch (IllegalArgumentException e) {
            return 0;
        }
        MachineSetup first = new MachineSetup(layout, layout.saturatedCaches());
        for (int i = 0; i < setup.size(); i++) {
            try {
                Blueprint.ask(first, setup.get(i));
            } catch (IllegalArgumentException e) {
                return i;
            }
        }
        return -1;
    }
}
