package shootdown.fuzz;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Some rounds of a campaign, for somebody else to do. Targets travel by name.
 *
 * @param seed of the campaign
 * @param targets their names, in order
 * @param known no rounds, but hits that settle a target: its later rounds are left out
 * @param to number after the last round
 */
public record Assignment(long seed, List<String> targets, Shard known, long to) {
    private static final String TO = "to ";

    public Assignment {
        targets = List.copyOf(targets);
    }

    /** As text, which {@link #parse} reads. */
    String text() {
        return TO + to + "\n" + new Notes("", seed, targets, 0, known).text();
    }

    /**
     * Reads an assignment.
     *
     * @throws IllegalArgumentException if it is none, or of another version of the program
     */
    public static Assignment parse(String text) {
        int end = text.indexOf('\n');
        if (!text.startsWith(TO) || end < 0) {
            throw new IllegalArgumentException("no assignment");
        }
        Notes notes = Notes.parse(text.substring(end + 1));
        long to = Long.parseLong(text.substring(TO.length(), end));
        return new Assignment(notes.seed(), notes.targets(), notes.done(), to);
    }

    /**
     * Does the rounds, on one thread.
     *
     * @return null if it was cancelled
     * @throws IllegalArgumentException if there is no target of a name
     */
    public @Nullable Shard run(BooleanSupplier cancelled) {
        List<Target> found = new ArrayList<>();
        for (String name : targets) {
            found.add(
                    Target.find(name)
                            .orElseThrow(() -> new IllegalArgumentException("no target " + name)));
        }
        Limits limits = new Limits(to, Long.MAX_VALUE / 2, System::nanoTime, cancelled);
        Shard done = new Campaign(found, seed, known, limits, shard -> {}).run(1);
        if (cancelled.getAsBoolean()) {
            return null;
        }
        return done.since(known.to()).and(Shard.passed(done.to(), to));
    }
}
