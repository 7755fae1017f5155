package shootdown.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The test of the tests: {@link SameContentRace} with a table that publishes the slot of a content
 * before the content. This one has to fail.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "one id, and its content")
@Outcome(expect = Expect.FORBIDDEN, desc = "two ids, or an id without its content")
@State
public class PlantedRace {
    private final Interning interning = new Interning(new PublishesFirst());

    @Actor
    public void first(II_Result seen) {
        seen.r1 = interning.intern(1);
    }

    @Actor
    public void second(II_Result seen) {
        seen.r2 = interning.intern(1);
    }

    private static final class PublishesFirst extends BlockTable {
        PublishesFirst() {
            super(Interning.LENGTH, new MemoryBudget(Long.MAX_VALUE));
        }

        @Override
        void enter(int id, long hash, long[] words, int from) {
            publish(id, hash);
            store(id, words, from);
        }
    }
}
