package shootdown.report;

import java.text.Normalizer;

/** Texts in the characters that every mail program and every font has. */
final class Ascii {
    private static final char REPLACED = '?';

    private Ascii() {}

    /**
     * The text without accents, with a space for each tab or line end, and a question mark for each
     * character that is still no printable ASCII.
     */
    static String of(String text) {
        StringBuilder ascii = new StringBuilder();
        Normalizer.normalize(text, Normalizer.Form.NFKD)
                .codePoints()
                .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                .forEach(c -> ascii.append(of(c)));
        return ascii.toString();
    }

    private static char of(int c) {
        if (c == '\t' || c == '\n' || c == '\r') {
            return ' ';
        }
        return c >= ' ' && c <= '~' ? (char) c : REPLACED;
    }

    /** The text with a dotted end in place of what is longer. */
    static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 3) + "...";
    }
}
