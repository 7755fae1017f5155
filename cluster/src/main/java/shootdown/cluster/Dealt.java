package shootdown.cluster;

import shootdown.engine.MemoryBudget;
import shootdown.engine.Partition;

import java.util.ArrayList;
import java.util.List;

/** Takes the states that members deal out ({@link Deal}), in the order of numbers. */
final class Dealt {
    private final Partition part;
    private final MemoryBudget temporary;
    private final List<Found> runs = new ArrayList<>();
    private final List<Longs> parentRuns = new ArrayList<>();

    /**
     * @param part where they go
     * @param budget of that part
     */
    Dealt(Partition part, MemoryBudget budget) {
        this.part = part;
        temporary = budget.part(1);
    }

    /**
     * Adds all states.
     *
     * @param messages of each member
     * @param numbers of the states; added to
     * @param parents their parents; added to
     */
    void receive(List<List<byte[]>> messages, Longs numbers, Longs parents) {
        try (temporary) {
            messages.forEach(this::read);
            int width = part.blocks();
            int[] ids = new int[width];
            boolean[] fresh = new boolean[1];
            for (Merge merge = new Merge(runs); !merge.isAtEnd(); merge.advance()) {
                Found run = runs.get(merge.sender());
                System.arraycopy(run.ids(), merge.place() * width, ids, 0, width);
                part.add(ids, 1, fresh);
                if (!fresh[0]) {
                    throw new IllegalStateException(
                            "state " + merge.key() + " was dealt out twice");
                }
                numbers.add(merge.key());
                parents.add(parentRuns.get(merge.sender()).get(merge.place()));
            }
        }
    }

    /** Reads the runs of one member. */
    private void read(List<byte[]> messages) {
        StateReader reader = new StateReader(part, temporary);
        Found run = new Found(part.blocks(), temporary);
        Longs parents = new Longs(temporary);
        long number = 0;
        for (byte[] message : messages) {
            In in = new In(message);
            while (!in.isAtEnd()) {
                long step = in.number();
                if (step == 0) {
                    runs.add(run);
                    parentRuns.add(parents);
                    run = new Found(part.blocks(), temporary);
                    parents = new Longs(temporary);
                    number = 0;
                } else {
                    number += step - 1;
                    parents.add(number - in.number());
                    run.add(number, reader.read(in), 0);
                }
            }
        }
    }
}
