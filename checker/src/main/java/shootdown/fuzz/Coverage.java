package shootdown.fuzz;

import shootdown.hardware.Geometry;
import shootdown.hypervisor.CpuState;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.PageInfo;

/**
 * What walks have seen: kinds of steps with what was at stake in them, and the shapes of states.
 *
 * <p>The shape of a CPU is its stage and which prefixes and pages its caches know more than one
 * frame for: that is what a missing flush leaves. The shape of a state is that of all CPUs and the
 * types of all frames. Both are hashed into bitmaps, so that some new things look old.
 */
final class Coverage {
    private static final int BITS = 1 << 20;

    private final CpuState cpus;
    private final PageInfo pages;
    private final int cacheBase;
    private final int cacheLength;
    private final int frames;
    private final int words;
    private final long[] kinds = new long[BITS / Long.SIZE];
    private final long[] shapes = new long[BITS / Long.SIZE];
    private int size;

    Coverage(Hypervisor xen) {
        this.cpus = xen.cpus();
        this.pages = xen.pages();
        Geometry geometry = xen.layout().geometry();
        int[] blocks = xen.layout().blockLengths();
        this.cacheLength = blocks[blocks.length - 1];
        this.cacheBase = xen.layout().length() - cacheLength * geometry.cpus();
        this.frames = xen.layout().machine().frames();
        this.words = geometry.cpus();
    }

    /** How many different things have been seen. */
    int size() {
        return size;
    }

    /**
     * Notes a step.
     *
     * @param before stage of the CPU before it
     * @param atStake the properties for which something was at stake
     * @return whether anything is new
     */
    boolean isNew(long[] s, int cpu, int action, int before, long atStake) {
        long own = shape(s, cpu);
        long kind =
                Dice.mix(own + action * 0x1_0000_0001L + ((long) before << 48) + (atStake << 20));
        boolean fresh = add(kinds, kind);
        long all = 0;
        for (int c = 0; c < words; c++) {
            all = all * 31 + (c == cpu ? own : shape(s, c));
        }
        for (int mfn = 0; mfn < frames; mfn++) {
            all = all * 31 + pages.type(s, mfn) * 2L + (pages.typeCount(s, mfn) > 0 ? 1 : 0);
        }
        boolean freshShape = add(shapes, Dice.mix(all));
        return fresh || freshShape;
    }

    @SuppressWarnings("EnumOrdinal") // to be hashed
    private long shape(long[] s, int cpu) {
        long shape = cpus.stage(s, cpu).ordinal();
        int from = cacheBase + cpu * cacheLength;
        for (int i = 0; i < cacheLength; i++) {
            long members = s[from + i];
            if ((members & (members - 1)) != 0) {
                shape = shape * 0x9E37_79B9_7F4A_7C15L + i;
            }
        }
        return Dice.mix(shape);
    }

    private boolean add(long[] seen, long hash) {
        int bit = (int) (hash >>> 44);
        long mask = 1L << (bit & 63);
        if ((seen[bit >>> 6] & mask) != 0) {
            return false;
        }
        seen[bit >>> 6] |= mask;
        size++;
        return true;
    }
}
