package shootdown.fuzz;

import java.util.ArrayList;
import java.util.List;

/**
 * The frames of one domain, sorted by what they are written to be: tables of four levels (three of
 * a 32-bit domain), pages of descriptors, and plain pages. A table need not be in use as one.
 */
final class Forest {
    final int domid;
    final boolean pv32;
    private final List<List<Integer>> tables = new ArrayList<>();
    final List<Integer> pages = new ArrayList<>();

    Forest(int domid, boolean pv32) {
        this.domid = domid;
        this.pv32 = pv32;
        for (int level = 1; level <= 4; level++) {
            tables.add(new ArrayList<>());
        }
    }

    /** The level of what a base pointer names. */
    int top() {
        return pv32 ? 3 : 4;
    }

    /** Tables of this level, 1 to 4. */
    List<Integer> tables(int level) {
        return tables.get(level - 1);
    }

    int anyTable(Dice dice) {
        return dice.oneOf(tables(dice.between(1, top())));
    }

    int anyFrame(Dice dice) {
        return dice.chance(40) ? dice.oneOf(pages) : anyTable(dice);
    }

    /** The level of a table, or 0. */
    int level(int mfn) {
        for (int level = 1; level <= 4; level++) {
            if (tables(level).contains(mfn)) {
                return level;
            }
        }
        return 0;
    }
}
