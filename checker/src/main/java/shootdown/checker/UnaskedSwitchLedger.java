package shootdown.checker;

import shootdown.hardware.TranslationCaches;
import shootdown.hypervisor.Chooser;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Operation.Schedule;

/**
 * A switch to the idle tables in an IPI that did not ask for it. It loads CR3, and so drops
 * everything; it matters if the CPU, with its tables and the flush that was asked for, keeps
 * anything that is not in these tables.
 */
final class UnaskedSwitchLedger extends WorkLedger {
    private final Hypervisor sound;
    private final TranslationCaches caches;
    private final long[] emptied;
    private int switched = -1;

    /**
     * @param sound the machine whose IPIs switch only when asked to
     */
    UnaskedSwitchLedger(MachineSystem sound) {
        this(sound, sound.hypervisor());
    }

    private UnaskedSwitchLedger(MachineSystem system, Hypervisor sound) {
        super(sound);
        this.sound = sound;
        this.caches = system.caches();
        this.emptied = new long[sound.layout().length()];
    }

    @Override
    public void loaded(long[] s, int cpu, int vcpu) {
        switched = vcpu == Schedule.IDLE ? cpu : -1;
    }

    @Override
    public void flushed(
            long[] s, int initiator, int cpu, int flags, int address, FlushSource source) {
        if (cpu == switched && source != FlushSource.SCHEDULER) {
            doneBy(cpu);
        }
    }

    @Override
    public void enter(long[] before, long[] after, int cpu, int action, Chooser chooser) {
        super.enter(before, after, cpu, action, chooser);
        switched = -1;
    }

    @Override
    void takeWithout(long[] s, int cpu, int action, Chooser chooser) {
        sound.perform(s, cpu, action, chooser, NONE);
    }

    @Override
    boolean matters(long[] with, long[] without, int cpu) {
        System.arraycopy(without, 0, emptied, 0, without.length);
        caches.invpcidAll(emptied, cpu);
        return sight.differences(without, emptied, cpu) != 0;
    }
}
