package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.concurrent.TimeUnit.SECONDS;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import shootdown.cluster.Endpoint;
import shootdown.cluster.Node;
import shootdown.cluster.Unable;
import shootdown.cluster.Work;
import shootdown.cluster.Worker;
import shootdown.conformance.Arena;
import shootdown.conformance.Campaign;
import shootdown.conformance.Coverage;
import shootdown.conformance.ShardText;
import shootdown.report.ConformReport;
import shootdown.report.ConformText;
import shootdown.xen.Components;

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
                .filter(line -> !line.matches(" *\"(seconds|afterSeconds)\" : [0-9.]+,?"))
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

    @Test
    void memberThatFailsIsNotLostAndKeepsWhatWasFound() throws IOException {
        start(
                Map.of(
                        ClusterWorks.FUZZ,
                        () ->
                                (task, cancelled) -> {
                                    if (!task.startsWith("to 8\n")) {
                                        throw new IllegalStateException("of the second");
                                    }
                                    return ClusterWorks.walks().begin().answer(task, cancelled);
                                }));
        Path notes = folder.resolve("notes.fuzz");
        run("fuzz", "none", "final", "--resume", notes.toString())
                .complains(Exit.INTERNAL, "a member failed: ", "of the second");
        assertThat(Files.readString(notes)).contains("rounds 0 8\n", "hit none 0 P3");
    }

    /** Says of a plan what a machine might: some programs differ, some are odd. */
    private static Campaign.Report pretended(Campaign.Plan plan) {
        List<Campaign.Finding> findings = new ArrayList<>();
        List<Campaign.Seen> once = new ArrayList<>();
        for (long program = plan.first(); program < plan.first() + plan.programs(); program++) {
            if (program % 100 == 7) {
                String scenario = "scenario\n\t\"\\" + program + "\"\n";
                findings.add(new Campaign.Finding(program, 2, "it differs", true, scenario));
            } else if (program % 200 == 8) {
                once.add(new Campaign.Seen(program, "it is odd", true));
            }
        }
        Coverage coverage = new Coverage();
        coverage.count("pin l2", "0", 3 * plan.programs());
        return new Campaign.Report(
                plan.programs(),
                plan.programs() * plan.steps(),
                findings.size(),
                List.of(),
                0,
                findings,
                once,
                5,
                4,
                1,
                coverage,
                1);
    }

    private static Map<String, Work> pretending() {
        return Map.of(
                ClusterWorks.CONFORM,
                () ->
                        (task, cancelled) -> {
                            int end = task.indexOf('\n');
                            assertThat(task.substring(0, end)).isEqualTo("sync_console");
                            Campaign.Plan plan = ShardText.plan(task.substring(end + 1));
                            assertThat(plan.programs()).isLessThanOrEqualTo(250);
                            return "xen.gz\n" + ShardText.of(pretended(plan));
                        });
    }

    private static Campaign.Report whole(Arena.Kind domain) {
        return pretended(new Campaign.Plan(new Arena(domain, false, 2), 5, 30, 1100, 20));
    }

    private static final String[] PROGRAMS = {
        "conform",
        "--programs",
        "1100",
        "--first",
        "30",
        "--seed",
        "5",
        "--xpti",
        "off",
        "--vcpus",
        "2",
        "--xen-options",
        "sync_console"
    };

    @Test
    void programsAreToldLikeThoseOfOneProcessAlsoWhenAMemberIsLost() {
        start(pretending());
        start(pretending());
        start(mortal(ClusterWorks.CONFORM));
        Run together = run(PROGRAMS);
        assertThat(together.exit()).as(together.err()).isEqualTo(Exit.BROKEN);
        assertThat(together.err()).contains("1 lost, 2 go on");
        List<ConformReport.Part> parts = new ArrayList<>();
        for (Arena.Kind domain : Arena.Kind.values()) {
            String name = new Arena(domain, false, 2).words();
            Campaign.Report whole = whole(domain);
            // what each shard has counts once for each of the five
            parts.add(
                    new ConformReport.Part(
                            name,
                            new Campaign.Report(
                                    whole.programs(),
                                    whole.steps(),
                                    whole.differing(),
                                    whole.suspects(),
                                    whole.untried(),
                                    whole.findings().subList(0, 10),
                                    whole.once(),
                                    25,
                                    20,
                                    5,
                                    whole.coverage(),
                                    1)));
        }
        ConformReport expected = new ConformReport(5, parts, ConformReport.End.COMPLETE);
        assertThat(unmeasured(together.out()))
                .isEqualTo(unmeasured(ConformText.page(expected).text()))
                .contains("conform: FAILED 2200 programs, 22 differences, 0 suspected");
    }

    private static String unmeasured(String page) {
        return page.replaceAll(", [0-9]+/s", "");
    }

    @Test
    void programsThatNobodyCanRunAreRefused() {
        start(
                Map.of(
                        ClusterWorks.CONFORM,
                        () ->
                                (task, cancelled) -> {
                                    throw new Unable("real Xen cannot be run without QEMU");
                                }));
        run(PROGRAMS).complains(Exit.MISSING, "no member can do this: ", "without QEMU");
        run("conform", "--instances", "2").complains(Exit.USAGE, "is for 'cluster start'");
        run("conform", "--xen", "xen.gz").complains(Exit.USAGE, "--xen is a file of this machine");
    }

    @Test
    void membersThatAreAllLostLeaveWhatWasDone() {
        CountDownLatch last = new CountDownLatch(2);
        Worker pretending = pretending().values().iterator().next().begin();
        start(
                Map.of(
                        ClusterWorks.CONFORM,
                        () ->
                                (task, cancelled) -> {
                                    last.countDown();
                                    if (last.getCount() == 0) {
                                        throw new Unable("the machine is gone");
                                    }
                                    return pretending.answer(task, cancelled);
                                }));
        Run run = run(PROGRAMS);
        assertThat(run.exit()).isEqualTo(Exit.MISSING);
        assertThat(run.out()).contains("conform: INCOMPLETE 250 programs, 2 differences");
        assertThat(run.err()).contains("the machine is gone");
    }

    @Test
    @EnabledIf(
            value = "shootdown.xen.Components#areInstalled",
            disabledReason = Components.NOT_INSTALLED)
    void realXenRunsAtMembersAndEndsWithTheSweep() throws InterruptedException {
        List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
        start(ClusterWorks.all());
        Run run = run("conform", "--programs", "40", "--xpti", "off", "--vcpus", "1");
        assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(Exit.OK);
        assertThat(run.out()).contains("conform: OK 80 programs, 0 differences");
        for (int left = 500; left > 0 && isRunning(before); left--) {
            Thread.sleep(20);
        }
        assertThat(ProcessHandle.current().descendants()).isSubsetOf(before);
    }

    private static boolean isRunning(List<ProcessHandle> before) {
        return ProcessHandle.current().descendants().anyMatch(one -> !before.contains(one));
    }
}
