package shootdown.workload.replay;

import shootdown.hardware.Pte;
import shootdown.workload.trace.TraceEvent;
import shootdown.workload.trace.TraceEvent.DirectWrite;
import shootdown.workload.trace.TraceEvent.LinuxWrite;
import shootdown.workload.trace.TraceEvent.Mmuext;
import shootdown.workload.trace.TraceEvent.VaMapping;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Where the pages of Linux's tables lie in the machine, as far as a stock recording shows it. Linux
 * names a table by a page number of its own, the pseudo-physical frame, and an entry names the
 * table below by the machine's frame. Before a page becomes a table Linux makes its own mapping of
 * it read-only, with update_va_mapping: the address tells the one, the value the other.
 *
 * <p>It is taken for the same throughout a recording; contradictions are counted.
 */
public final class PseudoPhysical {
    /** Where Linux maps all memory, as a PV guest always without randomisation. */
    private static final long DIRECT_MAP = 0xffff_8880_0000_0000L;

    private static final long DIRECT_MAP_SIZE = 1L << 46;

    /** Tables of which a recording shows nothing but that there must be some, of each CPU. */
    private static final int UNSEEN_TABLES = 3;

    private final Map<Long, Long> pages = new HashMap<>();
    private final Map<Long, Long> frames = new HashMap<>();
    private final Set<Long> tables = new HashSet<>();
    private final Set<Long> children = new HashSet<>();
    private final Set<Long> regions = new HashSet<>();
    private long contradictions;

    PseudoPhysical() {}

    /** Whether an address is one of Linux's map of all memory. */
    static boolean isMapped(long va) {
        return Long.compareUnsigned(va - DIRECT_MAP, DIRECT_MAP_SIZE) < 0;
    }

    /** The page that Linux has at an address of its map of all memory. */
    static long page(long va) {
        return (va - DIRECT_MAP) >>> Pte.PAGE_SHIFT;
    }

    void add(TraceEvent event) {
        switch (event) {
            case VaMapping e -> mapping(e);
            case LinuxWrite e -> {
                tables.add(page(e.kva()));
                child(e.level(), e.old());
                child(e.level(), e.value());
            }
            case DirectWrite e -> {
                tables.add(page(e.kva()));
                child(e.level(), e.old());
                child(e.level(), e.value());
            }
            case Mmuext e -> {
                tables.add(e.arg1());
                tables.add(e.arg1() >>> Pte.PAGE_SHIFT);
            }
            default -> {}
        }
    }

    private void mapping(VaMapping e) {
        if (!isMapped(e.va()) || !Pte.isPresent(e.value())) {
            return;
        }
        long page = page(e.va());
        long frame = Pte.mfn(e.value());
        tables.add(page);
        regions.add(page >>> 9);
        if (frames.getOrDefault(page, frame) != frame) {
            contradictions++;
        } else {
            frames.put(page, frame);
            pages.put(frame, page);
        }
    }

    private void child(int level, long entry) {
        if (level > 1 && Pte.isPresent(entry)) {
            children.add((long) Pte.mfn(entry));
        }
    }

    /** The page in a frame of the machine, or -1 if the recording does not show it. */
    long inFrame(long frame) {
        return pages.getOrDefault(frame, -1L);
    }

    /** At most so many frames are tables in what follows the recording. */
    int tables(int cpus) {
        return 1 + tables.size() + children.size() + regions.size() + UNSEEN_TABLES * cpus;
    }

    /** Frames that upper entries name. */
    public long children() {
        return children.size();
    }

    /** Of these, those of which the recording shows which of Linux's pages they are. */
    public long childrenKnown() {
        return children.stream().filter(pages::containsKey).count();
    }

    /** Pages that moved in the machine; the first place was taken. */
    public long contradictions() {
        return contradictions;
    }
}
