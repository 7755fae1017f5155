package shootdown.xen;

import java.nio.ByteBuffer;

/**
 * What a program did on real Xen: a view of the shared memory, without objects of its own.
 *
 * <p>Valid until the next call of the instance that gave it.
 */
public final class Result {
    private final ByteBuffer bytes;
    private int result;
    private int data;

    Result(Mailbox mailbox) {
        this.bytes = mailbox.bytes();
    }

    /** Moves the view to a slot. */
    Result at(int slot) {
        result = Protocol.slot(slot) + Protocol.Result.AT;
        data = Protocol.slot(slot) + Protocol.Data.AT;
        return this;
    }

    private int status() {
        return bytes.getInt(result + Protocol.Result.STATUS);
    }

    /** Whether the agent could not undo what the program did; the machine is restored by itself. */
    public boolean isDirty() {
        return (status() & Protocol.Result.STATUS_DIRTY) != 0;
    }

    /** Whether there were more changes than fit, so that the records are not complete. */
    public boolean isTruncated() {
        return (status() & Protocol.Result.STATUS_TRUNCATED) != 0;
    }

    /**
     * Whether there were references in the end that nothing held. The agent has taken them away.
     */
    public boolean hasLost() {
        return (status() & Protocol.Result.STATUS_LOST) != 0;
    }

    boolean isMalformed() {
        return (status() & Protocol.Result.STATUS_MALFORMED) != 0;
    }

    /** The first frame that the reset could not put right. */
    public long dirtyMfn() {
        return bytes.getLong(result + Protocol.Result.DIRTY_MFN);
    }

    /** Its count_info. */
    public long dirtyCount() {
        return bytes.getLong(result + Protocol.Result.DIRTY_COUNT);
    }

    /** Its type_info. */
    public long dirtyType() {
        return bytes.getLong(result + Protocol.Result.DIRTY_TYPE);
    }

    /** How long the steps took in the guest, in nanoseconds; no part of the answer. */
    public long runNanos() {
        return bytes.getLong(result + Protocol.Result.RUN_NS);
    }

    /** How long the reset took in the guest, in nanoseconds; no part of the answer. */
    public long resetNanos() {
        return bytes.getLong(result + Protocol.Result.RESET_NS);
    }

    /** How many steps were done. */
    public int steps() {
        return bytes.getInt(result + Protocol.Result.STEPS_DONE);
    }

    /** What a step returned: RAX of a hypercall, what was read; 0 after a fault. */
    public long value(int step) {
        return bytes.getLong(stepAt(step) + Protocol.StepResult.VALUE);
    }

    /** The vector of a step's fault, or -1. */
    public int fault(int step) {
        return Byte.toUnsignedInt(bytes.get(stepAt(step) + Protocol.StepResult.FAULT)) - 1;
    }

    public int errorCode(int step) {
        return bytes.getInt(stepAt(step) + Protocol.StepResult.ERROR_CODE);
    }

    /** The address of a page fault (CR2), else 0. */
    public long faultAddress(int step) {
        return bytes.getLong(stepAt(step) + Protocol.StepResult.ADDRESS);
    }

    /** Where the fault was, 0 if there was none. */
    public long faultRip(int step) {
        return bytes.getLong(stepAt(step) + Protocol.StepResult.RIP);
    }

    /** A word of the data area, as the program left it. */
    public long dataLong(int offset) {
        return bytes.getLong(data + offset);
    }

    public int dataInt(int offset) {
        return bytes.getInt(data + offset);
    }

    public short dataShort(int offset) {
        return bytes.getShort(data + offset);
    }

    public byte dataByte(int offset) {
        return bytes.get(data + offset);
    }

    int startChanges() {
        return bytes.getInt(result + Protocol.Result.START_CHANGES);
    }

    int changes(int step) {
        return Short.toUnsignedInt(bytes.getShort(stepAt(step) + Protocol.StepResult.NCHANGES));
    }

    int changedFrame(int change) {
        return Short.toUnsignedInt(bytes.getShort(changeAt(change) + Protocol.Change.FRAME));
    }

    int changedWord(int change) {
        return Short.toUnsignedInt(bytes.getShort(changeAt(change) + Protocol.Change.WORD));
    }

    long changedValue(int change) {
        return bytes.getLong(changeAt(change) + Protocol.Change.VALUE);
    }

    private int stepAt(int step) {
        return result + Protocol.Result.STEPS + step * Protocol.StepResult.BYTES;
    }

    private int changeAt(int change) {
        return result + Protocol.Result.CHANGES + change * Protocol.Result.CHANGE_SIZE;
    }
}
