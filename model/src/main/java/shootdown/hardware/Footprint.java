package shootdown.hardware;

import java.util.Arrays;

/**
 * What was looked at of each CPU: bits of the block of its registers, and whether anything of its
 * caches. Writing counts as looking. Memory is not told: whatever a CPU does depends on it.
 *
 * <p>Who wants to know makes a geometry that tells it ({@link Geometry#tell}): every offset of a
 * CPU's state is asked there, or at the layout that stands on it. Used by one thread at a time.
 */
public final class Footprint {
    private final int[] base;
    private final long[][] registers;
    private final boolean[] looked;
    private long caches;

    /**
     * @param base for each CPU the offset of its block of registers
     * @param length of this block
     */
    public Footprint(int[] base, int length) {
        this.base = base.clone();
        registers = new long[base.length][length];
        looked = new boolean[base.length];
    }

    public void clear() {
        caches = 0;
        for (int cpu = 0; cpu < looked.length; cpu++) {
            if (looked[cpu]) {
                looked[cpu] = false;
                Arrays.fill(registers[cpu], 0);
            }
        }
    }

    /** These bits of the word at an offset were looked at. */
    public void bits(int cpu, int offset, long bits) {
        looked[cpu] = true;
        registers[cpu][offset - base[cpu]] |= bits;
    }

    /** All registers were looked at, for all that anybody knows. */
    public void all(int cpu) {
        looked[cpu] = true;
        Arrays.fill(registers[cpu], -1);
    }

    void caches(int cpu) {
        caches |= 1L << cpu;
    }

    /** The CPUs whose caches were looked at, bit for bit. */
    public long caches() {
        return caches;
    }

    public boolean hasRegisters(int cpu) {
        return looked[cpu];
    }

    /** The bits of a CPU's block that were looked at; goes on changing. */
    public long[] registers(int cpu) {
        return registers[cpu];
    }
}
