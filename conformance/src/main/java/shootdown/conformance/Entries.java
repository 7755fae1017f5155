package shootdown.conformance;

import shootdown.hardware.Pte;
import shootdown.hypervisor.PageInfo;

import java.util.ArrayList;
import java.util.List;

/** Values for entries: fitting ones, odd ones, and any. */
final class Entries {
    static final long TABLE = Pte.PRESENT | Pte.RW | Pte.USER | Pte.ACCESSED | Pte.DIRTY;
    static final long LINEAR = Pte.PRESENT | Pte.USER | Pte.ACCESSED;
    private static final long LEAF = Pte.PRESENT | Pte.ACCESSED | Pte.DIRTY;
    private static final long ALL_ONES = Pte.MFN_MASK;

    private final Dice dice;
    private final Situation now;

    Entries(Dice dice, Situation now) {
        this.dice = dice;
        this.now = now;
    }

    /** An entry for a slot of a table of this level; more likely than not one that Xen takes. */
    long forLevel(int level, int table, int slot) {
        return switch (dice.weighted(60, 12, 14, 10, 8)) {
            case 0 -> level == 1 ? leaf() : toTable(level);
            case 1 -> 0;
            case 2 -> changed(now.entry(table, slot));
            case 3 -> level == 1 ? odd(leaf()) : linear(level, table);
            default -> any();
        };
    }

    /** An entry as an L1 has them. */
    long leaf() {
        int frame = leafTarget();
        long flags = LEAF | (dice.percent(65) ? Pte.RW : 0) | (dice.percent(70) ? Pte.USER : 0);
        if (dice.percent(15)) {
            flags |= Pte.GUEST_KERNEL;
        }
        if (dice.percent(10)) {
            flags |= Pte.NX;
        }
        if (dice.percent(10)) {
            flags |= Pte.GLOBAL;
        }
        return Pte.of(frame, flags);
    }

    private int leafTarget() {
        return switch (dice.weighted(70, 6, 5, 5, 5, 3, 3, 3)) {
            case 0 -> dice.below(Arena.POOL_FRAMES);
            case 1 -> tableInUse();
            case 2 -> Arena.FOREIGN + dice.below(Arena.FOREIGN_FRAMES);
            case 3 -> Arena.SHARED_INFO;
            case 4 -> Arena.MMIO;
            case 5 -> dice.pick(Arena.BOOT_L3, Arena.BOOT_L4);
            case 6 -> dice.pick(Arena.DENIED_MMIO, Arena.XEN);
            default -> Arena.NONEXISTENT;
        };
    }

    /** An entry that names a table of the level below, or what could become one. */
    long toTable(int level) {
        List<Integer> fit = new ArrayList<>();
        for (int frame = 0; frame < Arena.POOL_FRAMES; frame++) {
            if (now.type(frame) == level - 1 || (!now.inUse(frame) && dice.percent(20))) {
                fit.add(frame);
            }
        }
        int frame = fit.isEmpty() ? dice.below(Arena.POOL_FRAMES) : dice.pick(fit);
        long flags = Pte.PRESENT | Pte.USER | Pte.ACCESSED;
        flags |= dice.percent(85) ? Pte.RW : 0;
        flags |= dice.percent(3) ? Pte.NX : 0;
        flags ^= dice.percent(5) ? Pte.USER : 0;
        flags |= dice.percent(50) ? Pte.DIRTY : 0;
        return Pte.of(frame, flags);
    }

    /** A read-only entry that names a table of the same level, perhaps itself. */
    long linear(int level, int table) {
        if (dice.percent(25)) {
            return Pte.of(table, LINEAR);
        }
        List<Integer> fit = new ArrayList<>();
        for (int frame = 0; frame < Arena.POOL_FRAMES; frame++) {
            if (now.type(frame) == level) {
                fit.add(frame);
            }
        }
        int frame = fit.isEmpty() ? dice.below(Arena.POOL_FRAMES) : dice.pick(fit);
        return Pte.of(frame, LINEAR | (dice.percent(10) ? Pte.RW : 0));
    }

    /** The same with some bits turned. */
    long changed(long entry) {
        long bit =
                dice.pick(
                        0L,
                        Pte.RW,
                        Pte.USER,
                        Pte.ACCESSED,
                        Pte.DIRTY,
                        Pte.GLOBAL,
                        Pte.NX,
                        Pte.PRESENT,
                        Pte.PWT,
                        Pte.PCD,
                        Pte.PSE,
                        1L << 9,
                        Pte.GUEST_KERNEL,
                        1L << 60);
        return bit == Pte.PRESENT ? nonPresent() : entry ^ bit;
    }

    private long odd(long entry) {
        return entry ^ dice.pick(Pte.PWT, Pte.PCD, Pte.PSE, Pte.GLOBAL, Pte.NX, 1L << 55, 1L << 9);
    }

    /** Anything at all. */
    long any() {
        return switch (dice.weighted(30, 30, 20, 10, 5)) {
            case 0 -> odd(leaf());
            case 1 -> Pte.of(anyFrame(), TABLE ^ dice.pick(0L, Pte.RW, Pte.PSE, Pte.GLOBAL));
            case 2 -> 0;
            case 3 -> nonPresent();
            default -> ALL_ONES | TABLE;
        };
    }

    /** What is not present may be anything. */
    private long nonPresent() {
        return dice.pick(0L, 0x10L, Pte.NX, 0xDEAD_BEEF_0000_1002L, 0x7FL << 52 | Pte.RW);
    }

    int anyFrame() {
        return dice.percent(75)
                ? dice.below(Arena.POOL_FRAMES)
                : dice.percent(80) ? dice.below(Arena.FRAMES) : Arena.NONEXISTENT;
    }

    /** A table that is in use, if there is one. */
    int tableInUse() {
        return frameOfType(PageInfo.TYPE_L1, PageInfo.TYPE_L4);
    }

    /** A frame in use with a type in this range; any of the pool if there is none. */
    int frameOfType(int from, int to) {
        List<Integer> fit = new ArrayList<>();
        for (int frame = 0; frame < Arena.POOL_FRAMES; frame++) {
            if (now.inUse(frame) && now.type(frame) >= from && now.type(frame) <= to) {
                fit.add(frame);
            }
        }
        return fit.isEmpty() ? dice.below(Arena.POOL_FRAMES) : dice.pick(fit);
    }
}
