package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.concurrent.TimeUnit.SECONDS;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import shootdown.cluster.Endpoint;
import shootdown.cluster.Node;
import shootdown.cluster.Work;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Campaigns by members of a cluster, on the loopback interface. */
class ClusterCampaignTest {
    private static final long MEMORY = 64 << 20;

    @TempDir Path folder;

    private final List<Node> nodes = new ArrayList<>();

    @AfterEach
    void closeNodes() {
        nodes.forEach(Node::close);
    }

    private void start(Map<String, Work> works) {
        Endpoint any = new Endpoint(InetAddress.getLoopbackAddress(), 0);
        List<Endpoint> others = nodes.isEmpty() ? List.of() : List.of(nodes.getFirst().endpoint());
        String version = ProgramVersion.full();
        nodes.add(
                Node.start(
                        new Node.Settings(any, others, null, version, 1, MEMORY, works),
                        said -> {}));
    }

    private String cluster() {
        return nodes.getFirst().endpoint().toString();
    }

    private Run run(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--cluster", cluster()));
        return Run.of(all.toArray(String[]::new));
    }

    /** A member that is lost in the middle of its first task. */
    private Map<String, Work> mortal(String name) {
        int number = nodes.size();
        return Map.of(
                name,
                () ->
                        (task, cancelled) -> {
                            CompletableFuture<Void> end =
                                    CompletableFuture.runAsync(() -> nodes.get(number).close());
                            while (!cancelled.getAsBoolean()) {
                                Thread.onSpinWait();
                            }
                            assertThat(end).isNotCompletedExceptionally();
                            return null;
                        });
    }

    /** All that does not depend on who has done it. */
    private static List<String> found(Run run) {
        return run.out()
                .lines()
                .filter(
                        line ->
                                !line.matches(
                                        " *\"(seconds|afterSeconds|walks|steps)\" : [0-9.]+,?"))
                .toList();
    }

    @Test
    void walksFindTheSameAlsoWhenAMemberIsLost() throws IOException {
        start(ClusterWorks.all());
        start(ClusterWorks.all());
        start(mortal(ClusterWorks.FUZZ));
        Path notes = folder.resolve("notes.fuzz");
        String[] words = {"fuzz", "none", "final", "--rounds", "20", "--json"};
        Run together =
                run("fuzz", "none", "final", "--rounds", "20", "--json", "--resume", notes + "");
        assertThat(together.exit()).as(together.err()).isEqualTo(Exit.BROKEN);
        assertThat(together.err()).contains("1 lost, 2 go on");
        assertThat(found(together)).isEqualTo(found(Run.of(words)));
        assertThat(Files.readString(notes)).contains("rounds 0 20\n", "hit none 0 P3");
    }

    @Test
    void walksTakeNoCodeAndNoThreads() throws IOException {
        start(ClusterWorks.all());
        Path mine = folder.resolve("Mine.java");
        Files.writeString(mine, Run.of("policy-template").out());
        run("fuzz", "--policy-file", mine.toString())
                .complains(Exit.USAGE, "takes no code: my-policy");
        run("fuzz", "final", "--threads", "2").complains(Exit.USAGE, "is for 'cluster start'");
    }

    @Test
    void interruptKeepsWhatWasFound() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        start(
                Map.of(
                        ClusterWorks.FUZZ,
                        () ->
                                (task, cancelled) -> {
                                    if (!task.startsWith("to 8\n")) {
                                        first.countDown();
                                        while (!cancelled.getAsBoolean()) {
                                            Thread.onSpinWait();
                                        }
                                        return null;
                                    }
                                    return ClusterWorks.walks().begin().answer(task, cancelled);
                                }));
        Interruption interruption = new Interruption();
        Path notes = folder.resolve("notes.fuzz");
        String[] words = {
            "fuzz", "none", "final", "--cluster", cluster(), "--resume", notes.toString()
        };
        CompletableFuture<Run> run =
                CompletableFuture.supplyAsync(() -> Run.of(interruption, words));
        assertThat(first.await(60, SECONDS)).isTrue();
        interruption.request();
        assertThat(run.get(10, SECONDS).exit()).isEqualTo(Exit.INTERRUPTED);
        assertThat(run.join().out()).contains("none", "P3", "interrupted");
        assertThat(Files.readString(notes)).contains("rounds 0 8\n", "hit none 0 P3");
    }
}
