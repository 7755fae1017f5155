package shootdown.cluster;

import java.util.List;

/**
 * Goes through the states of several senders in the order of their keys. Structure: a heap of the
 * senders that have states left, the one with the least key on top.
 */
final class Merge {
    private final List<Found> found;
    private final int[] next;
    private final int[] heap;
    private int size;

    Merge(List<Found> found) {
        this.found = List.copyOf(found);
        next = new int[found.size()];
        heap = new int[found.size()];
        for (int sender = 0; sender < found.size(); sender++) {
            if (found.get(sender).keys.size() > 0) {
                heap[size++] = sender;
            }
        }
        for (int at = size / 2 - 1; at >= 0; at--) {
            sink(at);
        }
    }

    boolean isAtEnd() {
        return size == 0;
    }

    /** Returns the sender of the state with the least key. */
    int sender() {
        return heap[0];
    }

    /** Returns the place of the state among those of its sender. */
    int place() {
        return next[heap[0]];
    }

    long key() {
        return key(heap[0]);
    }

    /** Goes on to the next state. */
    void advance() {
        int sender = heap[0];
        if (++next[sender] == found.get(sender).keys.size()) {
            heap[0] = heap[--size];
        }
        sink(0);
    }

    private long key(int sender) {
        return found.get(sender).keys.get(next[sender]);
    }

    private void sink(int from) {
        int at = from;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && key(heap[child + 1]) < key(heap[child])) {
                child++;
            }
            if (key(heap[at]) <= key(heap[child])) {
                return;
            }
            int moved = heap[at];
            heap[at] = heap[child];
            heap[child] = moved;
            at = child;
        }
    }
}
