package shootdown.conformance;

import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;

import java.util.List;

/**
 * Where programs run: the frames, slots and addresses in play, the same for all programs of a
 * campaign, so that a state of the model has one layout and the caches have fixed keys.
 *
 * <p>A frame is an index here and in the model. On real Xen each stands for a frame of that {@link
 * Role}.
 *
 * @param domain whose programs run
 * @param xpti whether guests run on copies of their L4
 * @param cpus vCPUs, each on a CPU of its own
 */
public record Arena(Kind domain, boolean xpti, int cpus) {
    /** The domain that runs programs; the other one only owns frames. */
    public enum Kind {
        /** Privileged, may map I/O memory. */
        DOM0(0, 1),
        /** An ordinary guest. */
        DOMU(1, 0);

        private final int id;
        private final int other;

        Kind(int id, int other) {
            this.id = id;
            this.other = other;
        }

        public int id() {
            return id;
        }

        /** Id of the domain that does not run. */
        public int other() {
            return other;
        }
    }

    /** Such as {@code dom0, XPTI off, 2 vCPUs}. */
    public String words() {
        return "%s, XPTI %s, %d vCPU%s"
                .formatted(
                        domain == Kind.DOM0 ? "dom0" : "domU",
                        xpti ? "on" : "off",
                        cpus,
                        cpus == 1 ? "" : "s");
    }

    /** What a frame is at first. */
    public enum Role {
        /** Untyped, zero, unmapped: what programs make tables of. */
        POOL,
        /** The base that is loaded when a program starts. */
        BOOT_L4,
        /** Hangs in its last slot: the agent's own memory is below. */
        BOOT_L3,
        /** A frame as those of the pool, of the other domain. */
        FOREIGN,
        /** One of Xen's that the domain may map. */
        SHARED_INFO,
        /** I/O memory that dom0 may map. */
        MMIO,
        /** I/O memory that nobody may map. */
        DENIED_MMIO,
        /** Xen's own. */
        XEN
    }

    /** Frames that programs make tables of: 0 to this. */
    public static final int POOL_FRAMES = 10;

    static final int BOOT_L4 = POOL_FRAMES;
    static final int BOOT_L3 = BOOT_L4 + 1;
    static final int FOREIGN = BOOT_L3 + 1;
    static final int FOREIGN_FRAMES = 2;
    static final int SHARED_INFO = FOREIGN + FOREIGN_FRAMES;
    static final int MMIO = SHARED_INFO + 1;
    static final int XEN = MMIO + 1;

    /** Frames below this have a page state in Xen. */
    static final int WATCHED = XEN + 1;

    static final int DENIED_MMIO = WATCHED;

    /** Number of frames. */
    public static final int FRAMES = DENIED_MMIO + 1;

    /** A frame number that no machine has. */
    static final int NONEXISTENT = 200;

    /** The slot of an L4 below which the agent lives. */
    static final int AGENT_SLOT = 511;

    /** The slot of the read-only M2P, in an address: slot k of that page stands for frame k. */
    static final int M2P_SLOT = 256;

    /** What an L4 that gets loaded needs there. */
    static final long AGENT_ENTRY =
            Pte.of(BOOT_L3, Pte.PRESENT | Pte.RW | Pte.USER | Pte.ACCESSED | Pte.DIRTY);

    /** What of it matters: the agent must be able to do everything there. */
    static final long AGENT_BITS =
            Pte.MFN_MASK | Pte.PRESENT | Pte.RW | Pte.USER | Pte.NX | Pte.PSE;

    /** Watched in all frames; everything else in a frame of the pool stays 0. */
    private static final int[] SLOTS = {0, 1, 2, 256, 257, LinearMap.SLOT, 260, 261, 511};

    static final int SLOT_COUNT = SLOTS.length;

    private static final List<VirtualAddress> ADDRESSES =
            List.of(
                    new VirtualAddress(0, 0, 0, 0),
                    new VirtualAddress(0, 0, 0, 1),
                    new VirtualAddress(0, 0, 0, 2),
                    new VirtualAddress(0, 0, 1, 0),
                    new VirtualAddress(0, 1, 0, 0),
                    new VirtualAddress(1, 0, 0, 0),
                    new VirtualAddress(1, 1, 0, 1),
                    new VirtualAddress(1, 1, 1, 0));

    /** What a frame is at first. */
    public static Role role(int frame) {
        return switch (frame) {
            case BOOT_L4 -> Role.BOOT_L4;
            case BOOT_L3 -> Role.BOOT_L3;
            case SHARED_INFO -> Role.SHARED_INFO;
            case MMIO -> Role.MMIO;
            case DENIED_MMIO -> Role.DENIED_MMIO;
            case XEN -> Role.XEN;
            default -> frame < POOL_FRAMES ? Role.POOL : Role.FOREIGN;
        };
    }

    /** Plain memory: not devices, shared_info or Xen's own frames. */
    static boolean isPlain(int frame) {
        return switch (role(frame)) {
            case POOL, FOREIGN, BOOT_L4, BOOT_L3 -> true;
            case SHARED_INFO, MMIO, DENIED_MMIO, XEN -> false;
        };
    }

    static boolean mayBeFreed(int frame) {
        return frame < POOL_FRAMES;
    }

    static boolean isBoot(int frame) {
        return frame == BOOT_L4 || frame == BOOT_L3;
    }

    /** The watched slots, ascending. */
    public static int[] slots() {
        return SLOTS.clone();
    }

    /** The watched slot with this index. */
    static int slot(int index) {
        return SLOTS[index];
    }

    /** Pages of guest memory that programs use. */
    public static List<VirtualAddress> addresses() {
        return ADDRESSES;
    }

    /** The model's machine. */
    public Machine.Builder machine() {
        Machine.Builder machine =
                Machine.builder()
                        .cpus(cpus)
                        .frames(FRAMES)
                        .slots(SLOTS)
                        .xpti(xpti)
                        .history(false)
                        .domain(domain.id(), domain == Kind.DOM0, domain == Kind.DOM0)
                        .domain(domain.other(), domain != Kind.DOM0, domain != Kind.DOM0)
                        .special(SHARED_INFO)
                        .owner(MMIO, DomId.IO)
                        .owner(DENIED_MMIO, DomId.IO)
                        .denied(DENIED_MMIO)
                        .owner(XEN, DomId.INVALID);
        for (int i = 0; i < FOREIGN_FRAMES; i++) {
            machine.owner(FOREIGN + i, domain.other());
        }
        for (VirtualAddress va : ADDRESSES) {
            machine.track(va);
        }
        return machine;
    }
}
