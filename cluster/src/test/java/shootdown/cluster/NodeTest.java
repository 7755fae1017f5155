package shootdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;

import org.jgroups.Address;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import shootdown.checker.Cell;
import shootdown.checker.CheckOptions;
import shootdown.checker.Checker;
import shootdown.checker.Universe;
import shootdown.checker.Universes;
import shootdown.checker.UnsuitableSearch;
import shootdown.engine.End;
import shootdown.engine.SearchOptions;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Nodes on the loopback interface. */
class NodeTest {
    private static final String VERSION = "1";
    private static final long MEMORY = 64 << 20;

    /** The message with which a member is lost: about in the middle of the search. */
    private static final int LAST_WORDS = 80;

    private static final Cluster.Watcher NOBODY =
            new Cluster.Watcher() {
                @Override
                public void begun(int task) {}

                @Override
                public void done(int task, Cell cell) {}
            };

    private final List<Node> nodes = new ArrayList<>();

    @AfterEach
    void closeNodes() {
        nodes.forEach(Node::close);
    }

    private static Endpoint any() {
        return new Endpoint(InetAddress.getLoopbackAddress(), 0);
    }

    private List<Endpoint> others() {
        return nodes.isEmpty() ? List.of() : List.of(nodes.getFirst().endpoint());
    }

    private Node start(@Nullable Key key, String version) {
        return start(key, version, MEMORY);
    }

    private Node start(@Nullable Key key, String version, long memory) {
        Node node =
                Node.start(
                        new Node.Settings(any(), others(), key, version, 1, memory, Map.of()),
                        said -> {});
        nodes.add(node);
        return node;
    }

    private Cluster join(@Nullable Key key) {
        return Cluster.join(any(), others(), key, VERSION, said -> {});
    }

    private static Cluster.Task task(String policy, String universe) {
        return new Cluster.Task(policy(policy), universe(universe));
    }

    private static CatalogueEntry policy(String name) {
        return Catalogue.find(name).orElseThrow();
    }

    private static Universe universe(String name) {
        return Universes.find(name).orElseThrow();
    }

    private static Cell alone(Cluster.Task task) {
        return Checker.check(task.policy(), task.universe(), CheckOptions.reduced());
    }

    private static void assertSame(@Nullable Cell together, Cell alone) {
        assertThat(together).isNotNull();
        if (together != null) {
            assertThat(together)
                    .usingRecursiveComparison()
                    .ignoringFields("policy", "universe", "nanos", "storeBytes")
                    .isEqualTo(alone);
        }
    }

    @Test
    void threeNodesSearchLikeOneProcessAlsoWhenOneIsLost() {
        start(null, VERSION);
        start(null, VERSION);
        AtomicInteger messages = new AtomicInteger();
        Node victim =
                Node.start(
                        new Node.Settings(any(), others(), null, VERSION, 1, MEMORY, Map.of()),
                        said -> {},
                        sender ->
                                (to, message) -> {
                                    if (messages.incrementAndGet() == LAST_WORDS) {
                                        nodes.get(2).close();
                                    }
                                    sender.send(to, message);
                                });
        nodes.add(victim);
        Cluster.Task task = task("final", "u4-smp-linear");
        List<String> said = new ArrayList<>();
        try (Cluster cluster = Cluster.join(any(), others(), null, VERSION, said::add)) {
            assertThat(cluster.members()).isEqualTo(3);
            assertSame(cluster.explore(task, CheckOptions.reduced()), alone(task));
            assertThat(said).containsExactly("1 lost, 2 go on");
            assertThat(cluster.members()).isEqualTo(2);

            assertSame(cluster.explore(task, CheckOptions.reduced()), alone(task));
        }
    }

    /** What a node of its own finds, several times if asked. */
    private List<Cell> explored(Cluster.Task task, long memory, int times) {
        closeNodes();
        nodes.clear();
        start(null, VERSION, memory);
        List<Cell> found = new ArrayList<>();
        try (Cluster cluster = join(null)) {
            for (int time = 0; time < times; time++) {
                Cell cell = cluster.explore(task, CheckOptions.reduced());
                if (cell != null) {
                    found.add(cell);
                }
            }
        }
        return found;
    }

    @Test
    void memoryThatDoesNotSufficeIsToldAndWhatWasUsedComesBack() {
        Cluster.Task task = task("final", "u4-smp-linear");
        Cell alone = alone(task);
        long enough = explored(task, MEMORY, 1).getFirst().storeBytes();

        assertThat(explored(task, enough * 3 / 2, 3))
                .hasSize(3)
                .allSatisfy(cell -> assertSame(cell, alone));
        assertThat(explored(task, enough / 2, 2))
                .extracting(Cell::end)
                .containsExactly(End.MEMORY_LIMIT, End.MEMORY_LIMIT);
        assertThat(explored(task, 100_000, 1))
                .as("where not even the beginning fits")
                .extracting(Cell::end)
                .containsExactly(End.MEMORY_LIMIT);
    }

    @Test
    void sweepIsDoneOnceWhoeverIsLost() {
        start(null, VERSION);
        start(null, VERSION);
        List<Cluster.Task> tasks = new ArrayList<>();
        for (String policy : List.of("none", "draft", "v1", "final")) {
            for (String universe : List.of("u1-linear-uvm", "u1-linear-uvm-xpti", "u2-xpti-boot")) {
                tasks.add(task(policy, universe));
            }
        }
        List<Integer> done = new ArrayList<>();
        Cluster.Watcher watcher =
                new Cluster.Watcher() {
                    @Override
                    public void begun(int task) {
                        if (done.size() == 1) {
                            nodes.get(1).close();
                        }
                    }

                    @Override
                    public void done(int task, Cell cell) {
                        done.add(task);
                    }
                };
        try (Cluster cluster = join(null)) {
            List<@Nullable Cell> cells =
                    cluster.sweep(tasks, CheckOptions.reduced(), () -> false, watcher);
            for (int i = 0; i < tasks.size(); i++) {
                assertSame(cells.get(i), alone(tasks.get(i)));
            }
        }
        assertThat(done).doesNotHaveDuplicates().hasSameSizeAs(tasks);
    }

    @Test
    void whatCannotBeSearchedIsRefusedByTheAsker() {
        start(null, VERSION);
        CheckOptions explicit = new CheckOptions(SearchOptions.defaults(), false, true, false);
        Cluster.Task task = task("final", "u4-smp-linear-tso");
        try (Cluster cluster = join(null)) {
            assertThatThrownBy(() -> cluster.explore(task, explicit))
                    .isInstanceOf(UnsuitableSearch.class);
            assertThatThrownBy(() -> cluster.sweep(List.of(task), explicit, () -> false, NOBODY))
                    .isInstanceOf(UnsuitableSearch.class);
        }
    }

    @Test
    void requestThatCannotBeginIsAnswered() throws InterruptedException {
        Node node = start(null, VERSION);
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        Channel.Listener listener =
                new Channel.Listener() {
                    @Override
                    public void message(Address from, byte[] bytes) {
                        In in = new In(bytes);
                        Kind kind = Kind.valueOf(in.text());
                        Run.read(in);
                        String why = kind == Kind.FAILED ? in.text() + ": " : "";
                        if (kind != Kind.STANDING) {
                            answers.add(kind + " " + why + in.text());
                        }
                    }

                    @Override
                    public void members(List<Address> all) {}
                };
        try (Channel asker = Channel.open(any(), others(), null, listener)) {
            List<Address> members = new ArrayList<>(asker.members());
            members.remove(asker.self());
            Out explore = new Out().text(Kind.EXPLORE.name());
            new Run(1, 0).write(explore);
            new Part.Ring(members, new int[0], 0).write(explore);
            asker.send(members.getFirst(), explore.text("no-such").text("u1").take());
            assertThat(answers.poll(10, SECONDS)).isEqualTo("FAILED ERROR: no policy no-such");

            Out task = new Out().text(Kind.TASK.name());
            new Run(2, 0).write(task);
            asker.send(members.getFirst(), task.text("check").text("no such").take());
            assertThat(answers.poll(10, SECONDS)).startsWith("TASK_FAILED 127.0.0.1:");
        }
        assertThat(node.members()).isPositive();
    }

    @Test
    void onlyWhoHasTheKeyGetsInAndNobodyElseReadsAnything(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("key");
        Key.create(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Path other = folder.resolve("other");
        Key.create(other);
        Key key = Key.read(file);
        Node node = start(key, VERSION);

        assertThatThrownBy(() -> join(Key.read(other)))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("has another key");
        assertThatThrownBy(() -> join(null))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("or it has another key");
        assertThat(node.members()).isEqualTo(1);
        assertThat(answerToPlainText(node)).doesNotContain("shootdown").hasSizeLessThan(100);

        try (Cluster cluster = join(key)) {
            Cluster.Task task = task("draft", "u1-linear-uvm");
            assertSame(
                    cluster.sweep(List.of(task), CheckOptions.reduced(), () -> false, NOBODY)
                            .getFirst(),
                    alone(task));
        }
    }

    private static String answerToPlainText(Node node) throws IOException {
        Endpoint at = node.endpoint();
        try (Socket socket = new Socket(at.host(), at.port())) {
            socket.setSoTimeout(2000);
            socket.getOutputStream()
                    .write("shootdown shootdown\n".repeat(100).getBytes(ISO_8859_1));
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(100), ISO_8859_1);
        } catch (SocketException reset) {
            return "";
        }
    }

    @Test
    void anotherVersionIsRefused() {
        start(null, VERSION);

        assertThatThrownBy(() -> start(null, "2"))
                .isInstanceOf(ClusterException.class)
                .hasMessage("the cluster runs shootdown 1, and this is 2: all must be the same");
        assertThatThrownBy(() -> Cluster.join(any(), others(), null, "2", said -> {}))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("all must be the same");
    }

    @Test
    void listeningBeyondThisMachineNeedsAKey() {
        Endpoint everywhere = Endpoint.parse("0.0.0.0:0");
        assertThatThrownBy(
                        () ->
                                Node.start(
                                        new Node.Settings(
                                                everywhere,
                                                List.of(),
                                                null,
                                                VERSION,
                                                1,
                                                MEMORY,
                                                Map.of()),
                                        said -> {}))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("needs a key");
        assertThatThrownBy(
                        () ->
                                Cluster.join(
                                        any(),
                                        List.of(Endpoint.parse("192.0.2.1")),
                                        null,
                                        VERSION,
                                        said -> {}))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("needs a key");
    }
}
