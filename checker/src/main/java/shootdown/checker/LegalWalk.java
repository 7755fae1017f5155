package shootdown.checker;

import shootdown.hardware.Geometry;
import shootdown.hardware.KeyTree;
import shootdown.hardware.Pte;
import shootdown.hypervisor.CpuState;
import shootdown.hypervisor.Hypervisor;
import shootdown.hypervisor.UndoLog;

/**
 * The walks that are legal: each entry has its present value, the one that the CPU itself has just
 * stored, or a value that a still unfinished call of another CPU replaced. Once an edit has
 * returned, no later call may work on the old tables; calls that overlap it may see either.
 *
 * <p>For universes of up to 64 frames, root copies included. One for each thread.
 */
final class LegalWalk {
    /** No CPU. */
    static final int NOBODY = -1;

    private final Geometry geometry;
    private final KeyTree keys;
    private final Hypervisor xen;
    private final CpuState cpus;
    private final UndoLog log;
    private final long[] reached;
    private final long[] writable;
    private final boolean[] absent;

    LegalWalk(Hypervisor xen) {
        this.xen = xen;
        this.geometry = xen.layout().geometry();
        this.keys = geometry.keys();
        this.cpus = xen.cpus();
        this.log = xen.log();
        if (geometry.words() != 1) {
            throw new IllegalArgumentException("more than 64 frames");
        }
        reached = new long[keys.size()];
        writable = new long[keys.size()];
        absent = new boolean[keys.size()];
    }

    /**
     * Walks all keys from the root that hypercalls of a CPU's vCPU are about: its kernel's.
     *
     * @param walker the CPU whose root is walked
     * @param exceptEditor the CPU whose own unfinished edits count as done
     * @param sinceFlush a CPU that carries out a flush for its guest: what others replaced since is
     *     legal too; or NOBODY
     */
    void walk(long[] s, int walker, int exceptEditor, int sinceFlush) {
        walkFrom(s, walker, kernelRoots(s, walker), exceptEditor, sinceFlush);
    }

    /** As {@link #walk}, from the roots under which a CPU makes entries of a PCID, or globals. */
    void walkFamily(long[] s, int walker, int family, int exceptEditor, int sinceFlush) {
        walkFrom(s, walker, roots(s, walker, family, sinceFlush), exceptEditor, sinceFlush);
    }

    /** The kernel's root; none on the idle tables, which have nothing of a guest's. */
    private long kernelRoots(long[] s, int cpu) {
        int root = cpus.isPv32(s, cpu) ? xen.layout().rootFrame(cpu) : cpus.kernelBase(s, cpu);
        return root < 0 ? 0 : 1L << root;
    }

    private long roots(long[] s, int cpu, int family, int sinceFlush) {
        long kernel = kernelRoots(s, cpu);
        if (!xen.layout().machine().hasUserMode()) {
            return kernel;
        }
        long user = cpus.userBase(s, cpu) < 0 ? 0 : 1L << cpus.userBase(s, cpu);
        user |= sinceFlush == NOBODY ? 0 : log.bases(s, sinceFlush, cpu);
        if (family == geometry.globalIndex()) {
            return kernel | user; // they live through changes of mode
        }
        return cpus.isOfUserMode(s, cpu, geometry.pcid(family)) ? user : kernel;
    }

    private void walkFrom(long[] s, int walker, long roots, int exceptEditor, int sinceFlush) {
        boolean replaced = anythingReplaced(s);
        for (int key = 0; key < reached.length; key++) {
            int above = keys.parent(key);
            reached[key] = 0;
            writable[key] = 0;
            absent[key] = above < 0 ? roots == 0 : absent[above];
            long tables = above < 0 ? roots : reached[above];
            long mayWrite = above < 0 ? tables : writable[above];
            for (long left = tables; left != 0; left &= left - 1) {
                int table = Long.numberOfTrailingZeros(left);
                boolean write = (mayWrite >>> table & 1) != 0;
                long entry = geometry.read(s, table, keys.slot(key));
                follow(key, entry, write);
                long own = xen.seen(s, walker, table, keys.slot(key));
                if (own != entry) {
                    follow(key, own, write);
                }
                if (replaced) {
                    followReplaced(s, key, table, write, exceptEditor, sinceFlush);
                }
            }
        }
    }

    private boolean anythingReplaced(long[] s) {
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            if (log.size(s, cpu) > 0) {
                return true;
            }
        }
        return false;
    }

    private void followReplaced(
            long[] s, int key, int table, boolean write, int exceptEditor, int sinceFlush) {
        for (int cpu = 0; cpu < geometry.cpus(); cpu++) {
            int kept = log.size(s, cpu);
            boolean counts =
                    kept > 0
                            && (xen.isGuestFlush(s, cpu) ? cpu == sinceFlush : cpu != exceptEditor);
            for (int i = 0; counts && i < kept; i++) {
                if (log.table(s, cpu, i) == table && log.slot(s, cpu, i) == keys.slot(key)) {
                    follow(key, log.oldEntry(s, cpu, i), write);
                }
            }
        }
    }

    private void follow(int key, long pte, boolean write) {
        if (!Pte.isPresent(pte) || Pte.mfn(pte) >= geometry.frames()) {
            absent[key] = true;
            return;
        }
        reached[key] |= 1L << Pte.mfn(pte);
        writable[key] |= write && Pte.isWritable(pte) ? 1L << Pte.mfn(pte) : 0;
    }

    /** Frames that a legal walk of this key reaches. */
    long reached(int key) {
        return reached[key];
    }

    /** Frames that a legal walk of this key reaches writable. */
    long writable(int key) {
        return writable[key];
    }

    /** Whether a legal walk of this key may meet a non-present entry. */
    boolean mayFault(int key) {
        return absent[key];
    }
}
