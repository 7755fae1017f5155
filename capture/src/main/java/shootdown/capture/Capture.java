package shootdown.capture;

import org.jspecify.annotations.Nullable;

import shootdown.capture.raw.ImportReport;
import shootdown.capture.raw.RawImport;
import shootdown.xen.CannotRun;
import shootdown.xen.ComponentMissing;
import shootdown.xen.Components;
import shootdown.xen.PrivateFolder;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;

/** Records workloads: finds what is needed, runs the machine, imports what it sent. */
public final class Capture {
    /** Measured on two cores: boot and the rest of the machine's life, and each workload. */
    private static final int BOOT_SECONDS = 30;

    private static final int WORKLOAD_SECONDS = 12;

    /** The name of the log among the recordings. */
    public static final String LOG = "capture.log";

    private final CaptureOptions options;
    private final Path qemu;
    private final Packages packages;

    private Capture(CaptureOptions options, Path qemu, Packages packages) {
        this.options = options;
        this.qemu = qemu;
        this.packages = packages;
    }

    /**
     * One workload's recording.
     *
     * @param code what the workload returned
     */
    public record Recorded(String workload, Path file, int code, ImportReport report) {}

    /**
     * Looks whether a capture can run.
     *
     * @throws ComponentMissing if a program is not installed
     */
    public static Capture plan(CaptureOptions options) {
        List<String> missing = new ArrayList<>();
        List<String> names = new ArrayList<>();
        Optional<Path> qemu = Components.program("qemu-system-x86_64");
        if (qemu.isEmpty()) {
            missing.add("QEMU (qemu-system-x86_64)");
            names.add("qemu-system-x86");
        }
        if (needsCompiler(options) && Components.program("gcc").isEmpty()) {
            missing.add("gcc");
            names.addAll(List.of("gcc", "libc6-dev"));
        }
        if (!missing.isEmpty()) {
            throw new ComponentMissing(missing, names);
        }
        return new Capture(
                options, qemu.orElseThrow(), Packages.find(options.installed(), options.cache()));
    }

    private static boolean needsCompiler(CaptureOptions options) {
        return options.workloads().stream().anyMatch(Workload::isCompiled);
    }

    /** Packages that are neither installed nor in the cache. */
    public List<String> packagesToFetch() {
        return packages.missing().stream().map(part -> part.debianPackage).toList();
    }

    public int megabytesToFetch() {
        return packages.missing().stream().mapToInt(part -> part.megabytes).sum();
    }

    /** How long it takes on a machine with two free cores, roughly. */
    public Duration estimate() {
        return Duration.ofSeconds(BOOT_SECONDS + (long) WORKLOAD_SECONDS * options.count());
    }

    /** The guest's memory and the disk, while it runs. */
    public static int mebibytesNeeded() {
        return RecordingMachine.MEMORY_MIB + (int) (RecordingMachine.DISK_BYTES >> 20);
    }

    /**
     * Records.
     *
     * @param over whether the user wants an end
     * @throws Interrupted if so; nothing is left then
     * @throws CannotRun if the machine fails
     */
    public List<Recorded> run(BooleanSupplier over, Progress progress) throws IOException {
        packages.fetch(over, progress);
        try (PrivateFolder folder =
                PrivateFolder.create(Optional.empty(), RecordingMachine.DISK_BYTES)) {
            progress.stage("building the machine");
            byte[] compiled = needsCompiler(options) ? GuestImage.compile(folder, over) : null;
            byte[] initramfs = GuestImage.pack(packages, options, compiled);
            Map<String, Integer> codes = record(folder, initramfs, over, progress);
            return unpack(folder, codes, over, progress);
        }
    }

    /** Runs the machine; what each workload returned. */
    private Map<String, Integer> record(
            PrivateFolder folder, byte[] initramfs, BooleanSupplier over, Progress progress)
            throws IOException {
        Map<String, Integer> codes = new HashMap<>();
        progress.stage("booting");
        try (RecordingMachine machine = RecordingMachine.start(qemu, folder, packages, initramfs)) {
            machine.await(
                    options.patience(),
                    over,
                    line -> {
                        String[] words = line.split(" ", 3);
                        switch (words[0]) {
                            case "begin" ->
                                    progress.stage(
                                            "recording %s (%d of %d)"
                                                    .formatted(
                                                            words[1],
                                                            codes.size() + 1,
                                                            options.count()));
                            case "end" -> codes.put(words[1], Integer.valueOf(words[2]));
                            case "failed" ->
                                    throw new CannotRun("the machine failed: " + line.substring(7));
                            default -> {}
                        }
                    });
        } finally {
            writeLog(folder);
        }
        return codes;
    }

    private void writeLog(PrivateFolder folder) throws IOException {
        StringBuilder log = new StringBuilder("The recorded machine, made of:\n");
        packages.origins().forEach(line -> log.append("  ").append(line).append('\n'));
        Path console = RecordingMachine.console(folder);
        if (Files.exists(console)) {
            log.append("\nIts console:\n\n");
            log.append(new String(Files.readAllBytes(console), StandardCharsets.ISO_8859_1));
        }
        Files.writeString(options.out().resolve(LOG), log.toString().replace("\r", ""));
    }

    // What came out.

    private List<Recorded> unpack(
            PrivateFolder folder,
            Map<String, Integer> codes,
            BooleanSupplier over,
            Progress progress)
            throws IOException {
        List<Recorded> recorded = new ArrayList<>();
        Path linux = folder.file("linux");
        Path xentrace = folder.file("xentrace");
        try (InputStream disk =
                new BufferedInputStream(
                        Files.newInputStream(RecordingMachine.disk(folder)), 1 << 16)) {
            TarStream tar = new TarStream(disk);
            String pending = "";
            for (TarStream.Entry entry = tar.next(); entry != null; entry = tar.next()) {
                if (over.getAsBoolean()) {
                    throw new Interrupted();
                }
                int slash = entry.name().lastIndexOf('/');
                String workload = entry.name().substring(0, Math.max(0, slash));
                if (!pending.isEmpty() && !workload.equals(pending)) {
                    recorded.add(recorded(pending, codes, linux, xentrace, progress));
                }
                pending = workload;
                copy(tar, entry.name().substring(slash + 1), linux, xentrace);
            }
            if (!pending.isEmpty()) {
                recorded.add(recorded(pending, codes, linux, xentrace, progress));
            }
        }
        if (recorded.size() != options.count()) {
            throw new CannotRun(
                    "the machine sent %d recordings of %d"
                            .formatted(recorded.size(), options.count()));
        }
        return recorded;
    }

    private static void copy(TarStream tar, String file, Path linux, Path xentrace)
            throws IOException {
        Path target = file.equals("linux") ? linux : file.equals("xentrace") ? xentrace : null;
        if (target != null) {
            try (OutputStream out = Files.newOutputStream(target)) {
                tar.copyTo(out);
            }
        }
    }

    private Recorded recorded(
            String workload,
            Map<String, Integer> codes,
            Path linux,
            Path xentrace,
            Progress progress)
            throws IOException {
        progress.stage("importing " + workload);
        Path file = options.out().resolve(workload + ".csv.gz");
        ImportReport report = RawImport.run(linux, xentrace, false, workload, file);
        if (options.raw()) {
            keep(linux, options.out().resolve(workload + ".trace.txt.gz"));
            Files.copy(
                    xentrace,
                    options.out().resolve(workload + ".trace.bin"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Files.delete(linux);
        Files.delete(xentrace);
        return new Recorded(workload, file, codeOf(workload, codes), report);
    }

    private static int codeOf(String workload, Map<String, Integer> codes) {
        @Nullable Integer code = codes.get(workload);
        return code == null ? -1 : code;
    }

    private static void keep(Path file, Path packed) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed), 1 << 16)) {
            Files.copy(file, out);
        }
    }
}
