package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.ENOSYS;
import static shootdown.hypervisor.Errno.EOPNOTSUPP;
import static shootdown.hypervisor.Errno.EPERM;
import static shootdown.hypervisor.Errno.ESRCH;
import static shootdown.hypervisor.Errno.OK;

import org.jspecify.annotations.Nullable;

import shootdown.hardware.Models;
import shootdown.hypervisor.Operation.MmuUpdateRequest;

/**
 * Which domain a hypercall is about, and whether the caller may act on it (facts 4.2, 4.4, 5.1,
 * 6.1).
 */
@Models(
        value = {
            "mm.c: get_pg_owner",
            "mm.c: do_mmu_update (pt_owner)",
            "xsm/dummy.h: xsm_mmu_update, xsm_mmuext_op, xsm_update_va_mapping"
        },
        simplified =
                "a privileged domain is privileged over all others; no targets of stub domains")
final class ForeignDomains {
    private static final int LAST_COMMAND = MmuUpdateRequest.NO_TRANSLATE;

    private final Machine machine;
    private final CpuState cpus;

    ForeignDomains(Machine machine, CpuState cpus) {
        this.machine = machine;
        this.cpus = cpus;
    }

    /**
     * {@code get_pg_owner}.
     *
     * @return a domain id, or -ESRCH; the caller must not name itself by its number
     */
    int pgOwner(long[] s, int cpu, int domid) {
        int caller = cpus.domain(s, cpu);
        if (domid == DomId.SELF || isOwnNumber(domid, caller)) {
            return caller;
        }
        boolean known = domid == DomId.IO || domid == DomId.XEN || machine.domain(domid) != null;
        return known && domid != caller ? domid : ESRCH;
    }

    private boolean isOwnNumber(int domid, int caller) {
        return domid == caller && machine.has(Defect.OWN_NUMBER_IS_SELF);
    }

    /**
     * Whose tables MMU_UPDATE edits.
     *
     * @param high the high half of {@code foreigndom}: 0, or 1 more than a number
     * @return a domain id, -ESRCH, or -EINVAL for a domain without a vCPU
     */
    int ptOwner(long[] s, int cpu, int high) {
        if (high == 0) {
            return cpus.domain(s, cpu);
        }
        Machine.@Nullable Guest owner = machine.domain(high - 1);
        if (owner == null) {
            return ESRCH;
        }
        return owner.kind() == Machine.Kind.PV_WITHOUT_VCPU ? EINVAL : owner.id();
    }

    /** Whether the caller may do a request of MMU_UPDATE with the owners of this call. */
    int allowsUpdate(long[] s, int cpu, MmuUpdateRequest request) {
        if (request.command() > LAST_COMMAND) {
            return ENOSYS;
        }
        int caller = cpus.domain(s, cpu);
        int pgOwner = cpus.pgOwner(s, cpu);
        int ptOwner = cpus.ptOwner(s, cpu);
        if (pgOwner == caller && ptOwner == caller) {
            return OK;
        }
        if (request.command() == MmuUpdateRequest.MACHPHYS) {
            if (ptOwner != caller) {
                return EPERM;
            }
            if (isTranslated(pgOwner)) {
                return EINVAL;
            }
        } else if (isTranslated(ptOwner)) {
            return EOPNOTSUPP;
        }
        boolean allowed =
                (pgOwner == DomId.IO || mayActOn(caller, pgOwner)) && mayActOn(caller, ptOwner);
        return allowed ? OK : EPERM;
    }

    /** Whether the caller may make MMUEXT_OP act on this domain. */
    int allowsMmuext(long[] s, int cpu, int pgOwner) {
        if (isTranslated(pgOwner)) {
            return EINVAL;
        }
        return mayActOn(cpus.domain(s, cpu), pgOwner) ? OK : EPERM;
    }

    /** Whether the caller may map this domain's frames by UPDATE_VA_MAPPING_OTHERDOMAIN. */
    int allowsUpdateVaMapping(long[] s, int cpu, int pgOwner) {
        return mayActOn(cpus.domain(s, cpu), pgOwner) ? OK : EPERM;
    }

    private boolean mayActOn(int caller, int domid) {
        return domid == caller || machine.isPrivileged(caller);
    }

    private boolean isTranslated(int domid) {
        Machine.@Nullable Guest guest = machine.domain(domid);
        return guest != null && guest.kind() == Machine.Kind.TRANSLATED;
    }
}
