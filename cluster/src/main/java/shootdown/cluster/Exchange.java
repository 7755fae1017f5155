package shootdown.cluster;

import java.util.List;

/**
 * How the members of a search talk: in steps, in each of which every member may send anything to
 * every member, itself included, and then waits for what all have sent to it.
 */
interface Exchange {
    /** The number of this member among those of the search. */
    int self();

    /** The number of members. */
    int size();

    /** Sends a message of this step. May wait when the receiver is slow. */
    void send(int to, byte[] message);

    /**
     * Ends the step: returns what each member sent to this one in it, in the order of sending.
     *
     * @throws Interrupted if the search is not to go on like this
     */
    List<List<byte[]>> finish();

    /** Ends a search in the middle: a member was lost, or nobody wants to know any more. */
    final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Interrupted() {
            super("interrupted", null, false, false);
        }
    }
}
