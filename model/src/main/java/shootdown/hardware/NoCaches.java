package shootdown.hardware;

/**
 * A CPU that caches nothing, of a machine on which nobody asks what an access finds: a recording
 * tells what happened. Control registers are kept.
 */
@Models(value = "SDM 3A 4.10.4", simplified = "nothing is cached, nothing is looked up")
public final class NoCaches implements TranslationCaches {
    private final Geometry geometry;

    public NoCaches(Geometry geometry) {
        this.geometry = geometry;
    }

    @Override
    public void memoryChanged(long[] state) {}

    @Override
    public void memoryChanged(long[] state, int cpu) {}

    @Override
    public void movCr3(long[] state, int cpu, long value) {
        state[geometry.cr3(cpu)] = value & ~ControlRegister.CR3_NOFLUSH;
    }

    @Override
    public void movCr4(long[] state, int cpu, long value) {
        state[geometry.cr4(cpu)] = value;
    }

    @Override
    public void invlpg(long[] state, int cpu, int address) {}

    @Override
    public void invpcidAddress(long[] state, int cpu, int pcid, int address) {}

    @Override
    public void invpcidContext(long[] state, int cpu, int pcid) {}

    @Override
    public void invpcidAll(long[] state, int cpu) {}

    @Override
    public void invpcidAllButGlobal(long[] state, int cpu) {}

    @Override
    public void pageFault(long[] state, int cpu, int address) {}

    @Override
    public void forgetRootSlot(long[] state, int cpu, int slotNumber) {}

    @Override
    public boolean outcomes(long[] state, int cpu, int address, long[] reached, long[] writable) {
        throw new UnsupportedOperationException("no access is looked up here");
    }

    @Override
    public void access(long[] state, int cpu, int address, int needed, AccessSet out) {
        throw new UnsupportedOperationException("no access is looked up here");
    }
}
