package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;

class ListCommandTest {
    @Test
    void everythingIsListed() throws IOException {
        Run run = Run.of("list");
        assertThat(run.exit()).isEqualTo(Exit.OK);
        Golden.check("list.txt", run.out());
    }

    @Test
    void oneKindOrOneOfAKind() throws IOException {
        assertThat(Run.of("list", "properties").out()).startsWith("Properties\n").contains("P9");
        assertThat(Run.of("list", "policies", "draft").out()).contains("v1-no-explicit-root");
        Golden.check("list-universe.txt", Run.of("list", "universes", "u4-smp-linear").out());
    }

    @Test
    void unknownNamesAreAnsweredWithTheNearest() {
        Run.of("list", "policy").complains(Exit.USAGE, "'policies'");
        Run.of("list", "universes", "u99").complains(Exit.USAGE, "unknown universe");
    }
}
