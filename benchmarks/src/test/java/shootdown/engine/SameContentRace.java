package shootdown.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads intern the same content in an empty table: it has one id, and is there at once. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "one id, and its content")
@Outcome(expect = Expect.FORBIDDEN, desc = "two ids, or an id without its content")
@State
public class SameContentRace {
    private final Interning interning = new Interning(Interning.table());

    @Actor
    public void first(II_Result seen) {
        seen.r1 = interning.intern(1);
    }

    @Actor
    public void second(II_Result seen) {
        seen.r2 = interning.intern(1);
    }
}
