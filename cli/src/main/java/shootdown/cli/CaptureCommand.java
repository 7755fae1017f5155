package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import shootdown.capture.Capture;
import shootdown.capture.CaptureOptions;
import shootdown.capture.Interrupted;
import shootdown.capture.Progress;
import shootdown.capture.StaticProgram;
import shootdown.capture.Workload;
import shootdown.capture.raw.BadRecording;
import shootdown.report.Numbers;
import shootdown.report.Recording;
import shootdown.report.RecordingsJson;
import shootdown.report.RecordingsText;
import shootdown.words.Nearest;
import shootdown.xen.XenException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** {@code shootdown capture}: records workloads on real Xen. */
@Command(
        name = "capture",
        description = {
            "Records what Linux asks of Xen's MMU while it runs a workload: Linux as PV dom0 on Xen"
                    + " under QEMU, two CPUs, made of Debian 12's unmodified packages. They are"
                    + " fetched with apt and unpacked into the cache if they are not installed; no"
                    + " root, no hardware virtualisation.",
            "",
            "Each recording is a file NAME.csv.gz in the folder --out, and capture.log there tells"
                    + " what it was recorded with. Exit code 0 if all were recorded and ended well,"
                    + " 1 if a workload ended with an error (it is recorded all the same), 4 if"
                    + " something is missing or the machine fails.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown capture --list                       what can be recorded",
            "  shootdown capture --out recordings             all of it, some 3 minutes",
            "  shootdown capture fork mt --out recordings     two of them",
            "  shootdown capture --program ./mine --out recordings"
        },
        mixinStandardHelpOptions = true)
final class CaptureCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            paramLabel = "WORKLOAD",
            description = "what to record (default: all that come along, or none with --program)")
    private List<String> names = new ArrayList<>();

    @Option(names = "--list", description = "list the workloads and end")
    private boolean list;

    @Option(
            names = "--program",
            paramLabel = "FILE",
            description = "record a program of yours: static, for x86-64; or a #!/bin/sh script")
    private @Nullable Path program;

    @Option(
            names = "--arguments",
            paramLabel = "WORDS",
            description = "the program's arguments, with blanks between them")
    private String arguments = "";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "the folder for the recordings; files of the same names are replaced")
    private @Nullable Path out;

    @Option(
            names = "--raw",
            description = "keep what was recorded by Linux and by Xen beside the recordings")
    private boolean raw;

    @Option(
            names = "--timeout",
            paramLabel = "T",
            description = "how long a workload may take, such as 90s or 10m (default: 10m)")
    private String timeout = "10m";

    @Option(names = "--json", description = "print JSON (docs/json.md)")
    private boolean json;

    CaptureCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (list) {
            session.console().print(table());
            return Exit.OK;
        }
        try {
            return capture(options());
        } catch (StaticProgram.Unfit e) {
            throw new Complaint(e.says());
        } catch (Interrupted e) {
            session.console().say("interrupted; nothing was recorded");
            return Exit.INTERRUPTED;
        } catch (XenException e) {
            throw XenChoice.complaint(e);
        } catch (BadRecording e) {
            throw new Complaint(Exit.MISSING, "the machine sent a damaged recording: " + e.says());
        } catch (IOException e) {
            throw new Complaint(Exit.MISSING, "cannot record: " + e.getMessage());
        }
    }

    private int capture(CaptureOptions options) throws IOException {
        Capture capture = Capture.plan(options);
        makeFolder(options.out());
        announce(capture, options);
        List<Capture.Recorded> recorded;
        try (Stages stages = new Stages(session.console())) {
            recorded = capture.run(session.interruption()::isRequested, stages);
        }
        List<Recording> recordings = recorded.stream().map(CaptureCommand::recording).toList();
        session.console()
                .print(json ? RecordingsJson.text(recordings) : RecordingsText.text(recordings));
        List<String> failed =
                recorded.stream()
                        .filter(recording -> recording.code() != 0)
                        .map(recording -> recording.workload() + " ended with " + recording.code())
                        .toList();
        if (!failed.isEmpty()) {
            session.console().say(String.join(", ", failed) + "; it is recorded all the same");
        }
        return failed.isEmpty() ? Exit.OK : Exit.BROKEN;
    }

    private static Recording recording(Capture.Recorded recorded) {
        return Recording.read(
                recorded.workload(),
                recorded.file(),
                OptionalInt.of(recorded.code()),
                recorded.report(),
                true);
    }

    private void announce(Capture capture, CaptureOptions options) {
        Console console = session.console();
        List<String> missing = capture.packagesToFetch();
        if (!missing.isEmpty()) {
            console.say(
                    "fetching %d packages of Debian 12 into the cache, some %d MB: %s"
                            .formatted(
                                    missing.size(),
                                    capture.megabytesToFetch(),
                                    String.join(" ", missing)));
        }
        console.say(
                "recording %s takes about %d s with two free processors, and %s of memory"
                        .formatted(
                                options.count() == 1
                                        ? "one workload"
                                        : options.count() + " workloads",
                                capture.estimate().toSeconds(),
                                Numbers.bytes((long) Capture.mebibytesNeeded() << 20)));
    }

    /** What is done just now, and since when all is. */
    private static final class Stages implements Progress, AutoCloseable {
        private final long start = System.nanoTime();
        private final ProgressLine line;
        private volatile String stage = "looking for packages";

        Stages(Console console) {
            line = new ProgressLine(console, this::text);
        }

        @Override
        public void stage(String what) {
            stage = what;
        }

        private String text() {
            return "%s, %d s".formatted(stage, (System.nanoTime() - start) / 1_000_000_000);
        }

        @Override
        public void close() {
            line.close();
        }
    }

    // Options.

    private CaptureOptions options() throws IOException {
        if (out == null) {
            throw new Complaint("--out names the folder for the recordings (--list needs none)");
        }
        Set<Workload> chosen = EnumSet.noneOf(Workload.class);
        names.forEach(name -> chosen.add(workload(name)));
        if (names.isEmpty() && program == null) {
            chosen.addAll(EnumSet.allOf(Workload.class));
        }
        StaticProgram own = program == null ? null : StaticProgram.read(program);
        if (own == null && !arguments.isBlank()) {
            throw new Complaint("--arguments are those of --program, which is not there");
        }
        if (own != null && chosen.stream().anyMatch(work -> work.word().equals(own.name()))) {
            throw new Complaint("two recordings would be named " + own.name());
        }
        List<String> words =
                arguments.isBlank() ? List.of() : List.of(arguments.strip().split("\\s+"));
        Duration patience = patience();
        return new CaptureOptions(
                List.copyOf(chosen), own, words, out, raw, patience, Path.of("/"), null);
    }

    private Duration patience() {
        try {
            Duration limit = Duration.parse("PT" + timeout.toUpperCase(Locale.ROOT));
            if (limit.isPositive()) {
                return limit;
            }
        } catch (DateTimeParseException | ArithmeticException e) {
            // Said below.
        }
        throw new Complaint("--timeout takes a duration such as 90s or 10m, not '" + timeout + "'");
    }

    private static Workload workload(String name) {
        for (Workload workload : Workload.values()) {
            if (workload.word().equals(name)) {
                return workload;
            }
        }
        List<String> words = Stream.of(Workload.values()).map(Workload::word).toList();
        throw new Complaint(
                "there is no workload '%s'; did you mean '%s'? (shootdown capture --list)"
                        .formatted(name, Nearest.of(name, words)));
    }

    private static void makeFolder(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new Complaint(folder + " is a file, not a folder");
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new Complaint("cannot make the folder " + folder + ": no permission, or no room");
        }
        if (!Files.isWritable(folder)) {
            throw new Complaint("no permission to write to " + folder);
        }
    }

    private static String table() {
        StringBuilder table = new StringBuilder();
        for (Workload workload : Workload.values()) {
            table.append("%-10s%s%n".formatted(workload.word(), workload.words()));
        }
        return table.toString();
    }
}
