package shootdown.xen;

import java.nio.ByteBuffer;

/**
 * Writes one program into its slot of the shared memory: first the frames and slots in play, the
 * initial memory and the data, then the steps. No objects are made. Limits are checked.
 *
 * <p>Thread rule: used inside {@link Program#write} only.
 */
public final class ProgramWriter {
    public static final int MAX_FRAMES = 128;
    public static final int MAX_SLOTS = 16;
    public static final int MAX_WRITES = 1976;
    public static final int MAX_STEPS = 512;

    /** Size of the data area in bytes. */
    public static final int DATA_SIZE = Protocol.Data.SIZE;

    /** What a step accesses memory for. */
    public enum Access {
        READ(0),
        WRITE(1),
        EXECUTE(2),
        CMPXCHG(3);

        private final int number;

        Access(int number) {
            this.number = number;
        }
    }

    private static final int NONE = 0;
    private static final int HYPERCALL = 1;
    private static final int ACCESS = 2;
    private static final int SEGMENT = 3;
    private static final int POKE = 4;
    private static final int PEEK = 5;
    private static final int COPY = 6;
    private static final int READ_CR3 = 7;
    private static final int WRITE_CR3 = 8;
    private static final int INVLPG = 9;

    private final ByteBuffer bytes;
    private final Frames frames;
    private final long mailboxAddress;

    private int program;
    private int data;
    private int allocated;
    private int frameCount;
    private int slotCount;
    private int writeCount;
    private int stepCount;
    private int flags;

    ProgramWriter(Mailbox mailbox, Frames frames) {
        this.bytes = mailbox.bytes();
        this.frames = frames;
        this.mailboxAddress = bytes.getLong(Protocol.Header.MAILBOX_VA);
    }

    /** Begins an empty program in a slot. */
    void begin(int slot) {
        program = Protocol.slot(slot) + Protocol.Program.AT;
        data = Protocol.slot(slot) + Protocol.Data.AT;
        allocated = 0;
        frameCount = 0;
        slotCount = 0;
        writeCount = 0;
        stepCount = 0;
        flags = 0;
        bytes.putInt(program + Protocol.Program.MAP_OPS, 0);
        bytes.putInt(program + Protocol.Program.NMAP_OPS, 0);
    }

    /** Ends it: now it can be submitted. */
    void end() {
        bytes.putInt(program + Protocol.Program.NFRAMES, frameCount);
        bytes.putInt(program + Protocol.Program.NSLOTS, slotCount);
        bytes.putInt(program + Protocol.Program.NWRITES, writeCount);
        bytes.putInt(program + Protocol.Program.NSTEPS, stepCount);
        bytes.putInt(program + Protocol.Program.FLAGS, flags);
    }

    /** The machine as the domain that will run the program sees it. */
    public Frames frames() {
        return frames;
    }

    /**
     * Puts a frame in play, so that its page state is recorded; returns its index in the records.
     */
    public int frame(long mfn) {
        check(frameCount < MAX_FRAMES, "frames in play", MAX_FRAMES);
        bytes.putLong(program + Protocol.Program.FRAMES + 8 * frameCount, mfn);
        return frameCount++;
    }

    /** Puts a table slot in play: that entry of every frame is recorded; returns its index. */
    public int slot(int slot) {
        check(slotCount < MAX_SLOTS, "slots in play", MAX_SLOTS);
        bytes.putShort(program + Protocol.Program.SLOTS + 2 * slotCount, (short) slot);
        return slotCount++;
    }

    /** Has the frames' entries in the M2P recorded too. */
    public void recordM2p() {
        flags |= Protocol.Program.FLAG_M2P;
    }

    /**
     * Initial memory: a word of a pool frame or of the grant table, written before the first step.
     */
    public void memory(long machineAddress, long value) {
        check(writeCount < MAX_WRITES, "words of initial memory", MAX_WRITES);
        int at = program + Protocol.Program.WRITES + writeCount * Protocol.Program.WRITE_SIZE;
        bytes.putLong(at, machineAddress);
        bytes.putLong(at + 8, value);
        writeCount++;
    }

    /** Takes some of the data area, zeroed, aligned to 8 bytes; returns its offset in the area. */
    public int allocate(int size) {
        int offset = allocated;
        check(size >= 0 && size <= DATA_SIZE - offset, "bytes of data", DATA_SIZE);
        allocated = (offset + size + 7) & -8;
        for (int at = offset; at < allocated; at += 8) {
            bytes.putLong(data + at, 0);
        }
        return offset;
    }

    /** Where the guest sees an offset of the data area. */
    public long addressOf(int offset) {
        return mailboxAddress + data + offset;
    }

    /** Writes into the data area, at an offset that was allocated. */
    public void putLong(int offset, long value) {
        bytes.putLong(inData(offset, 8), value);
    }

    public void putInt(int offset, int value) {
        bytes.putInt(inData(offset, 4), value);
    }

    public void putShort(int offset, short value) {
        bytes.putShort(inData(offset, 2), value);
    }

    public void putByte(int offset, byte value) {
        bytes.put(inData(offset, 1), value);
    }

    private int inData(int offset, int size) {
        if (offset < 0 || offset + size > allocated) {
            throw new IllegalArgumentException("offset " + offset + " was not allocated");
        }
        return data + offset;
    }

    /**
     * Says where the operands of all grant maps are, so that the reset can unmap what they mapped.
     */
    public void grantMaps(int offset, int count) {
        bytes.putInt(program + Protocol.Program.MAP_OPS, offset);
        bytes.putInt(program + Protocol.Program.NMAP_OPS, count);
    }

    /** A hypercall with its raw number and arguments; returns the step's index. */
    public int hypercall(int vcpu, int number, long a0, long a1, long a2, long a3, long a4) {
        int at = step(HYPERCALL, vcpu, number, a0);
        bytes.putLong(at + Protocol.Step.ARGS + 8, a1);
        bytes.putLong(at + Protocol.Step.ARGS + 16, a2);
        bytes.putLong(at + Protocol.Step.ARGS + 24, a3);
        bytes.putLong(at + Protocol.Step.ARGS + 32, a4);
        return stepCount - 1;
    }

    /**
     * The guest accesses memory.
     *
     * @param size in bytes: 1, 2, 4 or 8
     * @param value what is written; with CMPXCHG what is expected
     * @param fresh what CMPXCHG writes
     */
    public int access(
            int vcpu, boolean user, Access access, int size, long va, long value, long fresh) {
        int at = step(ACCESS, vcpu, access.number, va);
        bytes.putLong(at + Protocol.Step.ARGS + 8, value);
        bytes.putLong(at + Protocol.Step.ARGS + 16, fresh);
        bytes.put(at + Protocol.Step.SIZE, (byte) size);
        if (user) {
            flag(at, Protocol.Step.FLAG_USER);
        }
        return stepCount - 1;
    }

    /** Loads a selector into %fs (register 0) or %gs (register 1), then 0. */
    public int segment(int vcpu, int register, int selector) {
        step(SEGMENT, vcpu, register, selector);
        return stepCount - 1;
    }

    /** Writes a word of machine memory behind Xen's back. */
    public int poke(int vcpu, long machineAddress, long value) {
        int at = step(POKE, vcpu, 0, machineAddress);
        bytes.putLong(at + Protocol.Step.ARGS + 8, value);
        return stepCount - 1;
    }

    /** Reads a word of machine memory, whatever the TLB says. */
    public int peek(int vcpu, long machineAddress) {
        step(PEEK, vcpu, 0, machineAddress);
        return stepCount - 1;
    }

    /** Copies inside the data area. */
    public int copy(int vcpu, int toOffset, int fromOffset, int size) {
        int at = step(COPY, vcpu, 0, toOffset);
        bytes.putLong(at + Protocol.Step.ARGS + 8, fromOffset);
        bytes.put(at + Protocol.Step.SIZE, (byte) size);
        return stepCount - 1;
    }

    public int readCr3(int vcpu) {
        step(READ_CR3, vcpu, 0, 0);
        return stepCount - 1;
    }

    public int writeCr3(int vcpu, long value) {
        step(WRITE_CR3, vcpu, 0, value);
        return stepCount - 1;
    }

    public int invlpg(int vcpu, long va) {
        step(INVLPG, vcpu, 0, va);
        return stepCount - 1;
    }

    /** A step that does nothing; it can be recorded. */
    public int nothing(int vcpu) {
        step(NONE, vcpu, 0, 0);
        return stepCount - 1;
    }

    /** Has the page state recorded after the last step. */
    public void record() {
        if (stepCount == 0) {
            throw new IllegalStateException("no step to record");
        }
        flag(stepAt(stepCount - 1), Protocol.Step.FLAG_RECORD);
    }

    /** Appends a step with one argument; returns its place. */
    private int step(int kind, int vcpu, int number, long argument) {
        check(stepCount < MAX_STEPS, "steps", MAX_STEPS);
        int at = stepAt(stepCount++);
        bytes.put(at + Protocol.Step.KIND, (byte) kind);
        bytes.put(at + Protocol.Step.VCPU, (byte) vcpu);
        bytes.put(at + Protocol.Step.FLAGS, (byte) 0);
        bytes.put(at + Protocol.Step.SIZE, (byte) 0);
        bytes.putInt(at + Protocol.Step.NR, number);
        bytes.putLong(at + Protocol.Step.ARGS, argument);
        return at;
    }

    private int stepAt(int index) {
        return program + Protocol.Program.STEPS + index * Protocol.Step.BYTES;
    }

    private void flag(int at, int flag) {
        int flagsAt = at + Protocol.Step.FLAGS;
        bytes.put(flagsAt, (byte) (bytes.get(flagsAt) | flag));
    }

    private static void check(boolean fits, String what, int limit) {
        if (!fits) {
            throw new IllegalArgumentException("a program has at most " + limit + " " + what);
        }
    }
}
