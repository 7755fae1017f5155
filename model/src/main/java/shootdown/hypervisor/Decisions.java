package shootdown.hypervisor;

import static shootdown.policy.FlushFlags.FLUSH_AT_EXIT;
import static shootdown.policy.FlushFlags.FLUSH_TLB;
import static shootdown.policy.FlushFlags.FLUSH_TLB_GLOBAL;

import org.jspecify.annotations.Nullable;

import shootdown.policy.FlushFlags;
import shootdown.policy.Policy;

import java.util.ArrayList;
import java.util.HashMap;
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
 * policy acts on the machine by its answers alone, and no other question can come up. Two things
 * may have other names, so that states are the same up to a renaming:
 *
 * <ul>
 *   <li>Accumulators are the policy's own. The renaming must keep their order, since of states that
 *       differ by the numbers of CPUs the least one is explored.
 *   <li>Xen treats {@code FLUSH_TLB_GLOBAL} as {@code FLUSH_TLB}; so does the model, unless the
 *       machine is made otherwise. What is put off to the exit gathers there and has to be equal,
 *       and so have flags where there are several CPUs, as their order would count.
 * </ul>
 *
 * <p>Not for ideal policies, which see more than what is noted. Thread-safe; may grow until the
 * exploration is over.
 */
public final class Decisions {
    /** More than these are not kept; there are a hundred in a universe of millions of states. */
    private static final int MOST = 4096;

    private final Set<Decision> all = ConcurrentHashMap.newKeySet();
    private final boolean mayRenameFlags;
    private volatile boolean tooMany;

    /**
     * @param machine the one that is explored
     */
    public Decisions(Machine machine) {
        mayRenameFlags = machine.cpus == 1 && !machine.flushTlbSparesGlobal;
    }

    void add(Decision decision) {
        if (!tooMany && !all.contains(decision)) {
            all.add(decision);
            if (all.size() > MOST) {
                tooMany = true;
                all.clear();
            }
        }
    }

    /** Whether another policy would have decided the same everywhere; no if they are too many. */
    public boolean areAlsoThoseOf(Policy other) {
        if (tooMany) {
            return false;
        }
        Map<Integer, Integer> accumulators = new TreeMap<>(Integer::compareUnsigned);
        accumulators.put(0, 0);
        Map<Integer, Integer> flags = new HashMap<>();
        List<Decision> left = new ArrayList<>(all);
        int before;
        do {
            before = left.size();
            for (Iterator<Decision> each = left.iterator(); each.hasNext(); ) {
                Decision decision = each.next();
                @Nullable Integer accumulator = accumulators.get(decision.before());
                if (accumulator != null) {
                    each.remove();
                    Decision others = decision.by(other, accumulator);
                    if (!decision.reachesAs(others)
                            || !isSame(decision.local(), others.local(), flags)
                            || !isSame(decision.after(), others.after(), accumulators)) {
                        return false;
                    }
                }
            }
        } while (left.size() < before);
        return left.isEmpty() && ascend(accumulators.values()) && mayBeNamed(flags);
    }

    /** Whether one value always has the same name. */
    private static boolean isSame(int value, int name, Map<Integer, Integer> names) {
        @Nullable Integer known = names.putIfAbsent(value, name);
        return known == null || known == name;
    }

    /** Whether flags with other names are others, and mean the same. */
    private boolean mayBeNamed(Map<Integer, Integer> names) {
        boolean same =
                names.entrySet().stream()
                        .allMatch(
                                e ->
                                        e.getKey().equals(e.getValue())
                                                || (mayRenameFlags
                                                        && meaning(e.getKey())
                                                                == meaning(e.getValue())));
        return same && Set.copyOf(names.values()).size() == names.size();
    }

    private static int meaning(int flags) {
        boolean now = !FlushFlags.has(flags, FLUSH_AT_EXIT);
        return now && FlushFlags.has(flags, FLUSH_TLB_GLOBAL)
                ? (flags & ~FLUSH_TLB_GLOBAL) | FLUSH_TLB
                : flags;
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
