package shootdown.hypervisor;

import shootdown.hardware.AccessSet;
import shootdown.hardware.Geometry;
import shootdown.hardware.Models;
import shootdown.hardware.TranslationCaches;

/**
 * Caches of CPUs that have store buffers: the walks of each CPU see its own buffered store and not
 * those of others. For as long as a CPU's caches look at memory, its buffered value is there.
 */
@Models(
        value = "SDM 3A 9.2.2: a CPU sees its own stores at once",
        simplified = "a walk sees the buffered store for certain")
final class BufferedCaches implements TranslationCaches {
    private final Geometry geometry;
    private final StoreBuffer buffer;
    private final TranslationCaches caches;

    BufferedCaches(Layout layout, TranslationCaches caches) {
        this.geometry = layout.geometry();
        this.buffer = new StoreBuffer(layout);
        this.caches = caches;
    }

    private interface Look {
        void look();
    }

    private void asSeenBy(long[] s, int cpu, Look look) {
        boolean full = buffer.isFull(s, cpu);
        if (full) {
            buffer.swap(s, cpu);
        }
        look.look();
        if (full) {
            buffer.swap(s, cpu);
        }
    }

    @Override
    public void memoryChanged(long[] state) {
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            memoryChanged(state, cpu);
        }
    }

    @Override
    public void memoryChanged(long[] state, int cpu) {
        asSeenBy(state, cpu, () -> caches.memoryChanged(state, cpu));
    }

    @Override
    public void movCr3(long[] state, int cpu, long value) {
        asSeenBy(state, cpu, () -> caches.movCr3(state, cpu, value));
    }

    @Override
    public void movCr4(long[] state, int cpu, long value) {
        asSeenBy(state, cpu, () -> caches.movCr4(state, cpu, value));
    }

    @Override
    public void invlpg(long[] state, int cpu, int address) {
        asSeenBy(state, cpu, () -> caches.invlpg(state, cpu, address));
    }

    @Override
    public void invpcidAddress(long[] state, int cpu, int pcid, int address) {
        asSeenBy(state, cpu, () -> caches.invpcidAddress(state, cpu, pcid, address));
    }

    @Override
    public void invpcidContext(long[] state, int cpu, int pcid) {
        asSeenBy(state, cpu, () -> caches.invpcidContext(state, cpu, pcid));
    }

    @Override
    public void invpcidAll(long[] state, int cpu) {
        asSeenBy(state, cpu, () -> caches.invpcidAll(state, cpu));
    }

    @Override
    public void invpcidAllButGlobal(long[] state, int cpu) {
        asSeenBy(state, cpu, () -> caches.invpcidAllButGlobal(state, cpu));
    }

    @Override
    public void pageFault(long[] state, int cpu, int address) {
        asSeenBy(state, cpu, () -> caches.pageFault(state, cpu, address));
    }

    @Override
    public void forgetRootSlot(long[] state, int cpu, int slotNumber) {
        asSeenBy(state, cpu, () -> caches.forgetRootSlot(state, cpu, slotNumber));
    }

    @Override
    public boolean outcomes(long[] state, int cpu, int address, long[] reached, long[] writable) {
        boolean[] fault = new boolean[1];
        asSeenBy(
                state,
                cpu,
                () -> fault[0] = caches.outcomes(state, cpu, address, reached, writable));
        return fault[0];
    }

    @Override
    public void access(long[] state, int cpu, int address, int needed, AccessSet out) {
        asSeenBy(state, cpu, () -> caches.access(state, cpu, address, needed, out));
    }
}
