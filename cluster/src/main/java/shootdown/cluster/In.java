package shootdown.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** A message that is being read, as {@link Out} wrote it. */
final class In {
    private final byte[] bytes;
    private int at;

    In(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isAtEnd() {
        return at == bytes.length;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = bytes[at++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalStateException("not a number");
    }

    /** Reads a number that fits. */
    int small() {
        return Math.toIntExact(number());
    }

    long word() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            value |= (bytes[at++] & 0xFFL) << shift;
        }
        return value;
    }

    boolean flag() {
        return number() != 0;
    }

    String text() {
        return new String(bytes(), UTF_8);
    }

    byte[] bytes() {
        int length = small();
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }
}
