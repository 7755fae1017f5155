package shootdown.cluster;

import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The members as the one who asks sees them: who is there, and what they say.
 *
 * <p>Threads: one asks; those of the network put messages into a queue.
 */
final class Crew implements AutoCloseable {
    private static final int ANSWER_SECONDS = 10;
    static final int POLL_MILLIS = 50;
    private static final byte[] NOTHING = {};

    /** Something to hear of: a message, or, without a sender, that somebody came or left. */
    record Event(@Nullable Address from, byte[] bytes) {}

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final String version;
    private final Consumer<String> log;
    private final Channel channel;

    /** The members, and how many tasks each does at once. */
    private final Map<Address, Integer> members = new LinkedHashMap<>();

    private final Set<Address> greeted = new HashSet<>();

    /** Joins the cluster of those who listen at some addresses. */
    Crew(
            Endpoint listen,
            List<Endpoint> at,
            @Nullable Key key,
            String version,
            Consumer<String> log) {
        this.version = version;
        this.log = log;
        channel =
                Channel.open(
                        listen,
                        at,
                        key,
                        new Channel.Listener() {
                            @Override
                            public void message(Address from, byte[] bytes) {
                                events.add(new Event(from, bytes));
                            }

                            @Override
                            public void members(List<Address> all) {
                                events.add(new Event(null, NOTHING));
                            }
                        });
    }

    /**
     * Asks all who are there who they are. Others who only ask do not answer. Who leaves meanwhile
     * is no member; who comes is asked by whoever hears the next event.
     */
    void greet() {
        newcomers();
        boolean changed = false;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
        while (members.size() < greeted.size() && System.nanoTime() < end) {
            Event event = next();
            if (event == null) {
                continue;
            }
            if (event.from() == null) {
                changed = true;
                greeted.retainAll(others());
                members.keySet().retainAll(greeted);
            } else {
                In in = new In(event.bytes());
                if (Kind.valueOf(in.text()) == Kind.WELCOME) {
                    String theirs = welcome(event.from(), in);
                    if (!theirs.equals(version)) {
                        throw new ClusterException(Node.otherVersion(theirs, version));
                    }
                }
            }
        }
        if (changed) {
            events.add(new Event(null, NOTHING));
        }
    }

    /** Asks those who have come since this was done last who they are. */
    List<Address> newcomers() {
        List<Address> others = others();
        greeted.retainAll(others);
        others.removeAll(greeted);
        greeted.addAll(others);
        byte[] hello = new Out().text(Kind.HELLO.name()).text(version).take();
        others.forEach(other -> channel.send(other, hello));
        return others;
    }

    /**
     * A member says who it is. One of another version, which the others will not have, is none; nor
     * is one that was lost since it said so.
     */
    String welcome(Address from, In in) {
        String theirs = in.text();
        if (theirs.equals(version) && channel.members().contains(from)) {
            members.put(from, in.small());
        }
        return theirs;
    }

    /** Returns the members, and how many tasks each does at once. */
    Map<Address, Integer> members() {
        return members;
    }

    /** Returns what there is to hear of, or null if nothing comes for a moment. */
    @Nullable Event next() {
        try {
            return events.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted", e);
        }
    }

    /**
     * Returns those who were lost since this was asked last.
     *
     * @throws ClusterException if nobody is left
     */
    List<Address> gone() {
        List<Address> present = channel.members();
        List<Address> gone = new ArrayList<>(members.keySet());
        gone.removeAll(present);
        members.keySet().removeAll(gone);
        if (!gone.isEmpty()) {
            log.accept("%d lost, %d go on".formatted(gone.size(), members.size()));
        }
        if (members.isEmpty()) {
            throw ClusterException.loss(
                    "all members are lost, or the network between them and here is");
        }
        return gone;
    }

    /** Goes on without a member that is there. */
    void leaveOut(Address member) {
        members.remove(member);
        if (members.isEmpty()) {
            throw ClusterException.loss("no member answers any more");
        }
    }

    void send(Address to, byte[] message) {
        channel.send(to, message);
    }

    /** Tells the user something. */
    void say(String what) {
        log.accept(what);
    }

    /** Tells all who are there that a search is over, also those who were away for a while. */
    void end(long id) {
        byte[] message = new Out().text(Kind.END.name()).word(id).take();
        others().forEach(member -> channel.send(member, message));
    }

    private List<Address> others() {
        List<Address> others = new ArrayList<>(channel.members());
        others.remove(channel.self());
        return others;
    }

    @Override
    public void close() {
        channel.close();
    }
}
