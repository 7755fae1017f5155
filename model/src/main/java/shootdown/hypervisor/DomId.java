package shootdown.hypervisor;

import shootdown.hardware.Models;

/** Reserved domain ids, as hypercalls take them in {@code foreigndom} (public/xen.h). */
@Models(value = "public/xen.h: DOMID_*", simplified = "none")
public final class DomId {
    /** The caller. */
    public static final int SELF = 0x7FF0;

    /** Owner of memory-mapped I/O. */
    public static final int IO = 0x7FF1;

    /** Owner of Xen's pages that privileged domains may map. */
    public static final int XEN = 0x7FF2;

    /** Owner of pages shared copy-on-write. */
    public static final int COW = 0x7FF3;

    /** No domain. */
    public static final int INVALID = 0x7FF4;

    /** Owner of the vCPUs that run when no other does. */
    public static final int IDLE = 0x7FFF;

    private DomId() {}
}
