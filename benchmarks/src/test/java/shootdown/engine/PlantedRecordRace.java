package shootdown.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The test of the tests: {@link RecordRace} with a table that publishes a record before its answer
 * is there. This one has to fail.
 */
@JCStressTest
@Outcome(id = "7, 7", expect = Expect.ACCEPTABLE, desc = "the record is there")
@Outcome(id = "7, 0", expect = Expect.ACCEPTABLE, desc = "there is none yet")
@Outcome(expect = Expect.FORBIDDEN, desc = "a record without its segment, or half of one")
@State
public class PlantedRecordRace {
    private final Recording recording = new Recording(new PublishesFirst());

    @Actor
    public void adds(II_Result seen) {
        seen.r1 = recording.add();
    }

    @Actor
    public void looks(II_Result seen) {
        seen.r2 = recording.look();
    }

    private static final class PublishesFirst extends AnswerTable {
        PublishesFirst() {
            super(new MemoryBudget(Long.MAX_VALUE));
        }

        @Override
        void store(int place, int[] words, int from, int count) {
            if (count > Recording.KEY.length) { // the answer
                publish(place - Recording.KEY.length, Recording.HASH);
            }
            super.store(place, words, from, count);
        }
    }
}
