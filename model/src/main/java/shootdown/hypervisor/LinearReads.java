package shootdown.hypervisor;

import shootdown.hardware.Models;
import shootdown.hardware.Pte;
import shootdown.hardware.TranslationCaches;
import shootdown.hardware.VirtualAddress;

/**
 * Xen's reads of the guest's entries through the linear map (facts 5.4, 7.7). Which cached
 * translation a read uses is a choice, so that a step may read once only. One for each thread.
 */
@Models(
        value = {"pv/mm.c: map_guest_l1e", "pv/mm.h: guest_get_eff_kern_l1e"},
        simplified = "a read is one step")
class LinearReads {
    private final EntryStore entries;
    private final TranslationCaches caches;
    private final Events events;
    private final FrameSet found;

    LinearReads(Layout layout, EntryStore entries, TranslationCaches caches, Events events) {
        this.entries = entries;
        this.caches = caches;
        this.events = events;
        this.found = new FrameSet(layout.geometry().words());
    }

    /**
     * The entry in a slot of whatever table the read reaches; 0 for a fault.
     *
     * @param window number of the linear page that is read
     */
    long entry(long[] s, int cpu, int window, int slot) {
        boolean mayFault = caches.outcomes(s, cpu, window, found.reached, found.writable);
        int tables = found.sizeReached();
        int choice = events.chooser.choose(tables + (mayFault ? 1 : 0));
        int table = choice < tables ? found.reached(choice) : -1;
        events.observer.linearRead(s, cpu, window, table);
        return table < 0 ? 0 : entries.read(s, table, slot);
    }

    /**
     * {@code map_guest_l1e}: the frame that the L2 entry of an address names, or -1.
     *
     * @param window number of the linear page that has the L2 entry
     */
    int l1Table(long[] s, int cpu, VirtualAddress va, int window) {
        if (!XenSlots.isGuestL4Slot(va.i4())) { // __addr_ok
            return -1;
        }
        long entry = entry(s, cpu, window, va.i2());
        return Pte.isPresent(entry) && (entry & Pte.PSE) == 0 ? Pte.mfn(entry) : -1;
    }
}
