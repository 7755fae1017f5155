package shootdown.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import shootdown.capture.raw.BadRecording;
import shootdown.capture.raw.ImportReport;
import shootdown.capture.raw.RawImport;
import shootdown.report.Recording;
import shootdown.report.RecordingsJson;
import shootdown.report.RecordingsText;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

/** {@code shootdown import}: raw recordings become one in the trace format. */
@Command(
        name = "import",
        description = {
            "Makes a recording in the trace format from raw ones, made with unmodified packages on"
                + " a machine of yours: Linux's trace as text (the file trace or trace_pipe, or"
                + " trace-cmd report), with what Linux asked for, and xentrace's binary file, with"
                + " the writes that Xen trapped. docs/workloads.md says how to make them; 'capture'"
                + " makes and imports them by itself.",
            "",
            "Prints what both sides counted: they see the same hypercalls. Exit code 0 if both"
                    + " files could be read, 2 if not (--lenient skips and counts what cannot be"
                    + " read).",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  shootdown import --linux trace.txt --xentrace trace.bin --out mine.csv.gz",
            "  shootdown import --linux trace.txt --out mine.csv.gz    without the trapped writes"
        },
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
    private static final String SUFFIX = "(\\.csv)?(\\.gz)?$";

    private final Session session;

    @Option(
            names = "--linux",
            required = true,
            paramLabel = "FILE",
            description = "Linux's trace as text, plain or gzip, of clock x86-tsc")
    private Path linux = Path.of("");

    @Option(names = "--xentrace", paramLabel = "FILE", description = "xentrace's binary file")
    private @Nullable Path xentrace;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "the recording, in gzip; replaced if it is there")
    private Path out = Path.of("");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "the recording's name (default: that of --out)")
    private @Nullable String name;

    @Option(names = "--lenient", description = "skip and count what cannot be read")
    private boolean lenient;

    @Option(names = "--json", description = "print JSON (docs/json.md)")
    private boolean json;

    ImportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (Files.isDirectory(out)) {
            throw new Complaint(out + " is a folder; --out names the file");
        }
        try {
            ImportReport report = RawImport.run(linux, xentrace, lenient, recordingName(), out);
            List<Recording> recordings =
                    List.of(
                            Recording.read(
                                    recordingName(),
                                    out,
                                    OptionalInt.empty(),
                                    report,
                                    xentrace != null));
            session.console()
                    .print(
                            json
                                    ? RecordingsJson.text(recordings)
                                    : RecordingsText.text(recordings));
            return Exit.OK;
        } catch (BadRecording e) {
            throw new Complaint(e.says());
        } catch (IOException e) {
            throw new Complaint("cannot import: " + e.getMessage());
        }
    }

    private String recordingName() {
        return name == null ? (out.getFileName() + "").replaceFirst(SUFFIX, "") : name;
    }
}
