package shootdown.conformance;

import shootdown.hardware.Pte;
import shootdown.hypervisor.Operation;
import shootdown.xen.Frames;

import java.util.HashMap;
import java.util.Map;

/**
 * Which real frame stands for each frame of a program, and values translated between the two.
 *
 * <p>In a present entry the frame number is translated, one to one: what is no frame in the model
 * must be none on the machine. Numbers beyond all machines stay, and so do all other values.
 */
final class RealFrames {
    /** In translated entries: a real frame that is not in play. */
    static final int UNKNOWN = 0xFF_FFFF;

    /** All memory and all devices of the machine are below: 4 GiB. */
    private static final long MACHINE = 1L << 20;

    /** No processor can address a frame of this number: 48 bits. */
    private static final long BEYOND = 1L << 36;

    private static final long ALL_ONES = Pte.MFN_MASK >>> Pte.PAGE_SHIFT;

    private final Frames frames;

    private final Cast cast;
    private final long[] mfns;
    private final Map<Long, Integer> indices = new HashMap<>();

    RealFrames(Frames frames) {
        this(frames, Cast.ARENA);
    }

    RealFrames(Frames frames, Cast cast) {
        this.frames = frames;
        this.cast = cast;
        mfns = cast.mfns(frames);
        for (int frame = mfns.length - 1; frame >= 0; frame--) {
            indices.put(mfns[frame], frame);
        }
    }

    int count() {
        return mfns.length;
    }

    /** The number of a domain on real Xen. */
    int domid(int domid) {
        return cast.domid(domid, frames);
    }

    /** The same for foreigndom of mmu_update, whose upper half is 0 or 1 + whose tables. */
    int foreigndom(int foreigndom) {
        int tables = foreigndom >>> 16;
        int upper = tables == 0 ? 0 : domid(tables - 1) + 1;
        return upper << 16 | domid(foreigndom & 0xFFFF);
    }

    Frames machine() {
        return frames;
    }

    /** The frame number on real Xen; a frame that does not exist here does not exist there. */
    long mfn(long frame) {
        if (frame >= 0 && frame < mfns.length) {
            return mfns[(int) frame];
        }
        if (frame < 0 || frame > ALL_ONES) {
            return ALL_ONES;
        }
        return frame < MACHINE ? BEYOND + frame : frame;
    }

    long address(int frame, int slot) {
        return (mfn(frame) << Pte.PAGE_SHIFT) + 8L * slot;
    }

    /** Where an access goes; the M2P's entry of a frame is where that frame's number says. */
    long address(Operation.Access access) {
        boolean m2p = access.va().i4() == Arena.M2P_SLOT;
        return access.va().va() + 8L * (m2p ? mfn(access.slot()) : access.slot());
    }

    /** What a value of the model is on real Xen. */
    long toReal(long value) {
        if (!Pte.isPresent(value)) {
            return value;
        }
        long frame = (value & Pte.MFN_MASK) >>> Pte.PAGE_SHIFT;
        return (value & ~Pte.MFN_MASK) | (mfn(frame) << Pte.PAGE_SHIFT);
    }

    /** What a value of real Xen is in the model. */
    long toModel(long value) {
        if (!Pte.isPresent(value)) {
            return value;
        }
        long mfn = (value & Pte.MFN_MASK) >>> Pte.PAGE_SHIFT;
        return (value & ~Pte.MFN_MASK) | (frame(mfn) << Pte.PAGE_SHIFT);
    }

    /** The program's number of a real frame. */
    long frame(long mfn) {
        if (mfn < MACHINE) {
            return indices.getOrDefault(mfn, UNKNOWN);
        }
        return mfn >= BEYOND && mfn < BEYOND + MACHINE ? mfn - BEYOND : mfn;
    }
}
