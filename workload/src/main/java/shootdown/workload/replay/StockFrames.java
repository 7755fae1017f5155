package shootdown.workload.replay;

import shootdown.hardware.Pte;

import java.util.HashMap;
import java.util.Map;

/**
 * Frames of a machine that follows a stock recording: numbers for tables, given as they are met.
 * All that is no table is taken for memory of devices, beyond them: it has no type and no count.
 */
final class StockFrames {
    /** Beyond all tables; machines have fewer frames. */
    private static final long DEVICES = 1L << (30 + Pte.PAGE_SHIFT);

    private enum Kind {
        PAGE,
        FRAME,
        REGION,
        BASE
    }

    private record Name(Kind kind, long number) {}

    private final PseudoPhysical known;
    private final Map<Name, Integer> numbers = new HashMap<>();

    StockFrames(PseudoPhysical known) {
        this.known = known;
    }

    private int of(Kind kind, long number) {
        return numbers.computeIfAbsent(new Name(kind, number), name -> numbers.size() + 1);
    }

    /** Of one of Linux's pages. */
    int page(long page) {
        return of(Kind.PAGE, page);
    }

    /** Of the table that an upper entry names; one of its own if nobody knows which page it is. */
    int child(long entry) {
        long frame = Pte.mfn(entry);
        long page = known.inFrame(frame);
        return page < 0 ? of(Kind.FRAME, frame) : of(Kind.PAGE, page);
    }

    /** Of the L1 table that has Linux's own mapping of a page. */
    int mapOf(long page) {
        return of(Kind.REGION, page >>> 9);
    }

    /** Of the L4 on which a CPU ran when the recording began. */
    int unknownBase(int cpu, boolean user) {
        return of(Kind.BASE, 2L * cpu + (user ? 1 : 0));
    }

    /** Of Linux's own L3s, all in one. */
    int linuxItself() {
        return of(Kind.BASE, -1);
    }

    /** An entry, with the number of what it names. */
    long entry(int level, long entry) {
        if (!Pte.isPresent(entry)) {
            return entry;
        }
        return level > 1
                ? Pte.of(child(entry), Pte.flags(entry))
                : (entry | DEVICES) & ~(Pte.MFN_MASK & -(DEVICES << 1));
    }
}
