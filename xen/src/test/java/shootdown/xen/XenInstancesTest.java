package shootdown.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Several machines at work together. */
@EnabledIf(
        value = "shootdown.xen.Components#areInstalled",
        disabledReason = Components.NOT_INSTALLED)
class XenInstancesTest {
    @TempDir private static Path cache;

    private static XenInstances machines;

    @BeforeAll
    static void start() {
        machines = XenInstances.start(XenOptions.DEFAULT.withCacheFolder(cache.resolve("c")), 2);
    }

    @AfterAll
    static void stop() {
        machines.close();
    }

    /** Reads back its own number; every 50th crashes the domain. */
    private static final class Numbers implements XenInstances.Work<Long> {
        @Override
        public Program program(long number) {
            return to -> {
                int offset = to.allocate(8);
                to.putLong(offset, number);
                to.access(
                        0,
                        number % 50 == 49,
                        ProgramWriter.Access.READ,
                        8,
                        to.addressOf(offset),
                        0,
                        0);
            };
        }

        @Override
        public Long judge(long number, Outcome outcome, XenInstance by) {
            return outcome instanceof Outcome.Finished finished ? finished.result().value(0) : -1L;
        }
    }

    @Test
    void verdictsComeInOrderWhoeverRanTheProgram() {
        List<Long> verdicts = new ArrayList<>();
        machines.run(
                0,
                300,
                new Numbers(),
                (number, verdict) -> {
                    assertThat(number).isEqualTo(verdicts.size());
                    verdicts.add(verdict);
                    return true;
                });
        assertThat(verdicts).hasSize(300);
        for (int i = 0; i < 300; i++) {
            assertThat(verdicts.get(i)).isEqualTo(i % 50 == 49 ? -1 : i);
        }
    }

    @Test
    void receiverEndsTheRound() {
        List<Long> verdicts = new ArrayList<>();
        machines.run(
                1000,
                Long.MAX_VALUE,
                new Numbers(),
                (number, verdict) -> {
                    verdicts.add(verdict);
                    return verdict < 1020;
                });
        assertThat(verdicts).hasSize(21).endsWith(1020L);
        assertThat(machines.all()).allMatch(machine -> machine.waiting() == 0);
    }

    @Test
    void exceptionEndsTheRoundAndIsSeen() {
        XenInstances.Work<Long> broken =
                new XenInstances.Work<>() {
                    @Override
                    public Program program(long number) {
                        return new Numbers().program(0);
                    }

                    @Override
                    public Long judge(long number, Outcome outcome, XenInstance by) {
                        throw new IllegalStateException("judge " + number);
                    }
                };
        assertThatThrownBy(() -> machines.run(0, 5, broken, (number, verdict) -> true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("judge ");
        assertThat(machines.all()).allMatch(machine -> machine.waiting() == 0);
    }
}
