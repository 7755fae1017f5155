package shootdown.xen;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Brings a machine up: from its saved state if there is one, else from cold, and then saves it. */
final class Boot {
    /** Only for machines that hang: a start takes about a second. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** What the agent says first: a letter and the mailbox's frame number. */
    private static final int ANNOUNCEMENT = 9;

    private final Machine machine;
    private final Cache cache;
    private final String stateName;
    private final String mailboxName;

    Boot(Machine machine, Cache cache) throws IOException {
        this.machine = machine;
        this.cache = cache;
        String key = machine.key();
        stateName = "state-" + key + ".qcow2";
        mailboxName = "state-" + key + ".mailbox";
    }

    /**
     * Starts the machine.
     *
     * @throws CannotRun if it does not come up
     */
    Guest start() {
        try {
            Guest guest = fromSavedState();
            return guest == null ? fromCold() : guest;
        } catch (IOException e) {
            throw explained(e);
        }
    }

    private CannotRun explained(IOException problem) {
        String message = String.valueOf(problem.getMessage());
        if (message.contains("No space left") || message.contains("File too large")) {
            Path folder =
                    Optional.ofNullable(machine.options().temporaryFolder())
                            .orElse(Path.of("the temporary folder"));
            return PrivateFolder.noRoom(folder, machine.roomNeeded());
        }
        return new CannotRun("cannot start the machine: " + message);
    }

    /** Null if there is no saved state, or none that works. */
    private @Nullable Guest fromSavedState() throws IOException {
        Optional<Path> mailbox = cache.find(mailboxName);
        Optional<Path> state = cache.find(stateName);
        if (mailbox.isEmpty() || state.isEmpty()) {
            return null;
        }
        try (Attempt attempt = new Attempt()) {
            Files.copy(state.get(), attempt.folder.file(Machine.STATE));
            attempt.start(true);
            attempt.connect(Files.readAllBytes(mailbox.get()));
            return attempt.succeed();
        } catch (CannotRun stale) {
            cache.forget(mailboxName);
            cache.forget(stateName);
            return null;
        }
    }

    private Guest fromCold() throws IOException {
        try (Attempt attempt = new Attempt()) {
            makeStateFile(attempt.folder.file(Machine.STATE));
            attempt.start(false);
            byte[] announcement = attempt.awaitAnnouncement();
            attempt.connect(announcement);
            attempt.qemu().saveState();
            Path mailbox = attempt.folder.file("announcement");
            Files.write(mailbox, announcement);
            cache.keep(stateName, attempt.folder.file(Machine.STATE));
            cache.keep(mailboxName, mailbox);
            return attempt.succeed();
        }
    }

    private void makeStateFile(Path file) throws IOException {
        Process process =
                Spawner.start(
                        List.of(
                                machine.components().qemuImg().toString(),
                                "create",
                                "-q",
                                "-f",
                                "qcow2",
                                file.toString(),
                                "1M"),
                        ProcessBuilder.Redirect.PIPE);
        byte[] errors = process.getErrorStream().readAllBytes();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(new String(errors, UTF_8).strip());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** One try; whatever was not handed over at its end is removed. */
    private final class Attempt implements AutoCloseable {
        private final PrivateFolder folder;
        private final long deadline = System.nanoTime() + LIMIT.toNanos();
        private @Nullable Qemu qemu;
        private @Nullable SharedRam ram;
        private @Nullable Mailbox mailbox;
        private @Nullable Heartbeat heartbeat;

        Attempt() throws IOException {
            folder =
                    PrivateFolder.create(
                            Optional.ofNullable(machine.options().temporaryFolder()),
                            machine.roomNeeded());
            try {
                machine.fill(folder);
            } catch (IOException e) {
                folder.close();
                throw e;
            }
        }

        Qemu qemu() {
            if (qemu == null) {
                throw new IllegalStateException("not started");
            }
            return qemu;
        }

        void start(boolean saved) throws IOException {
            qemu = Qemu.start(machine, folder, saved);
            ram = new SharedRam(folder.file(Machine.RAM), machine.memory());
            try {
                qemu.greet();
            } catch (IOException e) {
                throw didNotStart();
            }
        }

        byte[] awaitAnnouncement() throws IOException {
            while (true) {
                byte[] said = qemu().debugOutput();
                if (said.length >= ANNOUNCEMENT) {
                    return said;
                }
                pause();
            }
        }

        /** Waits until the agent whose mailbox was announced is ready. */
        void connect(byte[] announcement) {
            if (ram == null || announcement.length < ANNOUNCEMENT || announcement[0] != 'S') {
                throw new CannotRun("the agent announced no mailbox");
            }
            long mfn = ByteBuffer.wrap(announcement).order(ByteOrder.LITTLE_ENDIAN).getLong(1);
            mailbox = ram.mailbox(mfn);
            heartbeat = new Heartbeat(mailbox);
            while (!mailbox.isReady()) {
                if (mailbox.hasFailed()) {
                    throw new CannotRun("the agent could not come up: " + mailbox.failure());
                }
                pause();
            }
        }

        private void pause() {
            if (!qemu().isAlive()) {
                throw didNotStart();
            }
            if (qemu().serial().alarm().isPresent()) {
                throw new CannotRun(
                        "the hypervisor did not come up; its last words:\n"
                                + qemu().serial().lastWords());
            }
            if (System.nanoTime() > deadline) {
                throw new CannotRun(
                        "the machine did not come up in "
                                + LIMIT.toSeconds()
                                + " s; the hypervisor's last words:\n"
                                + qemu().serial().lastWords());
            }
            Pause.millis(2);
        }

        private CannotRun didNotStart() {
            String serial = qemu().serial().lastWords();
            return new CannotRun(
                    "QEMU ended while the machine came up: "
                            + qemu().lastWords()
                            + (serial.isEmpty()
                                    ? ""
                                    : "; the hypervisor's last words:\n" + serial));
        }

        Guest succeed() {
            if (qemu == null || ram == null || mailbox == null || heartbeat == null) {
                throw new IllegalStateException("not connected");
            }
            qemu.serial().forget();
            qemu.hideFiles();
            Guest guest = new Guest(qemu, ram, mailbox, heartbeat);
            qemu = null;
            ram = null;
            heartbeat = null;
            return guest;
        }

        @Override
        public void close() {
            if (heartbeat != null) {
                heartbeat.close();
            }
            if (qemu != null) {
                qemu.close();
            }
            if (ram != null) {
                ram.close();
            }
            folder.close();
        }
    }
}
