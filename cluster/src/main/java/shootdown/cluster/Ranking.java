package shootdown.cluster;

import shootdown.engine.MemoryBudget;

import java.util.ArrayList;
import java.util.List;

/** A member's slice of a round: the keys of new states in it, and what violates properties. */
final class Ranking {
    private final long explored;
    private final MemoryBudget budget;
    private final Longs all;
    private final List<Longs> keys = new ArrayList<>();
    private final List<Offence> offences = new ArrayList<>();

    /** For each offence, the key before which it stands. */
    private final Longs places;

    /**
     * @param explored the number of the round's first state
     * @param budget for the time of the round
     */
    Ranking(long explored, MemoryBudget budget) {
        this.explored = explored;
        this.budget = budget;
        all = new Longs(budget);
        places = new Longs(budget);
    }

    /** Takes what each member sent. */
    void read(List<List<byte[]>> messages) {
        for (List<byte[]> message : messages) {
            read(new In(message.getFirst()));
        }
        all.sort();
    }

    private void read(In in) {
        Longs of = new Longs(budget);
        long key = 0;
        for (long left = in.number(); left > 0; left--) {
            key += in.number();
            of.add(key);
            all.add(key);
        }
        keys.add(of);
        while (!in.isAtEnd()) {
            Offence offence = Offence.read(in);
            offences.add(offence);
            places.add((offence.state() - explored) << Integer.SIZE | in.number());
        }
    }

    /** Returns the number of keys. */
    int size() {
        return all.size();
    }

    /** Writes all offences, and the ranks of the keys that one member sent. */
    void write(Out out, int to) {
        out.number(offences.size());
        for (int i = 0; i < offences.size(); i++) {
            offences.get(i).write(out);
            out.number(all.below(places.get(i)));
        }
        long last = 0;
        Longs of = keys.get(to);
        for (int i = 0; i < of.size(); i++) {
            long rank = all.below(of.get(i));
            out.number(rank - last);
            last = rank;
        }
    }
}
