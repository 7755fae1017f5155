package shootdown.checker;

import shootdown.policy.Flusher;
import shootdown.policy.Invocation;
import shootdown.policy.Policy;
import shootdown.policy.Update;
import shootdown.policy.weaker.Change;

import java.util.ArrayList;
import java.util.List;

/** Why a policy asked for a flush: what its invocation had edited. */
public sealed interface FlushReason {
    /**
     * All edits of L2..L4 tables in the invocation were like this.
     *
     * @param level of the table
     * @param change what became of the entry
     * @param hooked whether anything but the lock and a pin refers to the table
     */
    record Edit(int level, Change change, boolean hooked) implements FlushReason {}

    /** Edits of L2..L4 tables that are not all alike. */
    record Several() implements FlushReason {}

    /** No edit that is known any more, as of a flush that waited for the way out of Xen. */
    record Unknown() implements FlushReason {}

    /** All reasons there are; a number of a reason is its place. */
    List<FlushReason> ALL = all();

    private static List<FlushReason> all() {
        List<FlushReason> all = new ArrayList<>(List.of(new Unknown(), new Several()));
        for (int level = 2; level <= 4; level++) {
            for (Change change : Change.values()) {
                all.add(new Edit(level, change, true));
                all.add(new Edit(level, change, false));
            }
        }
        return List.copyOf(all);
    }

    /**
     * Flushes nothing, and keeps in its accumulator the number of the reason for what others do.
     */
    final class Recorder implements Policy {
        private static final int UNKNOWN = ALL.indexOf(new Unknown());
        private static final int SEVERAL = ALL.indexOf(new Several());

        @Override
        public int updated(Update update, Flusher flusher, int accumulator) {
            if (update.level() < 2) {
                return accumulator;
            }
            boolean hooked = update.typeCount() > 1 + (update.pinned() ? 1 : 0);
            int reason = ALL.indexOf(new Edit(update.level(), Change.of(update), hooked));
            return accumulator == UNKNOWN || accumulator == reason ? reason : SEVERAL;
        }

        @Override
        public void finished(Invocation invocation, Flusher flusher, int accumulator) {}
    }
}
