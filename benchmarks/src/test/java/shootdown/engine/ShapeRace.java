package shootdown.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A home has an answer that has looked at one block more. One thread keeps an answer of this home
 * that has looked at two, so that its shape becomes wider; another looks for the first answer.
 */
@JCStressTest
@Outcome(id = "8, 7", expect = Expect.ACCEPTABLE, desc = "each its own answer")
@Outcome(id = "8, 0", expect = Expect.ACCEPTABLE, desc = "the first is to be asked again")
@Outcome(expect = Expect.FORBIDDEN, desc = "another answer, or a shape that is not there")
@State
public class ShapeRace {
    private final Remembering remembering = new Remembering();

    public ShapeRace() {
        remembering.keep(7, Remembering.FIRST, new long[][] {null, {-1}, null});
    }

    @Actor
    public void widens(II_Result seen) {
        seen.r1 = remembering.keep(8, Remembering.SECOND, new long[][] {null, {-1}, {-1}});
    }

    @Actor
    public void looks(II_Result seen) {
        seen.r2 = remembering.look(Remembering.FIRST);
    }
}
