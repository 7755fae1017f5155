package shootdown.hypervisor;

import shootdown.hardware.Geometry;
import shootdown.hardware.TranslationCaches;
import shootdown.hypervisor.Operation.GuestRead;
import shootdown.hypervisor.Operation.GuestWrite;

/**
 * The guest kernel's own reads and writes of memory, through whatever its CPU may have cached.
 *
 * <p>A store that would reach a validated table is not carried out: property P1 has already spoken
 * in that state, and from a table that Xen has not checked nothing sensible follows.
 */
final class GuestAccess {
    private final Geometry geometry;
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
        this.geometry = layout.geometry();
        this.pages = pages;
        this.entries = entries;
        this.caches = caches;
        this.events = events;
        this.found = new FrameSet(geometry.words());
    }

    /** Whether a store can reach a page that is not a table, and change it. */
    boolean canWrite(long[] s, int cpu, GuestWrite write) {
        look(s, cpu, write);
        return found.sizeWritable() > 0;
    }

    void write(long[] s, int cpu, GuestWrite write) {
        int address = look(s, cpu, write);
        int pagesReached = found.sizeWritable();
        if (pagesReached == 0) {
            events.observer.guestAccess(s, cpu, address, -1, true);
            return;
        }
        int mfn = found.writable(events.chooser.choose(pagesReached));
        entries.store(s, cpu, 0, mfn, write.slot(), write.value());
        events.observer.guestAccess(s, cpu, address, mfn, true);
    }

    private int look(long[] s, int cpu, GuestWrite write) {
        int address = geometry.keys().indexOf(write.va());
        caches.outcomes(s, cpu, address, found.reached, found.writable);
        for (int w = 0; w < found.writable.length; w++) {
            for (long left = found.writable[w]; left != 0; left &= left - 1) {
                int mfn = (w << 6) + Long.numberOfTrailingZeros(left);
                if (isTable(s, mfn) || entries.read(s, mfn, write.slot()) == write.value()) {
                    found.writable[w] &= ~(1L << mfn);
                }
            }
        }
        return address;
    }

    private boolean isTable(long[] s, int mfn) {
        return !pages.isValid(mfn)
                || (pages.typeCount(s, mfn) > 0
                        && pages.validated(s, mfn)
                        && pages.type(s, mfn) != PageInfo.TYPE_WRITABLE
                        && pages.type(s, mfn) != PageInfo.TYPE_NONE);
    }

    void read(long[] s, int cpu, GuestRead read) {
        int address = geometry.keys().indexOf(read.va());
        boolean mayFault = caches.outcomes(s, cpu, address, found.reached, found.writable);
        int n = found.sizeReached();
        int choice = events.chooser.choose(n + (mayFault ? 1 : 0));
        int mfn = choice < n ? found.reached(choice) : -1;
        events.observer.guestAccess(s, cpu, address, mfn, false);
    }
}
