package shootdown.policy.weaker;

import shootdown.policy.Update;

import java.util.function.Predicate;

/** One thing that a policy does no more. */
public sealed interface Weakening {
    /** What follows the {@code ~} in the name of a weakened policy, such as {@code no-local}. */
    String name();

    /** What is left out, to follow <em>as final, but</em>. */
    String rule();

    /** Whether it asks more than Xen can know cheaply. */
    default boolean ideal() {
        return false;
    }

    /** Whether it treats all CPUs alike. */
    boolean isBlind();

    /**
     * Of whatever a policy asks for, only a part is left.
     *
     * @param less that part
     */
    record Always(String name, String rule, Less less) implements Weakening {
        @Override
        public boolean isBlind() {
            return less.spared() == 0;
        }
    }

    /**
     * The TLB flushes are left out of an invocation in which all edits of L2..L4 tables are of one
     * class; root flags stay, since it is the copies that they serve.
     *
     * @param where the class
     */
    record ForSome(String name, String rule, boolean ideal, Predicate<Update> where)
            implements Weakening {
        @Override
        public boolean isBlind() {
            return true;
        }

        boolean covers(Update update) {
            return update.level() > 1 && where.test(update);
        }
    }

    /** Nothing names the table: its type count is that of the page lock and the pin. */
    static boolean isUnhooked(Update update) {
        return update.typeCount() <= 1 + (update.pinned() ? 1 : 0);
    }

    /** No dirty CPU reaches the table from the L4 that it has loaded. */
    static boolean isUnreached(Update update) {
        for (long left = update.dirtyMask(); left != 0; left &= left - 1) {
            if (update.reaches(Long.numberOfTrailingZeros(left))) {
                return false;
            }
        }
        return true;
    }
}
