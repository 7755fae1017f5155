package shootdown.xen;

/**
 * The offsets and limits of the agent's {@code protocol.h}; a test compares them with the
 * compiler's.
 */
final class Protocol {
    static final long MAGIC = 0x4e574f44544f4853L;
    static final int VERSION = 1;

    static final int SLOTS = 16;
    static final int SLOT_SIZE = 0x40000;
    static final int FIRST_SLOT = 0x10000;
    static final int MAILBOX_SIZE = FIRST_SLOT + SLOTS * SLOT_SIZE;

    static final int STATE_READY = 1;
    static final int STATE_FAILED = 2;

    private Protocol() {}

    /** {@code struct header}, at the mailbox's start. */
    static final class Header {
        static final int MAGIC = 0x000;
        static final int VERSION = 0x008;
        static final int STATE = 0x010;
        static final int ERROR = 0x018;
        static final int ERROR_TEXT = 0x020;
        static final int ERROR_TEXT_SIZE = 96;
        static final int SUBMITTED = 0x080;
        static final int HEARTBEAT = 0x088;
        static final int ACTIVE = 0x090;
        static final int COMPLETED = 0x0c0;
        static final int CURRENT_STEP = 0x0c8;
        static final int RUNNING = 0x0d0;
        static final int FOREIGN_DIED = 0x0d8;
        static final int DOMID = 0x100;
        static final int VCPUS = 0x108;
        static final int XEN_VERSION = 0x110;
        static final int PRIVILEGED = 0x118;
        static final int MAILBOX_MFN = 0x120;
        static final int MAILBOX_VA = 0x128;
        static final int BOOT_L4_MFN = 0x130;
        static final int BOOT_L3_MFN = 0x138;
        static final int BOOT_L2_MFN = 0x140;
        static final int BOOT_L1_MFN = 0x148;
        static final int SHARED_INFO_MFN = 0x150;
        static final int GRANT_MFN = 0x158;
        static final int USER_VA = 0x160;
        static final int READONLY_VA = 0x168;
        static final int OWNER = 0x170;
        static final int FRAME_TABLE_VA = 0x178;
        static final int M2P_VA = 0x180;
        static final int MAX_PAGE = 0x188;
        static final int XEN_MFN = 0x190;
        static final int MMIO_MFN = 0x198;
        static final int DENIED_MFN = 0x1a0;
        static final int OWNER_IO = 0x1a8;
        static final int FOREIGN_DOMID = 0x1b0;
        static final int FOREIGN_MAILBOX_MFN = 0x1b8;
        static final int FOREIGN_OWNER = 0x1c0;
        static final int POOL = 0x400;
        static final int FOREIGN_POOL = 0x600;

        /** What FOREIGN_DOMID holds if there is no second domain. */
        static final long NO_DOMAIN = 0x7ff4;

        private Header() {}
    }

    /** {@code struct program}, and its place in a slot. */
    static final class Program {
        static final int AT = 0x00000;
        static final int NFRAMES = 0x00;
        static final int NSLOTS = 0x04;
        static final int NWRITES = 0x08;
        static final int NSTEPS = 0x0c;
        static final int FLAGS = 0x10;
        static final int MAP_OPS = 0x14;
        static final int NMAP_OPS = 0x18;
        static final int SLOTS = 0x20;
        static final int FRAMES = 0x80;
        static final int WRITES = 0x480;
        static final int WRITE_SIZE = 16;
        static final int STEPS = 0x8000;

        static final int FLAG_M2P = 1;

        private Program() {}
    }

    /** {@code struct step}. */
    static final class Step {
        static final int KIND = 0;
        static final int VCPU = 1;
        static final int FLAGS = 2;
        static final int SIZE = 3;
        static final int NR = 4;
        static final int ARGS = 8;
        static final int BYTES = 64;

        static final int FLAG_RECORD = 1;
        static final int FLAG_USER = 2;

        private Step() {}
    }

    /** {@code struct result}, and its place in a slot. */
    static final class Result {
        static final int AT = 0x10000;
        static final int STATUS = 0x00;
        static final int STEPS_DONE = 0x04;
        static final int START_CHANGES = 0x08;
        static final int NCHANGES = 0x0c;
        static final int DIRTY_MFN = 0x10;
        static final int DIRTY_COUNT = 0x18;
        static final int DIRTY_TYPE = 0x20;
        static final int RUN_NS = 0x28;
        static final int RESET_NS = 0x30;
        static final int STEPS = 0x80;
        static final int CHANGES = 0x5000;
        static final int CHANGE_SIZE = 16;

        static final int STATUS_DIRTY = 1;
        static final int STATUS_TRUNCATED = 2;
        static final int STATUS_MALFORMED = 4;
        static final int STATUS_LOST = 8;

        private Result() {}
    }

    /** {@code struct step_result}. */
    static final class StepResult {
        static final int VALUE = 0x00;
        static final int ADDRESS = 0x08;
        static final int RIP = 0x10;
        static final int ERROR_CODE = 0x18;
        static final int FAULT = 0x1c;
        static final int DONE = 0x1d;
        static final int NCHANGES = 0x1e;
        static final int BYTES = 32;

        private StepResult() {}
    }

    /** {@code struct change}. */
    static final class Change {
        static final int FRAME = 0;
        static final int WORD = 2;
        static final int VALUE = 8;

        private Change() {}
    }

    /** The guest memory that a program brings along, in its slot. */
    static final class Data {
        static final int AT = 0x30000;
        static final int SIZE = 0x10000;

        private Data() {}
    }

    static int slot(int index) {
        return FIRST_SLOT + index * SLOT_SIZE;
    }
}
