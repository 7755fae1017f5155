package shootdown.cluster;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Signs of life of the members of a search. The library knows who is there; but two members may
 * both be there and not reach each other, and then all wait for ever.
 *
 * <p>Time is counted in the ticks of whoever listens: one who was asleep has missed none.
 */
final class Signs {
    private final int silence;
    private final int[] quiet;
    private final @Nullable Standing[] standings;

    /**
     * @param members how many there are
     * @param silence the ticks after which one that says nothing is taken for lost
     */
    Signs(int members, int silence) {
        this.silence = silence;
        quiet = new int[members];
        standings = new @Nullable Standing[members];
    }

    void tick() {
        for (int member = 0; member < quiet.length; member++) {
            quiet[member]++;
        }
    }

    /** A member said where it is. */
    void hear(int member, Standing standing) {
        quiet[member] = 0;
        standings[member] = standing;
    }

    /**
     * Returns a member without which the others may get on: one that says nothing, or, if all wait,
     * the one for whom most of those wait who are behind all others. -1 if there is none.
     */
    int hopeless() {
        int least = Integer.MAX_VALUE;
        boolean allWait = true;
        for (int member = 0; member < quiet.length; member++) {
            if (quiet[member] > silence) {
                return member;
            }
            Standing standing = standings[member];
            allWait &= standing != null && !standing.waitsFor().isEmpty();
            least = standing == null ? least : Math.min(least, standing.step());
        }
        return allWait ? mostMissed(least) : -1;
    }

    private int mostMissed(int step) {
        int most = -1;
        int[] missed = new int[quiet.length];
        for (Standing standing : standings) {
            List<Integer> waitsFor =
                    standing == null || standing.step() != step ? List.of() : standing.waitsFor();
            for (int member : waitsFor) {
                missed[member]++;
                most = most < 0 || missed[member] >= missed[most] ? member : most;
            }
        }
        return most;
    }
}
