package shootdown.workload.replay;

import shootdown.hardware.Pte;
import shootdown.hypervisor.Reach;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which tables name which, from below: for the ideal policies that ask whether a CPU can walk to a
 * table. Of a table that was alive before the recording nobody knows who names it, so whatever lies
 * below it may be reached from anywhere; the answer is yes then, and counted.
 */
final class Links implements Reach {
    private final Map<Integer, List<Integer>> parents = new HashMap<>();
    private final BitSet unknown = new BitSet();
    private long assumed;

    /** A table is there of which nobody knows what names it; an L4 is named by nobody. */
    void alive(int table, int level) {
        unknown.set(table, level < 4);
    }

    /** An entry of an upper table has changed. */
    void changed(int table, long old, long value) {
        if (Pte.isPresent(old)) {
            List<Integer> holders = parents.get(Pte.mfn(old));
            if (holders != null) {
                holders.remove(Integer.valueOf(table));
            }
        }
        if (Pte.isPresent(value)) {
            parents.computeIfAbsent(Pte.mfn(value), child -> new ArrayList<>(2)).add(table);
        }
    }

    /** A frame is a table no longer. */
    void gone(int table) {
        unknown.clear(table);
        parents.remove(table);
    }

    /** Answers that were yes because nobody knows. */
    long assumed() {
        return assumed;
    }

    @Override
    public boolean reaches(int base, int table) {
        Deque<Integer> open = new ArrayDeque<>(List.of(table));
        Set<Integer> seen = new HashSet<>(open);
        boolean doubtful = false;
        while (!open.isEmpty()) {
            int at = open.pop();
            if (at == base) {
                return true;
            }
            doubtful |= unknown.get(at);
            for (int parent : parents.getOrDefault(at, List.of())) {
                if (seen.add(parent)) {
                    open.push(parent);
                }
            }
        }
        assumed += doubtful ? 1 : 0;
        return doubtful;
    }
}
