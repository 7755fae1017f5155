package shootdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.util.concurrent.TimeUnit.SECONDS;

import org.jgroups.Address;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Tasks of a fake work, done by nodes on the loopback interface. */
class SweepTest {
    private static final long MEMORY = 64 << 20;
    private static final int TASKS = 40;

    private final List<Node> nodes = new ArrayList<>();
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());

    /** Who was begun and who was let go, at all nodes. */
    private final ConcurrentLinkedQueue<String> workers = new ConcurrentLinkedQueue<>();

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

    private void start(Work work) {
        nodes.add(start(work, "1"));
    }

    private Node start(Work work, String version) {
        return Node.start(
                new Node.Settings(any(), others(), null, version, 2, MEMORY, Map.of("fake", work)),
                log -> {});
    }

    private Cluster join() {
        return Cluster.join(any(), others(), null, "1", said::add);
    }

    /** A work whose answers are longer than its tasks. */
    private Work echo() {
        return work((task, cancelled) -> task + "!");
    }

    private Work work(Worker worker) {
        return () -> {
            workers.add("begun");
            return new Worker() {
                @Override
                public @Nullable String answer(String task, BooleanSupplier cancelled) {
                    return worker.answer(task, cancelled);
                }

                @Override
                public void close() {
                    workers.add("closed");
                }
            };
        };
    }

    /** Tasks that are numbers. */
    private static class Numbers implements Job {
        private final List<String> answers = new ArrayList<>();
        private int next;

        @Override
        public @Nullable String next() {
            return next == TASKS ? null : String.valueOf(next++);
        }

        @Override
        public void done(int task, String answer) {
            assertThat(answer).isEqualTo(task + "!");
            answers.add(answer);
        }
    }

    private static void assertAllDoneOnce(Numbers job) {
        assertThat(job.answers)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, TASKS).mapToObj(task -> task + "!").toList());
    }

    /** Waits until whoever was begun was let go. */
    private void assertAllLetGo() throws InterruptedException {
        for (int left = 500; left > 0 && !areLetGo(); left--) {
            Thread.sleep(20);
        }
        assertThat(workers).contains("begun").matches(all -> areLetGo(), "all are let go");
    }

    private boolean areLetGo() {
        return workers.stream().filter("begun"::equals).count() * 2 == workers.size();
    }

    @Test
    void everyTaskIsDoneOnceWhoeverIsLost() throws InterruptedException {
        start(echo());
        start(echo());
        start(echo());
        Numbers job =
                new Numbers() {
                    @Override
                    public void begun(int task) {
                        if (task == TASKS / 2 && nodes.get(1).members() > 1) {
                            nodes.get(1).close();
                        }
                    }
                };
        try (Cluster cluster = join()) {
            cluster.sweep("fake", job, () -> false);
            assertThat(cluster.members()).isEqualTo(2);
        }
        assertAllDoneOnce(job);
        assertThat(said).containsExactly("1 lost, 2 go on");
        assertAllLetGo();
    }

    @Test
    void whoIsLostWhileOthersAreStillGreetedIsNoMember() {
        start(echo());
        start(echo());
        CountDownLatch greeted = new CountDownLatch(1);
        Channel silent =
                Channel.open(
                        any(),
                        others(),
                        null,
                        new Channel.Listener() {
                            @Override
                            public void message(Address from, byte[] bytes) {
                                greeted.countDown();
                            }

                            @Override
                            public void members(List<Address> all) {}
                        });
        CompletableFuture<Void> lost =
                CompletableFuture.runAsync(
                        () -> {
                            try {
                                assertThat(greeted.await(10, SECONDS)).isTrue();
                                Thread.sleep(200); // the other one has said who it is
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                            nodes.get(1).close();
                            silent.close();
                        });
        Numbers job = new Numbers();
        try (Cluster cluster = join()) {
            assertThat(cluster.members()).isEqualTo(1);
            cluster.sweep("fake", job, () -> false);
        }
        lost.join();
        assertAllDoneOnce(job);
    }

    @Test
    void whoComesLaterTakesPart() {
        CountDownLatch later = new CountDownLatch(1);
        start(
                work(
                        (task, cancelled) -> {
                            while (later.getCount() > 0 && !cancelled.getAsBoolean()) {
                                Thread.onSpinWait();
                            }
                            return task + "!";
                        }));
        Numbers job =
                new Numbers() {
                    @Override
                    public void begun(int task) {
                        if (task == 0) {
                            assertThatThrownBy(() -> start(echo(), "2"))
                                    .hasMessageContaining("all must be the same");
                            start(
                                    work(
                                            (text, cancelled) -> {
                                                later.countDown();
                                                return text + "!";
                                            }));
                        }
                    }
                };
        try (Cluster cluster = join()) {
            cluster.sweep("fake", job, () -> false);
        }
        assertAllDoneOnce(job);
    }

    @Test
    void whatOneMemberCannotDoAnotherDoes() {
        start(
                work(
                        (task, cancelled) -> {
                            throw new Unable("no tools here");
                        }));
        start(echo());
        Numbers job = new Numbers();
        try (Cluster cluster = join()) {
            cluster.sweep("fake", job, () -> false);
        }
        assertAllDoneOnce(job);
        assertThat(said)
                .containsExactly(
                        "a member takes no part: %s: no tools here".formatted(others().getFirst()));
    }

    @Test
    void whatNobodyCanDoIsSaid() {
        start(echo());
        try (Cluster cluster = join()) {
            assertThatThrownBy(() -> cluster.sweep("other", new Numbers(), () -> false))
                    .isInstanceOf(ClusterException.class)
                    .hasMessage(
                            "no member can do this: %s: it knows no work 'other'",
                            others().getFirst());
        }
    }

    @Test
    void taskThatFailsEndsTheSweepAndNotTheMember() throws InterruptedException {
        start(
                work(
                        (task, cancelled) -> {
                            if (task.equals("3")) {
                                throw new IllegalStateException("three");
                            }
                            return task + "!";
                        }));
        try (Cluster cluster = join()) {
            assertThatThrownBy(() -> cluster.sweep("fake", new Numbers(), () -> false))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("a member failed: ")
                    .hasMessageContaining("three");
            assertAllLetGo();
        }
    }

    @Test
    void whoAsksAndIsLostWantsNothingAnyMore() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        start(
                work(
                        (task, cancelled) -> {
                            begun.countDown();
                            while (!cancelled.getAsBoolean()) {
                                Thread.onSpinWait();
                            }
                            return null;
                        }));
        Cluster cluster = join();
        AtomicBoolean cancelled = new AtomicBoolean();
        CompletableFuture<Void> asker =
                CompletableFuture.runAsync(
                        () -> cluster.sweep("fake", new Numbers(), cancelled::get));
        assertThat(begun.await(10, SECONDS)).isTrue();
        cluster.close();
        assertAllLetGo();
        cancelled.set(true);
        asker.join();
    }

    @Test
    void memberThatEndsLetsGoOfWhatItHas() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Worker waits =
                (task, cancelled) -> {
                    begun.countDown();
                    while (!cancelled.getAsBoolean()) {
                        Thread.onSpinWait();
                    }
                    return null;
                };
        start(echo());
        start(work(waits));
        Numbers job =
                new Numbers() {
                    @Override
                    public @Nullable String next() {
                        if (begun.getCount() == 0) {
                            nodes.get(1).close();
                            assertThat(workers).contains("closed");
                        }
                        return super.next();
                    }
                };
        try (Cluster cluster = join()) {
            cluster.sweep("fake", job, () -> false);
        }
        assertAllDoneOnce(job);
        assertAllLetGo();
    }
}
