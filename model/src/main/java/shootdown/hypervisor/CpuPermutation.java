package shootdown.hypervisor;

import shootdown.hardware.ControlRegister;
import shootdown.hardware.Geometry;
import shootdown.hardware.Pte;

/**
 * Renumbers CPUs: the image of a state under a permutation of CPUs that all may do the same, and so
 * have vCPUs of one domain.
 *
 * <p>Root copies and monitor tables are frames of a CPU, so their numbers move along. Thread-safe.
 */
public final class CpuPermutation {
    private final Layout layout;
    private final Machine machine;
    private final Geometry geometry;
    private final PageInfo pages;
    private final CpuState cpus;
    private final UndoLog log;
    private final int[] to;

    /**
     * @param to the new number of each CPU
     */
    public CpuPermutation(Layout layout, int[] to) {
        this.layout = layout;
        this.machine = layout.machine();
        this.geometry = layout.geometry();
        this.pages = new PageInfo(layout);
        this.cpus = new CpuState(layout);
        this.log = new UndoLog(layout);
        this.to = to.clone();
    }

    /** Writes the image of {@code state} to {@code out}. */
    public void apply(long[] state, long[] out) {
        System.arraycopy(state, 0, out, 0, layout.cpuBase(0));
        Domain.permuteCpus(out, Layout.DOMAIN, to);
        for (int mfn = 0; mfn < machine.frames; mfn++) {
            pages.permuteCpus(out, mfn, to);
        }
        for (int cpu = 0; cpu < machine.cpus; cpu++) {
            moveRegisters(state, cpu, out);
            moveCaches(state, cpu, out);
        }
    }

    private void moveRegisters(long[] state, int cpu, long[] out) {
        int target = layout.cpuBase(to[cpu]);
        System.arraycopy(state, layout.cpuBase(cpu), out, target, layout.cpuLength());
        cpus.permuteCpus(out, to[cpu], to);
        log.permuteCpus(out, to[cpu], to);
        long cr3 = out[geometry.cr3(to[cpu])];
        int root = ControlRegister.root(cr3);
        out[geometry.cr3(to[cpu])] = ControlRegister.cr3(frame(root), ControlRegister.pcid(cr3));
        if (cpus.isPv32(state, cpu)) {
            int entry = geometry.entry(layout.rootFrame(to[cpu]), LinearMap.SLOT);
            out[entry] = Pte.of(frame(Pte.mfn(out[entry])), Pte.flags(out[entry]));
        }
    }

    private void moveCaches(long[] state, int cpu, long[] out) {
        int from = layout.cacheBase(cpu);
        int target = layout.cacheBase(to[cpu]);
        System.arraycopy(state, from, out, target, layout.cacheLength());
        if (!cpus.isPv32(state, cpu)) {
            return; // no other root frame is ever named by an entry
        }
        for (int set = target; set < target + layout.cacheLength(); set += geometry.words()) {
            for (int c = 0; c < machine.cpus; c++) {
                Geometry.exclude(out, set, layout.rootFrame(c));
            }
            for (int c = 0; c < machine.cpus; c++) {
                int mfn = layout.rootFrame(c);
                if (Geometry.contains(state, from + set - target, mfn)) {
                    Geometry.include(out, set, frame(mfn));
                }
            }
        }
    }

    private int frame(int mfn) {
        return mfn < machine.frames ? mfn : layout.rootFrame(to[mfn - machine.frames]);
    }
}
