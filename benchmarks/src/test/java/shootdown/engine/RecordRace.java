package shootdown.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One thread adds the first record of a segment, another reads ahead and looks for it. */
@JCStressTest
@Outcome(id = "7, 7", expect = Expect.ACCEPTABLE, desc = "the record is there")
@Outcome(id = "7, 0", expect = Expect.ACCEPTABLE, desc = "there is none yet")
@Outcome(expect = Expect.FORBIDDEN, desc = "a record without its segment, or half of one")
@State
public class RecordRace {
    private final Recording recording = new Recording(Recording.table());

    @Actor
    public void adds(II_Result seen) {
        seen.r1 = recording.add();
    }

    @Actor
    public void looks(II_Result seen) {
        seen.r2 = recording.look();
    }
}
