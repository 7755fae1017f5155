package shootdown.hypervisor;

import shootdown.hardware.Models;
import shootdown.hardware.TranslationCaches;
import shootdown.hypervisor.Operation.GuestWrite;

/**
 * The guest kernel's own reads and writes of memory, through whatever its CPU may have cached.
 *
 * <p>A store that would reach a validated table is not carried out: property P1 has already spoken
 * in that state, and from a table that Xen has not checked nothing sensible follows.
 */
@Models(
        value = "the guest kernel's own loads and stores",
        simplified =
                "no page faults; a store that would reach a table in use is "
                        + "not carried out, as P1 is broken there already")
final class GuestAccess {
    private final PageInfo pages;
    private final EntryStore entries;
    private final TranslationCaches caches;
    private final Events events;
    private final FrameSet found;

    GuestAccess(
            Layout layout,
            PageInfo pages,
            EntryStore entries,
            TranslationCaches caches,
            Events events) {
        this.pages = pages;
        this.entries = entries;
        this.caches = caches;
        this.events = events;
        this.found = new FrameSet(layout.geometry().words());
    }

    /** Whether a store can reach a page that is not a table, and change it. */
    boolean canWrite(long[] s, int cpu, GuestWrite write, int address) {
        if (entries.buffer().isFull(s, cpu)) {
            return false; // it waits until its last store has reached memory
        }
        look(s, cpu, write, address);
        return found.sizeWritable() > 0;
    }

    void write(long[] s, int cpu, GuestWrite write, int address) {
        look(s, cpu, write, address);
        int pagesReached = found.sizeWritable();
        if (pagesReached == 0) {
            events.observer.guestAccess(s, cpu, address, -1, true);
            return;
        }
        int mfn = found.writable(events.chooser.choose(pagesReached));
        entries.storeLate(s, cpu, 0, mfn, write.slot(), write.value());
        events.observer.guestAccess(s, cpu, address, mfn, true);
    }

    private void look(long[] s, int cpu, GuestWrite write, int address) {
        caches.outcomes(s, cpu, address, found.reached, found.writable);
        for (int w = 0; w < found.writable.length; w++) {
            for (long left = found.writable[w]; left != 0; left &= left - 1) {
                int mfn = (w << 6) + Long.numberOfTrailingZeros(left);
                if (pages.isTableInUse(s, mfn)
                        || entries.read(s, mfn, write.slot()) == write.value()) {
                    found.writable[w] &= ~(1L << mfn);
                }
            }
        }
    }

    void read(long[] s, int cpu, int address) {
        boolean mayFault = caches.outcomes(s, cpu, address, found.reached, found.writable);
        int n = found.sizeReached();
        int choice = events.chooser.choose(n + (mayFault ? 1 : 0));
        int mfn = choice < n ? found.reached(choice) : -1;
        events.observer.guestAccess(s, cpu, address, mfn, false);
    }
}
