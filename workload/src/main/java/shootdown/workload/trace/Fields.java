package shootdown.workload.trace;

import java.util.Arrays;

/**
 * The fields of one line, taken one after the other. Each knows its name and range, so that a line
 * that does not fit is refused with the field, what was expected and what is there.
 *
 * <p>Cost: one pass over the bytes; nothing is allocated but words never seen before.
 */
final class Fields {
    /** How many columns come before an event's own: dt, cpu, task, event. */
    private static final int COMMON = 4;

    private static final byte[] NIBBLES = nibbles();
    private static final int LONGEST_DECIMAL = 18;
    private static final int LONGEST_HEX = 16;

    private final Lines lines;
    private final Words words = new Words();
    private final byte[] bytes;

    /** Where the next field begins; beyond {@code end} if there is none. */
    private int at;

    private int end;
    private String event = "";
    private int columns;
    private char separator = ',';

    Fields(Lines lines) {
        this.lines = lines;
        this.bytes = lines.bytes();
    }

    private static byte[] nibbles() {
        byte[] nibbles = new byte[256];
        Arrays.fill(nibbles, (byte) -1);
        for (int i = 0; i < 16; i++) {
            nibbles[Character.forDigit(i, 16)] = (byte) i;
        }
        return nibbles;
    }

    /** Begins with the line that {@link Lines} is at. */
    void begin() {
        at = lines.start();
        end = lines.end();
        event = "";
        columns = -1;
        separator = ',';
    }

    /** The event's name as a number, a byte for each character; 0 if it has more than three. */
    int eventCode() {
        int code = 0;
        int i = at;
        while (i < end && bytes[i] != ',') {
            code = (code << 8) | (bytes[i] & 0xff);
            i++;
        }
        if (i >= at + 4) {
            return 0;
        }
        at = i + 1;
        return code;
    }

    /** What the line has after the event's name: so many columns of this event. */
    void expect(String ofEvent, int ownColumns) {
        event = ofEvent;
        columns = ownColumns;
    }

    /** A decimal number from 0. */
    long decimal(String field, long most) {
        int i = at;
        long value = 0;
        while (i < end) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = 10 * value + digit;
            i++;
        }
        int length = i - at;
        if (length <= 0 || length > LONGEST_DECIMAL || value > most || !endsAt(i)) {
            throw wrong(field, "a decimal number of at most " + most);
        }
        at = i + 1;
        return value;
    }

    /** A decimal number from 0 that is an int. */
    int count(String field, int most) {
        return (int) decimal(field, most);
    }

    int count(String field) {
        return count(field, Integer.MAX_VALUE);
    }

    /** A decimal number with a sign if it is negative. */
    int signed(String field) {
        boolean negative = at < end && bytes[at] == '-';
        if (negative) {
            at++;
        }
        int value = count(field);
        return negative ? -value : value;
    }

    /** A hexadecimal number, without any prefix. */
    long hex(String field, long most) {
        int i = at;
        long value = 0;
        while (i < end) {
            int nibble = NIBBLES[bytes[i] & 0xff];
            if (nibble < 0) {
                break;
            }
            value = value << 4 | nibble;
            i++;
        }
        int length = i - at;
        if (length <= 0
                || length > LONGEST_HEX
                || Long.compareUnsigned(value, most) > 0
                || !endsAt(i)) {
            throw wrong(field, "a hexadecimal number of at most " + Long.toHexString(most));
        }
        at = i + 1;
        return value;
    }

    /** Any 64 bits. */
    long hex(String field) {
        return hex(field, -1L);
    }

    /** A hexadecimal number that follows {@code 0x}. */
    long prefixedHex(String field) {
        text(field, "0x");
        return hex(field);
    }

    /** 0 or 1. */
    boolean bit(String field) {
        return decimal(field, 1) == 1;
    }

    /** Text up to the next comma, which may be empty. */
    String word(String field) {
        int i = at;
        while (i < end && bytes[i] != ',') {
            i++;
        }
        if (at > end) {
            throw wrong(field, "a word");
        }
        String word = words.of(bytes, at, i);
        at = i + 1;
        return word;
    }

    /** One character. */
    char letter(String field, String among) {
        if (at < end && endsAt(at + 1) && among.indexOf(bytes[at]) >= 0) {
            char letter = (char) bytes[at];
            at += 2;
            return letter;
        }
        throw wrong(field, "one of " + String.join(", ", among.split("")));
    }

    /** Text that has to be here. */
    void text(String field, String text) {
        if (!literally(text)) {
            throw wrong(field, "'%s'".formatted(text));
        }
    }

    /** What ends the numbers that are taken from now on, a comma at first. */
    void separatedBy(char mark) {
        separator = mark;
    }

    /** Passes over the text, if the rest begins so. */
    private boolean literally(String text) {
        if (end - at < text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[at + i] != text.charAt(i)) {
                return false;
            }
        }
        at += text.length();
        return true;
    }

    /** Passes over {@code ?}, which stands for a value that is not known, if it is here. */
    boolean isUnknown() {
        return literally("?,");
    }

    /** Nothing more may follow. */
    void end() {
        if (at <= end) {
            throw wrongColumns();
        }
    }

    private boolean endsAt(int i) {
        return i >= end || bytes[i] == separator;
    }

    /** What is wrong with the field that was to be taken now. */
    TraceException wrong(String field, String expected) {
        if (columns >= 0 ? found() != columns : found() < 0) {
            return wrongColumns();
        }
        int from = fieldStart();
        int to = from;
        while (to < lines.end() && bytes[to] != ',') {
            to++;
        }
        return lines.complaint(
                (event + " " + field).strip(),
                "field '%s'%s: expected %s, found %s"
                        .formatted(
                                field,
                                event.isEmpty() ? "" : " of " + event,
                                expected,
                                TraceException.shown(bytes, from, to)));
    }

    /** What is wrong with the field that was taken last. */
    TraceException wrongBefore(String field, String expected) {
        at--;
        return wrong(field, expected);
    }

    private int fieldStart() {
        int from = Math.min(at, lines.end());
        while (from > lines.start() && bytes[from - 1] != ',') {
            from--;
        }
        return from;
    }

    /** Columns of the line that are the event's own. */
    private int found() {
        int found = 1 - COMMON;
        for (int i = lines.start(); i < lines.end(); i++) {
            if (bytes[i] == ',') {
                found++;
            }
        }
        return found;
    }

    private TraceException wrongColumns() {
        if (columns < 0) {
            return lines.complaint(
                    "columns",
                    "expected dt,cpu,task,event and its fields, found "
                            + TraceException.shown(bytes, lines.start(), lines.end()));
        }
        return lines.complaint(
                event + " columns",
                "%s has %d %s after its name, found %d"
                        .formatted(event, columns, columns == 1 ? "field" : "fields", found()));
    }

    /** The event's name is none. */
    TraceException unknownEvent(String known) {
        if (found() < 0) {
            return wrongColumns();
        }
        int from = lines.start();
        for (int commas = 1; commas < COMMON; from++) {
            commas += bytes[from] == ',' ? 1 : 0;
        }
        int to = from;
        while (to < end && bytes[to] != ',') {
            to++;
        }
        return lines.complaint(
                "unknown event",
                "unknown event %s; there are %s"
                        .formatted(TraceException.shown(bytes, from, to), known));
    }
}
