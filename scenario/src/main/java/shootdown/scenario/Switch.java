package shootdown.scenario;

import shootdown.hypervisor.Machine;

import java.util.Locale;
import java.util.function.BiConsumer;

/** What is on or off on a machine, by the word for it. */
public enum Switch {
    /** Meltdown's page-table isolation: per-CPU root copies. */
    XPTI(false, Machine.Builder::xpti),
    PCID(false, Machine.Builder::pcid),
    /** The guest is a 32-bit one. */
    PV32(false, Machine.Builder::pv32),
    SMEP(false, Machine.Builder::smep),
    /** Xen's option global-pages. */
    GLOBAL_PAGES(true, Machine.Builder::globalPages),
    /** Xen's option pv-linear-pt. */
    LINEAR_PT(true, Machine.Builder::linearPageTables),
    /** A deferred drop of a table leaves Xen for an instant first. */
    FORCED_CONTINUATION(true, Machine.Builder::forcedContinuation),
    /** Universes: one mmu_update may have any number of requests. */
    BATCHES(false, Machine.Builder::batches),
    /** Universes: the guest follows every edit by the INVLPG that the ABI asks of it. */
    POLITE(false, Machine.Builder::polite),
    /** Hypothetical: a policy's FLUSH_TLB leaves global translations alone. */
    FLUSH_TLB_SPARES_GLOBAL(false, Machine.Builder::flushTlbSparesGlobal),
    /** Hypothetical: guests may set G in entries of L2 and above. */
    GUEST_MAY_GLOBAL(false, Machine.Builder::guestMayGlobal);

    private final boolean usually;
    private final BiConsumer<Machine.Builder, Boolean> setter;

    Switch(boolean usually, BiConsumer<Machine.Builder, Boolean> setter) {
        this.usually = usually;
        this.setter = setter;
    }

    /** The word in a scenario: {@code forced_continuation}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is on unless the scenario says otherwise. */
    public boolean usually() {
        return usually;
    }

    void set(Machine.Builder machine, boolean on) {
        setter.accept(machine, on);
    }
}
