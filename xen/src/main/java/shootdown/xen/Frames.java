package shootdown.xen;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a program may name in the machine as its domain sees it: machine frame numbers and
 * addresses, constant as long as the machine is up. Results that are compared hold indices, never
 * machine frame numbers, which may differ from boot to boot.
 */
public final class Frames {
    /** Frames that each domain gives to programs. */
    public static final int POOL = 64;

    private final long[] pool;
    private final long[] foreignPool;
    private final Map<Long, Integer> indices = new HashMap<>();

    /** A copy of the header, so that it outlives the machine. */
    private final long[] header = new long[Protocol.Header.FOREIGN_POOL / 8 + POOL];

    Frames(Mailbox mailbox) {
        for (int i = 0; i < header.length; i++) {
            header[i] = mailbox.bytes().getLong(8 * i);
        }
        pool = words(Protocol.Header.POOL);
        foreignPool = hasForeign() ? words(Protocol.Header.FOREIGN_POOL) : new long[0];
        for (int i = 0; i < pool.length; i++) {
            indices.put(pool[i], i);
        }
        for (int i = 0; i < foreignPool.length; i++) {
            indices.put(foreignPool[i], POOL + i);
        }
    }

    private long[] words(int offset) {
        return Arrays.copyOfRange(header, offset / 8, offset / 8 + POOL);
    }

    /** A frame that belongs to the domain, unmapped and zero when a program starts. */
    public long pool(int index) {
        return pool[index];
    }

    /** A frame of the other domain's pool. */
    public long foreignPool(int index) {
        return foreignPool[index];
    }

    /**
     * The index of a frame: of the pool from 0, of the other domain's from {@link #POOL}, or -1.
     */
    public int indexOf(long mfn) {
        return indices.getOrDefault(mfn, -1);
    }

    /** Whether there is a second domain that runs an agent. */
    public boolean hasForeign() {
        return foreignDomain() != Protocol.Header.NO_DOMAIN;
    }

    /** The domain's number. */
    public int domain() {
        return (int) word(Protocol.Header.DOMID);
    }

    /** The other domain's number, 0x7ff4 (DOMID_INVALID) if there is none. */
    public int foreignDomain() {
        return (int) word(Protocol.Header.FOREIGN_DOMID);
    }

    public int vcpus() {
        return (int) word(Protocol.Header.VCPUS);
    }

    /** Xen's version: major in the upper, minor in the lower 16 bits. */
    public int xenVersion() {
        return (int) word(Protocol.Header.XEN_VERSION);
    }

    public boolean privileged() {
        return word(Protocol.Header.PRIVILEGED) != 0;
    }

    /** The L4 that is loaded when a program starts. */
    public long bootL4() {
        return word(Protocol.Header.BOOT_L4_MFN);
    }

    /** The L3 below slot 511 of the L4 that every L4 that a program loads needs there. */
    public long bootL3() {
        return word(Protocol.Header.BOOT_L3_MFN);
    }

    /** The agent's L2, below slot 510 of {@link #bootL3}. */
    public long bootL2() {
        return word(Protocol.Header.BOOT_L2_MFN);
    }

    /** The agent's L1, below slot 0 of {@link #bootL2}. */
    public long bootL1() {
        return word(Protocol.Header.BOOT_L1_MFN);
    }

    public long sharedInfo() {
        return word(Protocol.Header.SHARED_INFO_MFN);
    }

    /** The first frame of the domain's grant table: 512 entries of version 1. */
    public long grantTable() {
        return word(Protocol.Header.GRANT_MFN);
    }

    /** The first address that the agent executes in user mode. */
    public long userAddress() {
        return word(Protocol.Header.USER_VA);
    }

    /** An address that is mapped read-only: the agent's code. */
    public long readonlyAddress() {
        return word(Protocol.Header.READONLY_VA);
    }

    /** What the page state holds as the owner of this domain's frames. */
    public long owner() {
        return word(Protocol.Header.OWNER);
    }

    public long foreignOwner() {
        return word(Protocol.Header.FOREIGN_OWNER);
    }

    /** What the page state holds as the owner of dom_io's frames. */
    public long ownerIo() {
        return word(Protocol.Header.OWNER_IO);
    }

    /** The first frame number that is not valid. */
    public long maxPage() {
        return word(Protocol.Header.MAX_PAGE);
    }

    /**
     * Where the agent sees a frame's entry of the M2P; writable in the domain that is privileged.
     */
    public long m2pAddress(long mfn) {
        return word(Protocol.Header.M2P_VA) + 8 * mfn;
    }

    /** Where the agent sees a frame's page state, 32 bytes of Xen's frame table. */
    public long pageStateAddress(long mfn) {
        return word(Protocol.Header.FRAME_TABLE_VA) + 32 * mfn;
    }

    /** A frame of Xen itself. */
    public long xenFrame() {
        return word(Protocol.Header.XEN_MFN);
    }

    /** A frame of dom_io that domain 0 may map. */
    public long mmioFrame() {
        return word(Protocol.Header.MMIO_MFN);
    }

    /** A frame of devices that nobody may map. */
    public long deniedFrame() {
        return word(Protocol.Header.DENIED_MFN);
    }

    private long word(int offset) {
        return header[offset / 8];
    }
}
