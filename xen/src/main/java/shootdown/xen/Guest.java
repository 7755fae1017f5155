package shootdown.xen;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** A machine that is up, with its agents ready for programs. */
final class Guest implements AutoCloseable {
    private final Qemu qemu;
    private final SharedRam ram;
    private final Heartbeat heartbeat;
    private final Channel dom0;
    private final @Nullable Channel unprivileged;

    /** Takes over QEMU and its memory, whose agent is ready, and what keeps it going. */
    Guest(Qemu qemu, SharedRam ram, Mailbox mailbox, Heartbeat heartbeat) {
        this.qemu = qemu;
        this.ram = ram;
        this.heartbeat = heartbeat;
        dom0 = new Channel(mailbox);
        unprivileged =
                dom0.frames().hasForeign()
                        ? new Channel(
                                ram.mailbox(
                                        mailbox.bytes()
                                                .getLong(Protocol.Header.FOREIGN_MAILBOX_MFN)))
                        : null;
    }

    Qemu qemu() {
        return qemu;
    }

    Channel dom0() {
        return dom0;
    }

    @Nullable Channel unprivileged() {
        return unprivileged;
    }

    /** Back to the state in which the agents came up. */
    void restore() throws IOException {
        qemu.restoreState();
        qemu.serial().forget();
        dom0.synchronise();
        if (unprivileged != null) {
            unprivileged.synchronise();
        }
    }

    @Override
    public void close() {
        heartbeat.close();
        qemu.close();
        ram.close();
    }
}
