package shootdown.engine;

import org.jspecify.annotations.Nullable;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Recalls answers for as long as that is less work than taking the steps: while fewer than half of
 * the states bring a question that was never asked. Both ways give the same.
 *
 * <p>{@code CheckRate} on {@code u4-smp-linear-3cpu}, where few do, and {@code u12-life-xpti-smp}
 * pays for it.
 */
final class WhilePaying implements Expansion {

    /** After so many states it is looked at again. */
    static final int WINDOW = 32 * 1024;

    private final Expansion recall;
    private final LongSupplier asked;
    private final int window;
    private final Supplier<Expansion> other;
    private @Nullable Expansion direct;
    private int states;
    private long askedBefore;

    /**
     * @param asked how many questions {@code recall} had to ask so far
     * @param other makes what takes the steps, once it is needed
     */
    WhilePaying(Expansion recall, LongSupplier asked, Supplier<Expansion> other, int window) {
        this.recall = recall;
        this.asked = asked;
        this.other = other;
        this.window = window;
    }

    @Override
    public void expand(int[] ids, Chunk into, int place) {
        now().expand(ids, into, place);
        if (direct == null && ++states == window) {
            long more = asked.getAsLong() - askedBefore;
            askedBefore += more;
            states = 0;
            if (more > window / 2) {
                direct = other.get();
            }
        }
    }

    @Override
    public void readAhead(int[] ids) {
        now().readAhead(ids);
    }

    @Override
    public void addCounters(long[] sums) {
        recall.addCounters(sums);
        if (direct != null) {
            direct.addCounters(sums);
        }
    }

    private Expansion now() {
        return direct == null ? recall : direct;
    }
}
