package shootdown.hypervisor;

import shootdown.hardware.Models;

/**
 * What the guest gets instead of its next instruction: an exception, or its end ({@code
 * pv_inject_event}, {@code create_bounce_frame}, {@code domain_crash}).
 */
@Models(
        value = {"pv/traps.c: pv_inject_event", "pv/iret.c: do_iret"},
        simplified = "the guest's own handlers are not run: it goes on behind the instruction")
final class Traps {
    static final int NOT_PRESENT = 11;
    static final int GENERAL_PROTECTION = 13;
    static final int PAGE_FAULT = 14;

    private final CpuState cpus;
    private final Results results;
    private final Events events;

    Traps(CpuState cpus, Results results, Events events) {
        this.cpus = cpus;
        this.results = results;
        this.events = events;
    }

    /** The guest gets a page fault for its access at {@code address}. */
    void pageFault(long[] s, int cpu, int errorCode, long address) {
        fault(s, cpu, PAGE_FAULT, errorCode, address);
    }

    /** #GP or #NP with a selector, or 0, as its error code. */
    void segmentFault(long[] s, int cpu, int vector, int errorCode) {
        fault(s, cpu, vector, errorCode, 0);
    }

    private void fault(long[] s, int cpu, int vector, int errorCode, long address) {
        results.fault(s, cpu, vector, errorCode);
        results.setValue(s, cpu, address);
        events.observer.faulted(s, cpu, vector, errorCode, address);
        done(s, cpu);
    }

    /** Nothing of the domain runs again. */
    void crash(long[] s, int cpu) {
        results.crash(s, cpu);
        events.observer.crashed(s, cpu);
        done(s, cpu);
    }

    /** Xen goes back to the guest behind the instruction. */
    void done(long[] s, int cpu) {
        cpus.setRc(s, cpu, Errno.OK);
        cpus.setStage(s, cpu, Stage.RETURN);
    }
}
