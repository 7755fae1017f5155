package shootdown.conformance;

import shootdown.xen.Frames;

/** Which real frames and domains stand for those of a program, and which are recorded. */
interface Cast {
    /** The real frames, by the program's numbers. */
    long[] mfns(Frames machine);

    /** Whether the page state of a frame is recorded. */
    boolean isWatched(int frame);

    /** The slots that are recorded of each of these frames. */
    int[] slots();

    /** The number that a domain has on the real machine. */
    default int domid(int domid, Frames machine) {
        return domid;
    }

    /** The cast of random programs. */
    Cast ARENA =
            new Cast() {
                @Override
                public long[] mfns(Frames machine) {
                    long[] mfns = new long[Arena.FRAMES];
                    for (int frame = 0; frame < mfns.length; frame++) {
                        mfns[frame] = mfn(frame, machine);
                    }
                    return mfns;
                }

                private long mfn(int frame, Frames machine) {
                    return switch (Arena.role(frame)) {
                        case POOL -> machine.pool(frame);
                        case BOOT_L4 -> machine.bootL4();
                        case BOOT_L3 -> machine.bootL3();
                        case FOREIGN -> machine.foreignPool(frame - Arena.FOREIGN);
                        case SHARED_INFO -> machine.sharedInfo();
                        case MMIO -> machine.mmioFrame();
                        case DENIED_MMIO -> machine.deniedFrame();
                        case XEN -> machine.xenFrame();
                    };
                }

                @Override
                public boolean isWatched(int frame) {
                    return frame < Arena.WATCHED;
                }

                @Override
                public int[] slots() {
                    return Arena.slots();
                }
            };
}
