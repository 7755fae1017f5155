package shootdown.hypervisor;

import org.jspecify.annotations.Nullable;

import shootdown.policy.Policy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All that a policy was asked while a machine was explored, and what it decided; each question
 * once.
 *
 * <p>A policy that answers every one of these questions in the same way has the same state space on
 * that machine: the same states, steps, flushes and violations, found in the same order. For a
 * policy acts on the machine by its answers alone, and no other question can come up. Only its
 * accumulator is of its own making; so states are the same up to a renaming of accumulators, and
 * the renaming must keep their order, since of states that differ by the names of CPUs the least
 * one is explored.
 *
 * <p>Not for ideal policies, which see more than what is noted. Thread-safe; may grow until the
 * exploration is over.
 */
public final class Decisions {
    private final Set<Decision> all = ConcurrentHashMap.newKeySet();

    void add(Decision decision) {
        if (!all.contains(decision)) {
            all.add(decision);
        }
    }

    /** Whether another policy would have decided the same everywhere. */
    public boolean areAlsoThoseOf(Policy other) {
        Map<Integer, Integer> accumulators = new TreeMap<>(Integer::compareUnsigned);
        accumulators.put(0, 0);
        List<Decision> left = new ArrayList<>(all);
        int before;
        do {
            before = left.size();
            for (Iterator<Decision> each = left.iterator(); each.hasNext(); ) {
                Decision decision = each.next();
                @Nullable Integer accumulator = accumulators.get(decision.before());
                if (accumulator != null) {
                    each.remove();
                    if (!isSame(decision, decision.by(other, accumulator), accumulators)) {
                        return false;
                    }
                }
            }
        } while (left.size() < before);
        return left.isEmpty() && ascend(accumulators.values());
    }

    private static boolean isSame(
            Decision decision, Decision other, Map<Integer, Integer> accumulators) {
        @Nullable Integer known = accumulators.putIfAbsent(decision.after(), other.after());
        return decision.flushesAs(other) && (known == null || known == other.after());
    }

    private static boolean ascend(Iterable<Integer> values) {
        long last = -1;
        for (int value : values) {
            long next = Integer.toUnsignedLong(value);
            if (next <= last) {
                return false;
            }
            last = next;
        }
        return true;
    }
}
