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

    /** Takes over QEMU and its memory, whose agent is ready. */
    Guest(Qemu qemu, SharedRam ram, Mailbox mailbox) {
        this.qemu = qemu;
        this.ram = ram;
        dom0 = new Channel(mailbox);
        if (dom0.frames().hasForeign()) {
            long mfn = mailbox.bytes().getLong(Protocol.Header.FOREIGN_MAILBOX_MFN);
            Mailbox other = ram.mailbox(mfn);
            unprivileged = new Channel(other);
            heartbeat = new Heartbeat(mailbox, other);
        } else {
            unprivileged = null;
            heartbeat = new Heartbeat(mailbox);
        }
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
