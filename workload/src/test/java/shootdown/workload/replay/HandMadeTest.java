package shootdown.workload.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.Policy;
import shootdown.workload.trace.TraceException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Recordings of a few lines, whose costs are counted by hand. */
class HandMadeTest {
    @TempDir private Path folder;

    private Recording recording(String... lines) {
        Path file = folder.resolve("t.csv");
        String text = "# shootdown-trace 1 t\n" + String.join("\n", lines) + "\n";
        try {
            Files.write(file, text.getBytes(US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Recording.of(file, false);
    }

    private Replayed replay(boolean xpti, String policies, String... lines) {
        Map<String, Policy> named = new LinkedHashMap<>();
        for (String name : policies.split(" ")) {
            CatalogueEntry entry = Catalogue.find(name).orElseThrow();
            named.put(name, entry.policy());
        }
        return new Replay(recording(lines), named, new Options(xpti, false, 1536, 1, false))
                .run(events -> {}, () -> true);
    }

    private static Tally of(String policy, Replayed replayed) {
        return replayed.runs().stream()
                .filter(run -> run.policy().equals(policy))
                .findFirst()
                .orElseThrow()
                .tally();
    }

    /** On L4 100 (CPU 1: 500), L2 300 gets L1 400, and loses it. */
    private static final String[] LINK_AND_UNLINK = {
        "1,1,b-2,CR3,500000,0,1",
        "1,0,a-1,BB,1,1,1,100,0,0,k",
        "1,0,,PT,1,M,2,300010,0,400067,0,1,0,2",
        "1,0,,FL,100,0,do_mmu_update",
        "1,0,,FR,100,2,0,do_mmu_update",
        "1,1,,FL,100,0,invalidate_interrupt",
        "1,0,,BE,1,1,1,0,1",
        "1,0,,BB,2,1,1,100,0,0,k",
        "1,0,,PT,2,M,2,300010,400067,0,0,1,0,2",
        "1,0,,FL,100,0,do_mmu_update",
        "1,0,,FR,100,2,0,do_mmu_update",
        "1,1,,FL,100,0,invalidate_interrupt",
        "1,0,,BE,2,1,1,1,1",
    };

    @Test
    void aTableThatComesAndGoesCostsFinalTwoFlushesOnBothCpus() {
        Tally tally = of("final", replay(false, "final", LINK_AND_UNLINK));
        assertThat(tally.invocations()).isEqualTo(2);
        assertThat(tally.policy().asked()).isEqualTo(2);
        assertThat(tally.policy().local()).isEqualTo(2);
        assertThat(tally.policy().requests()).isEqualTo(2);
        assertThat(tally.policy().targets()).isEqualTo(2);
        assertThat(tally.level(2).asked()).isEqualTo(2);
        assertThat(tally.transition(Transition.LINKS).asked()).isEqualTo(1);
        assertThat(tally.transition(Transition.UNLINKS).asked()).isEqualTo(1);
        assertThat(tally.rootCopies()).isZero();
    }

    @Test
    void otherPoliciesPayForWhatTheirRuleSays() {
        Replayed tallies =
                replay(
                        false,
                        "none skip-not-present local-only remote-only reaching-cpus",
                        LINK_AND_UNLINK);
        assertThat(of("none", tallies).policy().asked()).isZero();
        assertThat(of("skip-not-present", tallies).policy().asked()).isEqualTo(1);
        assertThat(of("local-only", tallies).policy().requests()).isZero();
        assertThat(of("remote-only", tallies).policy().local()).isZero();
        assertThat(of("remote-only", tallies).policy().targets()).isEqualTo(2);
    }

    /** Nobody knows what names L2 300, which was alive before: so any L4 may. */
    @Test
    void whatLiesBelowTablesThatWereAliveBeforeMayBeReachedByAll() {
        Replayed replayed =
                new Replay(
                                recording(LINK_AND_UNLINK),
                                Map.of(
                                        "reaching-cpus",
                                        Catalogue.find("reaching-cpus").orElseThrow().policy()),
                                new Options(false, false, 1536, 1, false))
                        .run(events -> {}, () -> true);
        PolicyRun run = replayed.runs().get(0);
        assertThat(run.assumed()).isPositive();
    }

    @Test
    void anL4InUseIsCopiedAgainUnderXpti() {
        Replayed tallies =
                replay(
                        true,
                        "none final",
                        "1,0,a-1,BB,1,1,1,100,0,0,k",
                        "1,0,,PT,1,M,4,100008,0,200067,0,1,1,3",
                        "1,0,,FL,100,0,do_mmu_update",
                        "1,0,,BE,1,1,1,0,1");
        assertThat(of("final", tallies).rootRequests()).isEqualTo(1);
        assertThat(of("final", tallies).rootCopies()).isEqualTo(1);
        assertThat(of("none", tallies).rootRequests()).isZero();
        assertThat(of("none", tallies).rootCopies()).isZero();
    }

    @Test
    void lostTranslationsAreThoseOfUserPagesUsedSinceTheLastFlush() {
        Replayed replayed =
                replay(
                        false,
                        "final",
                        "1,0,a-1,BB,1,1,1,100,0,0,k",
                        "1,0,,PT,1,M,1,400000,0,7000000000008167,0,1,0,2",
                        "1,0,,BE,1,1,1,0,0",
                        "1,0,,BB,2,1,1,100,0,0,k",
                        "1,0,,PT,2,M,1,400008,0,7000000000009167,0,1,0,2",
                        "1,0,,BE,2,1,1,0,0",
                        "1,0,,BB,3,1,1,100,0,0,k",
                        "1,0,,PT,3,M,2,300010,0,400067,0,1,0,2",
                        "1,0,,FL,100,0,do_mmu_update",
                        "1,0,,BE,3,1,1,0,1");
        Tally tally = of("final", replayed);
        assertThat(tally.lostUsed()).isEqualTo(2);
        assertThat(tally.lostMost()).isEqualTo(1536);
    }

    @Test
    void aRecordingThatContradictsItselfIsRefusedWithItsLine() {
        assertThatThrownBy(
                        () ->
                                replay(
                                        false,
                                        "final",
                                        "1,0,a-1,BB,1,1,1,100,0,0,k",
                                        "1,0,,PT,1,M,1,400000,0,8167,0,1,0,2",
                                        "1,0,,BE,1,1,1,0,0",
                                        "1,0,,BB,2,1,1,100,0,0,k",
                                        "1,0,,PT,2,M,1,400000,9167,0,0,1,0,2",
                                        "1,0,,BE,2,1,1,0,0"))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("t.csv: line 6: no machine can do this");
    }

    @Test
    void tablesBeyondAllMemoryAreRefused() {
        assertThatThrownBy(
                        () ->
                                recording(
                                        "1,0,a-1,BB,1,1,1,100,0,0,k",
                                        "1,0,,PT,1,M,1,8000000000,0,8167,0,1,0,2",
                                        "1,0,,BE,1,1,1,0,0"))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("line 3: a table in frame 8000000");
    }

    /** Whatever a file says, there is a result or one message. */
    @Test
    void damagedRecordingsAreFollowedOrRefused() throws IOException {
        String[] good;
        try (java.io.InputStream in =
                new java.util.zip.GZIPInputStream(
                        Files.newInputStream(shootdown.workload.trace.Recordings.full("idle")))) {
            good =
                    new String(in.readAllBytes(), US_ASCII)
                            .lines()
                            .limit(500)
                            .toArray(String[]::new);
        }
        long seed = new Random().nextLong();
        int refused = 0;
        for (int i = 0; i < 150; i++) {
            Random random = new Random(seed + i);
            String[] bad = good.clone();
            for (int n = 0; n < 3; n++) {
                int line = 1 + random.nextInt(bad.length - 1);
                String[] fields = bad[line].split(",", -1);
                int field = random.nextInt(fields.length);
                fields[field] =
                        switch (random.nextInt(4)) {
                            case 0 -> Long.toHexString(random.nextLong());
                            case 1 -> Integer.toString(random.nextInt(5));
                            case 2 -> good[1 + random.nextInt(good.length - 1)].split(",", -1)[0];
                            default -> "";
                        };
                bad[line] = String.join(",", fields);
            }
            Path file = folder.resolve("bad.csv");
            Files.write(file, String.join("\n", bad).getBytes(US_ASCII));
            try {
                boolean lenient = random.nextBoolean();
                Recording recording = Recording.of(file, lenient);
                new Replay(
                                recording,
                                Map.of("final", Catalogue.find("final").orElseThrow().policy()),
                                new Options(random.nextBoolean(), false, 1536, 1, lenient))
                        .run(events -> {}, () -> true);
            } catch (TraceException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + (seed + i), e);
            }
        }
        assertThat(refused).isPositive();
    }
}
