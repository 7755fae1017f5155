package shootdown.capture;

import shootdown.xen.CannotRun;
import shootdown.xen.HypervisorImage;
import shootdown.xen.PrivateFolder;
import shootdown.xen.Reaper;
import shootdown.xen.Spawner;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The machine that is recorded: Xen, Linux as its dom0, and a disk for what comes out.
 *
 * <p>It runs on its own from begin to end; its console is a file, and lines of it that begin with
 * {@code shootdown:} say how far it is.
 */
final class RecordingMachine implements Reaper.Mortal, AutoCloseable {
    /** Of the machine's memory, beside the guest's: QEMU's own translations. */
    static final int MEMORY_MIB = 1024;

    /** Room for raw recordings. */
    static final long DISK_BYTES = 1L << 30;

    private static final String SAYS = "shootdown: ";
    private static final int LAST_WORDS = 12;

    /**
     * XPTI off, as in the recordings that come along. Xen records from its start, so that the boot
     * can be recorded; its buffers of 16 MiB a CPU hold some 700,000 records.
     */
    private static final String XEN_WORDS =
            "console=com1 com1=115200 loglvl=warning dom0_max_vcpus=2 dom0_vcpus_pin dom0_mem=800M"
                    + " xpti=0 tbuf_size=4096 tevt_mask=0x20f000";

    /**
     * Xen gives a dom0 1023 bytes of this. A buffer of more than some 90 MiB at boot leaves Linux
     * without its second CPU, since most memory is not there yet; the script makes it larger.
     */
    private static final String LINUX_WORDS =
            "console=hvc0 quiet panic=-1 rdinit=/init nokaslr no_hash_pointers"
                    + " trace_clock=x86-tsc trace_buf_size=16M trace_event=xen kprobe_event="
                    + String.join(
                            ";",
                            setter("pte"),
                            setter("pmd"),
                            setter("pud"),
                            setter("p4d"),
                            "p,xen_ptep_modify_prot_commit,ptr=%dx:x64,val=%cx:x64,old=+0(%dx):x64",
                            "p,xen_do_pin,level=%di:x64,pfn=%si:x64",
                            "p,xen_flush_tlb");

    private final PrivateFolder folder;
    private final Process process;

    private RecordingMachine(PrivateFolder folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    private static String setter(String level) {
        return "p,xen_set_" + level + ",ptr=%di:x64,val=%si:x64,old=+0(%di):x64";
    }

    /** Starts it; the folder remains the caller's. */
    static RecordingMachine start(
            Path qemu, PrivateFolder folder, Packages packages, byte[] initramfs)
            throws IOException {
        if (folder.path().toString().contains(" ")) {
            throw new CannotRun(
                    "QEMU takes no module from a folder with a blank in its name: "
                            + folder.path());
        }
        Path hypervisor =
                packages.file(Packages.Part.HYPERVISOR, Packages.Part.HYPERVISOR.files.getFirst());
        Files.write(folder.file("xen.elf"), HypervisorImage.read(hypervisor).elf());
        Files.copy(packages.kernel().image(), folder.file("vmlinuz"));
        Files.write(folder.file("initramfs"), initramfs);
        try (RandomAccessFile disk = new RandomAccessFile(disk(folder).toFile(), "rw")) {
            disk.setLength(DISK_BYTES);
        }
        Files.createFile(console(folder));
        Process process =
                Spawner.start(
                        command(qemu, folder),
                        ProcessBuilder.Redirect.to(folder.file("errors").toFile()));
        RecordingMachine machine = new RecordingMachine(folder, process);
        Reaper.guard(machine);
        return machine;
    }

    static Path disk(PrivateFolder folder) {
        return folder.file("disk");
    }

    static Path console(PrivateFolder folder) {
        return folder.file("console");
    }

    private static List<String> command(Path qemu, PrivateFolder folder) {
        String modules =
                commas(folder.file("vmlinuz") + " " + LINUX_WORDS)
                        + ","
                        + commas(folder.file("initramfs") + "");
        return List.of(
                qemu.toString(),
                "-machine",
                "pc",
                "-accel",
                "tcg,thread=multi",
                "-m",
                Integer.toString(MEMORY_MIB),
                "-smp",
                "2",
                "-display",
                "none",
                "-vga",
                "none",
                "-nodefaults",
                "-no-user-config",
                "-no-reboot",
                "-net",
                "none",
                "-serial",
                "file:" + console(folder),
                "-kernel",
                folder.file("xen.elf").toString(),
                "-append",
                XEN_WORDS,
                "-initrd",
                modules,
                "-drive",
                "if=virtio,format=raw,cache=unsafe,file=" + commas(disk(folder) + ""));
    }

    /** In QEMU's options, and in its list of modules, a comma is written twice. */
    private static String commas(String text) {
        return text.replace(",", ",,");
    }

    /**
     * Waits for the end.
     *
     * @param patience how long it may say nothing
     * @param over whether the user wants an end
     * @param lines hears what it says to the host, without the prefix
     * @throws CannotRun if it ends badly
     */
    void await(Duration patience, BooleanSupplier over, Consumer<String> lines) throws IOException {
        long silentSince = System.nanoTime();
        Console console = new Console();
        boolean alive = true;
        while (alive) {
            alive = isAlive();
            for (String line : console.news()) {
                silentSince = System.nanoTime();
                lines.accept(line);
            }
            if (over.getAsBoolean()) {
                throw new Interrupted();
            }
            if (alive && System.nanoTime() - silentSince > patience.toNanos()) {
                throw new CannotRun(
                        "the machine has said nothing for %d s; its last words:%n%s"
                                .formatted(patience.toSeconds(), lastWords()));
            }
        }
        if (!console.last.equals("done")) {
            throw new CannotRun("the machine ended too early; its last words:\n" + lastWords());
        }
    }

    private boolean isAlive() {
        try {
            return !process.waitFor(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Interrupted();
        }
    }

    /** Reads the console's file as it grows. */
    private final class Console {
        private int read;
        private String last = "";

        /** Lines for the host since the last time. */
        List<String> news() throws IOException {
            String text = text();
            int end = text.lastIndexOf('\n') + 1;
            if (end <= read) {
                return List.of();
            }
            List<String> lines =
                    text.substring(read, end)
                            .lines()
                            .filter(line -> line.startsWith(SAYS))
                            .map(line -> line.substring(SAYS.length()).strip())
                            .toList();
            read = end;
            last = lines.isEmpty() ? last : lines.getLast();
            return lines;
        }
    }

    /** All that was said: some 10 KB. */
    private String text() throws IOException {
        return new String(Files.readAllBytes(console(folder)), StandardCharsets.ISO_8859_1)
                .replace("\r", "");
    }

    private String lastWords() throws IOException {
        String errors = Files.readString(folder.file("errors"), StandardCharsets.ISO_8859_1);
        List<String> lines = (text() + errors).strip().lines().toList();
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
    }

    @Override
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void hideFiles() {
        folder.close();
    }

    @Override
    public void close() {
        kill();
        Reaper.release(this);
    }
}
