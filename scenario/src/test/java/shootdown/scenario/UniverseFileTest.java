package shootdown.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

import java.io.IOException;

/** A universe of the checker, written as text, is the same universe. */
class UniverseFileTest {
    @Test
    void universeAsTextHasTheSameStatesAndVerdicts() throws IOException {
        UniverseFile file =
                (UniverseFile)
                        Scenarios.parse(RoundTripTest.resource("linear-uvm.scn"), "linear-uvm.scn");
        assertThat(Scenarios.parse(Scenarios.print(file), "printed")).isEqualTo(file);
        Universe own = Runner.universe(file);
        Universe known = Universes.find("u1-linear-uvm").orElseThrow();
        for (String name : new String[] {"sync-guest", "final"}) {
            CatalogueEntry policy = Catalogue.find(name).orElseThrow();
            Cell text = Checker.check(policy, own, CheckOptions.reduced());
            Cell code = Checker.check(policy, known, CheckOptions.reduced());
            assertThat(text.states()).isEqualTo(code.states());
            assertThat(text.transitions()).isEqualTo(code.transitions());
            assertThat(text.verdicts()).isEqualTo(code.verdicts());
        }
    }
}
