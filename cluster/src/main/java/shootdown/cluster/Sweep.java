package shootdown.cluster;

import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Many tasks, each done by one member, as the one who asks sees them.
 *
 * <p>A task is given to the member with the most room, and to another one if that is lost or cannot
 * do such work. Its first answer counts. Who comes later takes part. A member that did not see the
 * one who asks for a while has forgotten its tasks, and so it is told them again from time to time;
 * one that it is at, it is at.
 */
final class Sweep {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long REMIND_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** A task without an answer, and who has it. */
    private static final class Open {
        private final String task;
        private @Nullable Address by;
        private long told;

        Open(String task) {
            this.task = task;
        }
    }

    private final Crew crew;
    private final String work;
    private final Job job;
    private final Run run = new Run(RANDOM.nextLong(), 0);
    private final Map<Integer, Open> open = new LinkedHashMap<>();
    private final Map<Address, String> unable = new HashMap<>();
    private int tasks;

    Sweep(Crew crew, String work, Job job) {
        this.crew = crew;
        this.work = work;
        this.job = job;
    }

    /** Goes on until all tasks are done. */
    void run(BooleanSupplier cancelled) {
        try {
            while (!cancelled.getAsBoolean()) {
                give();
                if (open.isEmpty()) {
                    return;
                }
                Crew.Event event = crew.next();
                if (event != null) {
                    hear(event);
                }
            }
        } finally {
            crew.end(run.id());
        }
    }

    private void give() {
        Optional<Address> free = free();
        while (free.isPresent()) {
            Integer number = withoutMember();
            if (number == null) {
                break;
            }
            give(number, free.get());
            free = free();
        }
        long now = System.nanoTime();
        open.forEach(
                (number, one) -> {
                    if (one.by != null && now - one.told > REMIND_NANOS) {
                        tell(number, one, one.by);
                    }
                });
    }

    private void give(int number, Address to) {
        Open one = open.get(number);
        if (one != null) {
            one.by = to;
            job.begun(number);
            tell(number, one, to);
        }
    }

    private void tell(int number, Open one, Address to) {
        one.told = System.nanoTime();
        Out out = new Out().text(Kind.TASK.name());
        new Run(run.id(), number).write(out);
        crew.send(to, out.text(work).text(one.task).take());
    }

    /** A task that nobody has, a new one if need be; null if there is none. */
    private @Nullable Integer withoutMember() {
        for (Map.Entry<Integer, Open> one : open.entrySet()) {
            if (one.getValue().by == null) {
                return one.getKey();
            }
        }
        String next = job.next();
        if (next == null) {
            return null;
        }
        open.put(tasks, new Open(next));
        return tasks++;
    }

    /** The member with the most room for another task. */
    private Optional<Address> free() {
        Map<Address, Integer> room = new LinkedHashMap<>(crew.members());
        room.keySet().removeAll(unable.keySet());
        if (room.isEmpty()) {
            throw ClusterException.unable(
                    "no member can do this: " + String.join("; ", List.copyOf(unable.values())));
        }
        for (Open one : open.values()) {
            if (one.by != null) {
                room.computeIfPresent(one.by, (member, left) -> left - 1);
            }
        }
        return room.entrySet().stream()
                .filter(member -> member.getValue() > 0)
                .max(Comparator.comparingInt(Map.Entry::getValue))
                .map(Map.Entry::getKey);
    }

    private void hear(Crew.Event event) {
        Address from = event.from();
        if (from == null) {
            takeFrom(crew.gone());
            crew.newcomers();
            return;
        }
        In in = new In(event.bytes());
        Kind kind = Kind.valueOf(in.text());
        if (kind == Kind.WELCOME) {
            crew.welcome(from, in);
            return;
        }
        if (kind != Kind.TASK_DONE && kind != Kind.TASK_REFUSED && kind != Kind.TASK_FAILED) {
            return;
        }
        Run which = Run.read(in);
        if (which.id() != run.id()) {
            return;
        }
        String said = in.text();
        switch (kind) {
            case TASK_DONE -> {
                if (open.remove(which.epoch()) != null) {
                    job.done(which.epoch(), said);
                }
            }
            case TASK_REFUSED -> refused(from, said);
            default -> throw ClusterException.failure(said);
        }
    }

    private void refused(Address by, String why) {
        if (unable.put(by, why) == null) {
            crew.say("a member takes no part: " + why);
            takeFrom(List.of(by));
        }
    }

    private void takeFrom(Collection<Address> members) {
        for (Open one : open.values()) {
            if (one.by != null && members.contains(one.by)) {
                one.by = null;
            }
        }
    }
}
