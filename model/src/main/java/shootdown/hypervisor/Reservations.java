package shootdown.hypervisor;

import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;

import shootdown.hardware.Models;
import shootdown.hypervisor.Operation.DecreaseReservation;
import shootdown.hypervisor.Operation.Exchange;

/** Frames that a domain gives back: {@code memory_op} as far as page state goes (facts 10.4). */
@Models(
        value = {
            "common/memory.c: guest_remove_page",
            "common/memory.c: memory_exchange",
            "mm.c: steal_page"
        },
        simplified = "one frame a call; the frame that an exchange gives is none of the machine's")
final class Reservations {
    private final Machine machine;
    private final PageInfo pages;
    private final CpuState cpus;

    Reservations(Layout layout, PageInfo pages, CpuState cpus) {
        this.machine = layout.machine();
        this.pages = pages;
        this.cpus = cpus;
    }

    /** Drops what allocation holds; the frame is freed when the last reference goes. */
    void decrease(long[] s, int cpu, DecreaseReservation d) {
        int mfn = d.mfn();
        boolean own = pages.getPage(s, mfn, cpus.pgOwner(s, cpu));
        if (own && pages.allocated(s, mfn)) {
            pages.putAllocation(s, mfn);
        }
        if (own) {
            pages.putPage(s, mfn);
        }
        cpus.returns(s, cpu, own ? 1 : 0); // how many frames were given back
    }

    /** {@code steal_page}: only a frame that nothing but allocation holds can be given away. */
    void exchange(long[] s, int cpu, Exchange e) {
        int mfn = e.mfn();
        boolean free =
                pages.isValid(mfn)
                        && pages.owner(s, mfn) == cpus.domain(s, cpu)
                        && pages.allocated(s, mfn)
                        && pages.refs(s, mfn) == 1
                        && !machine.isSpecial(mfn);
        if (free) {
            pages.putAllocation(s, mfn);
        }
        cpus.returns(s, cpu, free ? OK : EINVAL);
    }
}
