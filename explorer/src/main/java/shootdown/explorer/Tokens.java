package shootdown.explorer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words, numbers and signs of an expression, one after the other. */
final class Tokens {
    private static final int SHOWN = 24;

    private static final Pattern TOKEN =
            Pattern.compile(
                    "[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*"
                            + "|[0-9][A-Za-z0-9]*"
                            + "|==|!=|<=|>=|&&|\\|\\||[<>()\\[\\].!]");

    /**
     * One of them.
     *
     * @param text empty at the end
     * @param column from 1
     */
    record Token(String text, int column) {
        boolean is(String word) {
            return text.equals(word);
        }

        boolean isWord() {
            return !text.isEmpty() && Character.isLetter(text.charAt(0));
        }

        boolean isNumber() {
            return !text.isEmpty() && Character.isDigit(text.charAt(0));
        }

        /** For messages. */
        String shown() {
            if (text.isEmpty()) {
                return "the end";
            }
            return "'" + (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…") + "'";
        }

        ExpressionError error(String problem) {
            return new ExpressionError(column, problem);
        }

        ExpressionError expected(String what) {
            return error("%s does not fit here; expected %s".formatted(shown(), what));
        }
    }

    private final List<Token> tokens;
    private int at;

    Tokens(String text) {
        tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        int from = 0;
        while (from < text.length()) {
            if (Character.isWhitespace(text.charAt(from))) {
                from++;
            } else if (matcher.find(from) && matcher.start() == from) {
                tokens.add(new Token(matcher.group(), from + 1));
                from = matcher.end();
            } else {
                String sign = Character.toString(text.codePointAt(from));
                throw new ExpressionError(
                        from + 1,
                        "'%s' is no sign of the language%s"
                                .formatted(sign, sign.equals("=") ? "; equality is '=='" : ""));
            }
        }
        tokens.add(new Token("", text.length() + 1));
    }

    /** The next one; it stays the next. */
    Token peek() {
        return tokens.get(at);
    }

    /** The next one, taken; the end is never passed. */
    Token take() {
        Token token = tokens.get(at);
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    /** Takes the next one if it is one of these. */
    boolean takes(String... words) {
        for (String word : words) {
            if (peek().is(word)) {
                take();
                return true;
            }
        }
        return false;
    }

    /** Takes a sign that must stand here. */
    void require(String sign) {
        Token token = take();
        if (!token.is(sign)) {
            throw token.expected("'" + sign + "'");
        }
    }
}
