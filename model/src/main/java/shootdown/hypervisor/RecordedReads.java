package shootdown.hypervisor;

import shootdown.hardware.TranslationCaches;
import shootdown.hardware.VirtualAddress;

/** What a read through the linear map has found is known: the recording tells. */
final class RecordedReads extends LinearReads {
    private int l1Table = -1;

    RecordedReads(Layout layout, EntryStore entries, TranslationCaches caches, Events events) {
        super(layout, entries, caches, events);
    }

    /** The next read finds this L1 table, or (-1) none. */
    void willFind(int table) {
        l1Table = table;
    }

    @Override
    int l1Table(long[] s, int cpu, VirtualAddress va, int window) {
        return l1Table;
    }
}
