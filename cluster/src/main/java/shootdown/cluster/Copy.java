package shootdown.cluster;

import shootdown.engine.MemoryBudget;
import shootdown.engine.Partition;

import java.util.ArrayList;
import java.util.List;

/**
 * What a member keeps of the part of the one before it, in case that one is lost: the messages in
 * which it sent its states, unread.
 */
final class Copy {
    /** Hears of a state: its number, that of its parent, and its block ids, to be read at once. */
    @FunctionalInterface
    interface Reader {
        void state(long number, long parent, int[] ids);
    }

    /** Tells that even the initial states may be missing. */
    static final int NOTHING = -1;

    private final MemoryBudget budget;
    private final List<byte[]> messages = new ArrayList<>();
    private int round = NOTHING;

    Copy(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Returns the last round whose states are all here. */
    int round() {
        return round;
    }

    /** Adds messages; with them, all states of {@code complete} rounds are here. */
    void add(List<byte[]> more, int complete) {
        budget.add(Inbox.bytes(more));
        messages.addAll(more);
        round = complete;
    }

    /** Reads all states, in the order of numbers, into ids of {@code part}. */
    void read(Partition part, Reader reader) {
        StateReader states = new StateReader(part, budget);
        long number = 0;
        for (byte[] message : messages) {
            In in = new In(message);
            while (!in.isAtEnd()) {
                number += in.number();
                long parent = number - in.number();
                reader.state(number, parent, states.read(in));
            }
        }
    }

    /** Writes a state as {@link #read} reads it, but for the step from the number before. */
    static void write(Out out, StateWriter states, long number, long parent, int[] ids) {
        out.number(number - parent);
        states.write(out, ids, 0);
    }
}
