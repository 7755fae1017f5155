package shootdown.fuzz;

import shootdown.hypervisor.Machine;
import shootdown.policy.FlushFlags;

import java.util.function.Consumer;

/** What a machine may have switched on, or off where that is not the default. */
enum Switch {
    XPTI(b -> b.xpti(true)),
    PCID(b -> b.pcid(true)),
    SMEP(b -> b.smep(true)),
    NO_GLOBAL_PAGES(b -> b.globalPages(false)),
    BATCHES(b -> b.batches(true)),
    PREEMPTION(b -> b.preemption(true)),
    PREEMPTED_VALIDATION(b -> b.preemptsValidation(true)),
    STORE_BUFFERS(b -> b.storeBuffers(true)),
    ASSISTED_FLUSH(b -> b.assistedFlush(true)),
    SHADOW_FILTER(b -> b.shadowFilter(true)),
    POLITE(b -> b.polite(true)),
    TOOLSTACK_PAUSES(b -> b.toolstackPauses(true)),
    NO_LINEAR_PAGE_TABLES(b -> b.linearPageTables(false)),
    /** Hypothetical, as the next ones: not Xen. */
    UNFORCED(b -> b.forcedContinuation(false)),
    FLUSH_TLB_SPARES_GLOBAL(b -> b.flushTlbSparesGlobal(true)),
    GUEST_MAY_GLOBAL(b -> b.guestMayGlobal(true)),
    MUST_DO(b -> b.mustDo(FlushFlags.FLUSH_CACHE));

    private final Consumer<Machine.Builder> effect;

    Switch(Consumer<Machine.Builder> effect) {
        this.effect = effect;
    }

    void applyTo(Machine.Builder machine) {
        effect.accept(machine);
    }
}
