package shootdown.xen;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One domain's mailbox in the shared memory. The words that hand something over are written with
 * release and read with acquire semantics; everything else is plain memory that belongs to one side
 * at a time.
 */
final class Mailbox {
    private static final VarHandle WORD =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ByteBuffer bytes;

    /** A view of the mailbox at a machine address. */
    Mailbox(ByteBuffer ram, long address) {
        if (address < 0 || address + Protocol.MAILBOX_SIZE > ram.capacity()) {
            throw new CannotRun("the agent's mailbox is outside of memory: " + address);
        }
        bytes = ram.slice((int) address, Protocol.MAILBOX_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The mailbox's memory, little-endian. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** A word that the other side wrote before or with what it tells. */
    long acquire(int offset) {
        return (long) WORD.getAcquire(bytes, offset);
    }

    void release(int offset, long value) {
        WORD.setRelease(bytes, offset, value);
    }

    boolean isReady() {
        return acquire(Protocol.Header.STATE) == Protocol.STATE_READY
                && bytes.getLong(Protocol.Header.MAGIC) == Protocol.MAGIC
                && bytes.getLong(Protocol.Header.VERSION) == Protocol.VERSION;
    }

    boolean hasFailed() {
        return acquire(Protocol.Header.STATE) == Protocol.STATE_FAILED;
    }

    /** Why the agent could not come up. */
    String failure() {
        return lastWords() + " (" + bytes.getLong(Protocol.Header.ERROR) + ")";
    }

    /** What the agent said before it gave up; empty as long as it has not. */
    String lastWords() {
        byte[] text = new byte[Protocol.Header.ERROR_TEXT_SIZE];
        bytes.get(Protocol.Header.ERROR_TEXT, text);
        String words = new String(text, US_ASCII);
        int end = words.indexOf('\0');
        return end < 0 ? words : words.substring(0, end);
    }
}
