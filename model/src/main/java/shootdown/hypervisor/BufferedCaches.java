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

    /** From here to {@link #lookAway} memory is as the CPU sees it. */
    private void look(long[] s, int cpu) {
        if (buffer.isFull(s, cpu)) {
            buffer.swap(s, cpu);
        }
    }

    /** A swapped buffer is as full as before, so this undoes {@link #look}. */
    private void lookAway(long[] s, int cpu) {
        look(s, cpu);
    }

    @Override
    public void memoryChanged(long[] state) {
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            memoryChanged(state, cpu);
        }
    }

    @Override
    public void memoryChanged(long[] state, int cpu) {
        look(state, cpu);
        caches.memoryChanged(state, cpu);
        lookAway(state, cpu);
    }

    @Override
    public void movCr3(long[] state, int cpu, long value) {
        look(state, cpu);
        caches.movCr3(state, cpu, value);
        lookAway(state, cpu);
    }

    @Override
    public void movCr4(long[] state, int cpu, long value) {
        look(state, cpu);
        caches.movCr4(state, cpu, value);
        lookAway(state, cpu);
    }

    @Override
    public void invlpg(long[] state, int cpu, int address) {
        look(state, cpu);
        caches.invlpg(state, cpu, address);
        lookAway(state, cpu);
    }

    @Override
    public void invpcidAddress(long[] state, int cpu, int pcid, int address) {
        look(state, cpu);
        caches.invpcidAddress(state, cpu, pcid, address);
        lookAway(state, cpu);
    }

    @Override
    public void invpcidContext(long[] state, int cpu, int pcid) {
        look(state, cpu);
        caches.invpcidContext(state, cpu, pcid);
        lookAway(state, cpu);
    }

    @Override
    public void invpcidAll(long[] state, int cpu) {
        look(state, cpu);
        caches.invpcidAll(state, cpu);
        lookAway(state, cpu);
    }

    @Override
    public void invpcidAllButGlobal(long[] state, int cpu) {
        look(state, cpu);
        caches.invpcidAllButGlobal(state, cpu);
        lookAway(state, cpu);
    }

    @Override
    public void pageFault(long[] state, int cpu, int address) {
        look(state, cpu);
        caches.pageFault(state, cpu, address);
        lookAway(state, cpu);
    }

    @Override
    public void forgetRootSlot(long[] state, int cpu, int slotNumber) {
        look(state, cpu);
        caches.forgetRootSlot(state, cpu, slotNumber);
        lookAway(state, cpu);
    }

    @Override
    public boolean outcomes(long[] state, int cpu, int address, long[] reached, long[] writable) {
        look(state, cpu);
        boolean mayFault = caches.outcomes(state, cpu, address, reached, writable);
        lookAway(state, cpu);
        return mayFault;
    }

    @Override
    public void access(long[] state, int cpu, int address, int needed, AccessSet out) {
        look(state, cpu);
        caches.access(state, cpu, address, needed, out);
        lookAway(state, cpu);
    }
}
