package shootdown.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One thread adds the content with which the slots grow, another looks for one that is known. */
@JCStressTest
@Outcome(id = "33, 5", expect = Expect.ACCEPTABLE, desc = "each its own id, and its content")
@Outcome(expect = Expect.FORBIDDEN, desc = "a known content is not found, or found as another")
@State
public class GrowthRace {
    private static final int HALF_OF_THE_FIRST_SLOTS = 32;

    private final Interning interning = new Interning(Interning.table());

    public GrowthRace() {
        for (int n = 1; n <= HALF_OF_THE_FIRST_SLOTS; n++) {
            interning.intern(n);
        }
    }

    @Actor
    public void adds(II_Result seen) {
        seen.r1 = interning.intern(HALF_OF_THE_FIRST_SLOTS + 1);
    }

    @Actor
    public void looks(II_Result seen) {
        seen.r2 = interning.intern(5);
    }
}
