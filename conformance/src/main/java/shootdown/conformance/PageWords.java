package shootdown.conformance;

import shootdown.hardware.Pte;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.XenSlots;

/**
 * The page state as it is compared: for each frame of the arena count_info, type_info, owner,
 * linear count, and the watched entries, in the model's frame numbers.
 *
 * <p>Left out, because the model does not have it: bits of count_info but the count and
 * "allocated"; PGT_non_coherent; whose Xen's own entries in an L4 are, but for the linear map's.
 */
final class PageWords {
    static final int COUNT = 0;
    static final int TYPE = 1;
    static final int OWNER = 2;
    static final int LINEAR = 3;
    static final int SLOTS = 4;
    static final int WORDS = SLOTS + Arena.SLOT_COUNT;
    static final int LENGTH = Arena.WATCHED * WORDS;

    /** Of count_info: the references. */
    static final long REFERENCES = (1L << 57) - 1;

    static final long COUNT_MASK = 1L << 63 | REFERENCES;
    static final long TYPE_MASK = ~(1L << 55);

    /** Of type_info, from the top: the type, and what else is known of it. */
    static final int TYPE_SHIFT = 61;

    static final long PINNED = 1L << 59;
    static final long VALIDATED = 1L << 58;
    static final long PARTIAL = 1L << 56;
    static final long TYPE_COUNT = (1L << 55) - 1;
    private static final long ACCESSED_DIRTY = Pte.ACCESSED | Pte.DIRTY;

    private PageWords() {}

    /**
     * Whether an entry of real Xen is what the model says. The hardware may have set A and D in
     * addition; of Xen's own entries only their presence counts.
     */
    static boolean sameEntry(int slot, long model, long real) {
        if (model == real) {
            return true;
        }
        if (slot >= XenSlots.FIRST && slot <= XenSlots.LAST && slot != LinearMap.SLOT) {
            return Pte.isPresent(model) == Pte.isPresent(real);
        }
        return (model & ~ACCESSED_DIRTY) == (real & ~ACCESSED_DIRTY)
                && (model & ACCESSED_DIRTY & ~real) == 0;
    }

    /** For people: what a word is. */
    static String name(int word) {
        return switch (word) {
            case COUNT -> "count_info";
            case TYPE -> "type_info";
            case OWNER -> "owner";
            case LINEAR -> "linear count";
            default -> "slot " + Arena.slots()[word - SLOTS];
        };
    }
}
