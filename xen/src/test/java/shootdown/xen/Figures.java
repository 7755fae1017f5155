package shootdown.xen;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Measures the driver on this machine: {@code java -cp xen/target/classes:… shootdown.xen.Figures
 * [PROGRAMS]}. Figures belong into docs/performance.md, never into tests.
 */
final class Figures {
    private static final int UPDATE_VA_MAPPING = 14;

    private Figures() {}

    public static void main(String[] args) throws Exception {
        int programs = args.length == 0 ? 20_000 : Integer.parseInt(args[0]);
        Path cache = Files.createTempDirectory("shootdown-figures-");
        try {
            XenOptions options = XenOptions.DEFAULT.withCacheFolder(cache);
            start("cold, agent compiled", options);
            forgetStates(cache);
            start("cold, agent in the cache", options);
            forgetStates(cache);
            start("cold, agent in the cache", options);
            start("saved state", options);
            start("saved state", options);
            try (XenInstance xen = XenInstance.start(options)) {
                restore(xen);
                roundTrip(xen);
                for (int i = 0; i < 3; i++) {
                    throughput("one instance, null programs", List.of(xen), programs, 0);
                    throughput("one instance, 20 steps", List.of(xen), programs, 20);
                }
            }
            List<XenInstance> two = List.of(XenInstance.start(options), XenInstance.start(options));
            throughput("two instances, 20 steps", two, programs, 20);
            throughput("two instances, 20 steps", two, programs, 20);
            two.forEach(XenInstance::close);
        } finally {
            new PrivateFolder(cache).close();
        }
    }

    private static void forgetStates(Path cache) throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            files.filter(file -> file.toString().contains("state-"))
                    .map(Path::toFile)
                    .forEach(File::delete);
        }
    }

    private static void start(String what, XenOptions options) {
        long start = System.nanoTime();
        try (XenInstance xen = XenInstance.start(options)) {
            expect(xen.run(to -> steps(to, 1)));
            say(what + ": first result after %.2f s", (System.nanoTime() - start) / 1e9);
            start = System.nanoTime();
        }
        say("  closing %.3f s", (System.nanoTime() - start) / 1e9);
    }

    private static void restore(XenInstance xen) {
        long start = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            xen.restoreBeforeNext();
            expect(xen.run(to -> steps(to, 1)));
        }
        say("restore and one program: %.1f ms", (System.nanoTime() - start) / 1e7);
    }

    private static void roundTrip(XenInstance xen) {
        for (int round = 0; round < 3; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < 1000; i++) {
                expect(xen.run(to -> steps(to, 0)));
            }
            say("null program, one at a time: %.0f us", (System.nanoTime() - start) / 1e6);
        }
    }

    private static void throughput(String what, List<XenInstance> all, int programs, int steps)
            throws InterruptedException {
        long cpu = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (XenInstance xen : all) {
            threads.add(Thread.ofPlatform().start(() -> keepBusy(xen, programs, steps)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long used = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() - cpu;
        int total = programs * all.size();
        say(
                what + ": %.0f programs/s, Java %.1f us of CPU each",
                total / seconds,
                used / 1e3 / total);
    }

    private static void keepBusy(XenInstance xen, int programs, int steps) {
        Program program = to -> steps(to, steps);
        PageStates states = new PageStates();
        long runNanos = 0;
        long resetNanos = 0;
        for (int submitted = 0, taken = 0; taken < programs; ) {
            while (submitted < programs && xen.accepts()) {
                xen.submit(program);
                submitted++;
            }
            Result result = expect(xen.next());
            runNanos += result.runNanos();
            resetNanos += result.resetNanos();
            states.begin(result);
            for (int i = 0; i < result.steps(); i++) {
                states.advance(result, i);
            }
            taken++;
        }
        say(
                "  guest: run %.0f us, reset %.0f us",
                runNanos / 1e3 / programs, resetNanos / 1e3 / programs);
    }

    /** Mappings of a page at an address that is not mapped: a refused hypercall each, recorded. */
    private static void steps(ProgramWriter to, int count) {
        for (int i = 0; i < 8; i++) {
            to.frame(to.frames().pool(i));
        }
        to.slot(0);
        to.slot(1);
        for (int i = 0; i < count; i++) {
            to.hypercall(0, UPDATE_VA_MAPPING, 0x1000, to.frames().pool(0) << 12 | 7, 2, 0, 0);
            to.record();
        }
    }

    private static Result expect(Outcome outcome) {
        if (outcome instanceof Outcome.Finished finished) {
            return finished.result();
        }
        throw new IllegalStateException(outcome.toString());
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
