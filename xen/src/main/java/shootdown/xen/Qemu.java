package shootdown.xen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One running QEMU. Whatever happens, {@link #close} leaves neither process nor file. */
final class Qemu implements AutoCloseable, Reaper.Mortal {
    private static final Duration MONITOR_LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Qmp qmp;
    private final SerialLog serial;
    private final PrivateFolder folder;

    private Qemu(Process process, SerialLog serial, PrivateFolder folder) {
        this.process = process;
        this.qmp = new Qmp(process.getOutputStream(), process.getInputStream());
        this.serial = serial;
        this.folder = folder;
    }

    /**
     * Starts a machine whose files are in a folder; the folder is this object's from now on.
     *
     * @param saved whether its saved state is among them, and to be continued
     */
    static Qemu start(Machine machine, PrivateFolder folder, boolean saved) throws IOException {
        List<String> command = machine.command(folder.path());
        if (saved) {
            command.addAll(List.of("-loadvm", Machine.SAVED));
        }
        SerialLog serial = SerialLog.open(folder.file(Machine.SERIAL));
        Process process;
        try {
            process =
                    Spawner.start(
                            command,
                            ProcessBuilder.Redirect.to(folder.file(Machine.ERRORS).toFile()));
        } catch (IOException e) {
            serial.close();
            throw e;
        }
        Qemu qemu = new Qemu(process, serial, folder);
        Reaper.guard(qemu);
        return qemu;
    }

    /** Waits until QEMU is up. */
    void greet() throws IOException {
        qmp.execute("qmp_capabilities", MONITOR_LIMIT);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** How much processor time it has used; zero once it is gone. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    long pid() {
        return process.pid();
    }

    SerialLog serial() {
        return serial;
    }

    Qmp monitor() {
        return qmp;
    }

    /** What the guest wrote to port 0xe9. */
    byte[] debugOutput() throws IOException {
        Path file = folder.file(Machine.DEBUGCON);
        return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    }

    /** Saves the whole machine into its file. */
    void saveState() throws IOException {
        qmp.monitor("savevm " + Machine.SAVED, MONITOR_LIMIT);
    }

    /** Brings the whole machine, its memory included, back to the saved state, and runs it. */
    void restoreState() throws IOException {
        qmp.monitor("loadvm " + Machine.SAVED, MONITOR_LIMIT);
        qmp.execute("cont", MONITOR_LIMIT);
    }

    /** Takes the names of the files away: whatever happens now, nothing is left on disk. */
    @Override
    public void hideFiles() {
        folder.close();
    }

    /** Why it ended, for messages: what it said, or how. */
    String lastWords() {
        try {
            Path errors = folder.file(Machine.ERRORS);
            String said = Files.exists(errors) ? Files.readString(errors).strip() : "";
            if (!said.isEmpty()) {
                return said;
            }
        } catch (IOException e) {
            // Then the exit code has to do.
        }
        return exitCode().map(code -> "exit code " + code).orElse("it still runs");
    }

    private Optional<Integer> exitCode() {
        return process.isAlive() ? Optional.empty() : Optional.of(process.exitValue());
    }

    /** Kills it and waits until it is gone. */
    @Override
    public void kill() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor(1, TimeUnit.MINUTES);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
        try {
            serial.close();
        } catch (IOException e) {
            // Nothing was written.
        }
        folder.close();
        Reaper.release(this);
    }
}
