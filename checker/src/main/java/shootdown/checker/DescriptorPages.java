package shootdown.checker;

import static shootdown.hypervisor.PageInfo.TYPE_SEG_DESC;

import shootdown.checker.PropertyChecks.Judgement;
import shootdown.checker.PropertyChecks.StateProperty;
import shootdown.hardware.Geometry;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.PageInfo;
import shootdown.hypervisor.SegmentDescriptor;

/**
 * The part of P1 about descriptors: a page of them that is in use has none that its owner could not
 * have put there. Xen looks at them when the page gets its type, and the hardware trusts that; so
 * this must stay true for as long as the type is used, whoever the owner is by then.
 */
final class DescriptorPages implements StateProperty {
    private final Machine machine;
    private final Geometry geometry;
    private final PageInfo pages;
    private final boolean exist;

    DescriptorPages(Hypervisor xen) {
        this.machine = xen.layout().machine();
        this.geometry = xen.layout().geometry();
        this.pages = xen.pages();
        this.exist = xen.segments().isKept();
    }

    @Override
    public Judgement judge(long[] s) {
        return areInUse(s) ? Judgement.of(firstWrong(s) < 0) : Judgement.NOTHING_AT_STAKE;
    }

    /** Whether there is any. */
    private boolean areInUse(long[] s) {
        for (int mfn = 0; exist && mfn < machine.frames(); mfn++) {
            if (isInUse(s, mfn)) {
                return true;
            }
        }
        return false;
    }

    /** The first page with a descriptor that its owner may not have, or -1. */
    int firstWrong(long[] s) {
        for (int mfn = 0; exist && mfn < machine.frames(); mfn++) {
            if (isInUse(s, mfn) && firstWrongSlot(s, mfn) >= 0) {
                return mfn;
            }
        }
        return -1;
    }

    /** The first slot of a page whose descriptor its owner may not have, or -1. */
    int firstWrongSlot(long[] s, int mfn) {
        boolean pv32 = machine.isPv32(pages.owner(s, mfn));
        for (int i = 0; i < geometry.slotCount(); i++) {
            int slot = geometry.slotNumber(i);
            if (!SegmentDescriptor.isSound(geometry.read(s, mfn, slot), pv32)) {
                return slot;
            }
        }
        return -1;
    }

    private boolean isInUse(long[] s, int mfn) {
        return pages.type(s, mfn) == TYPE_SEG_DESC
                && pages.typeCount(s, mfn) > 0
                && pages.validated(s, mfn);
    }
}
