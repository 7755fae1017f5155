package shootdown.workload.replay;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * What a recording has told so far about which frames are tables. A table that was alive before is
 * <em>opaque</em>: of its entries only those that have been replaced since are known.
 */
final class KnownTables {
    private static final int SLOTS = 512;

    private static final class Opaque {
        final BitSet known = new BitSet(SLOTS);
        boolean counted;
    }

    private final byte[] levels;
    private final Map<Integer, Opaque> opaque = new HashMap<>();

    KnownTables(int frames) {
        levels = new byte[frames];
    }

    /** Level of a table, or 0 for a frame that is none as far as is known. */
    int level(int mfn) {
        return mfn >= 0 && mfn < levels.length ? levels[mfn] : 0;
    }

    /** All of its entries are known. */
    void validated(int mfn, int level) {
        levels[mfn] = (byte) level;
        opaque.remove(mfn);
    }

    /** It must have been there before. */
    void alive(int mfn, int level) {
        levels[mfn] = (byte) level;
        opaque.put(mfn, new Opaque());
    }

    void gone(int mfn) {
        levels[mfn] = 0;
        opaque.remove(mfn);
    }

    boolean isOpaque(int mfn) {
        return opaque.containsKey(mfn);
    }

    /** Whether the count of an opaque table is asked for the first time. */
    boolean firstCount(int mfn) {
        Opaque table = opaque.get(mfn);
        if (table == null || table.counted) {
            return false;
        }
        table.counted = true;
        return true;
    }

    /** Whether an entry of an opaque table is named for the first time. */
    boolean firstUse(int mfn, int slot) {
        Opaque table = opaque.get(mfn);
        if (table == null || table.known.get(slot)) {
            return false;
        }
        table.known.set(slot);
        return true;
    }

    /** How many opaque tables there are now. */
    int opaqueCount() {
        return opaque.size();
    }
}
