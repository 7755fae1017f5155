package shootdown.scenario;

import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.Vocabulary;
import org.jspecify.annotations.Nullable;

import shootdown.scenario.grammar.ScenarioParser;
import shootdown.words.Nearest;

import java.util.ArrayList;
import java.util.List;

/** Ends parsing at the first word that does not fit, and says what would. */
final class SyntaxErrors extends BaseErrorListener {
    private static final int LISTED = 6;

    private final String file;

    SyntaxErrors(String file) {
        this.file = file;
    }

    @Override
    public void syntaxError(
            Recognizer<?, ?> recognizer,
            @Nullable Object symbol,
            int line,
            int column,
            String message,
            @Nullable RecognitionException problem) {
        Parser parser = (Parser) recognizer;
        refuseUnknownLevel(parser);
        List<String> expected = new ArrayList<>();
        for (int type :
                (problem == null ? parser.getExpectedTokens() : problem.getExpectedTokens())
                        .toList()) {
            expected.add(describe(type, recognizer.getVocabulary()));
        }
        throw ScenarioError.at(file, line, column + 1, says((Token) symbol, expected));
    }

    /** {@code L3: l9} is read as two names of frames, the second one without its colon. */
    private void refuseUnknownLevel(Parser parser) {
        if (parser.getContext() instanceof ScenarioParser.FrameContext) {
            Token word = parser.getTokenStream().LT(-1);
            if (word != null && word.getText().matches("l[0-9]+")) {
                String name = shortened(word.getText());
                throw ScenarioError.at(
                        file,
                        word.getLine(),
                        word.getCharPositionInLine() + 1,
                        "there is no level '%s'; there are l1 to l4".formatted(name));
            }
        }
    }

    private static String says(@Nullable Token token, List<String> expected) {
        boolean atEnd = token == null || token.getType() == Token.EOF;
        String word = token == null || atEnd ? "" : token.getText();
        String found = atEnd ? "the end of the file" : "'" + shortened(word) + "'";
        boolean keyword = word.matches("[a-z_]+") && expected.contains("a name");
        String nearest = Nearest.of("'" + word + "'", expected);
        if (word.matches("[A-Za-z_-]{2,}")
                && !keyword
                && Nearest.isSlip("'" + word + "'", nearest)) {
            return "%s does not fit here; did you mean %s?".formatted(found, nearest);
        }
        String wanted = expected.isEmpty() ? "something else" : list(expected);
        String hint = keyword ? " (a word of the language cannot be a name)" : "";
        return "%s does not fit here; expected %s%s".formatted(found, wanted, hint);
    }

    private static String list(List<String> expected) {
        if (expected.size() <= LISTED) {
            return String.join(" or ", expected);
        }
        return String.join(", ", expected.subList(0, LISTED))
                + " or one of %d more".formatted(expected.size() - LISTED);
    }

    private static String describe(int type, Vocabulary vocabulary) {
        return switch (type) {
            case ScenarioParser.NAME -> "a name";
            case ScenarioParser.NUMBER -> "a number";
            case ScenarioParser.STRING -> "text in quotes";
            case ScenarioParser.CPU -> "a CPU such as cpu0";
            case ScenarioParser.LEVEL -> "a level l1 to l4";
            case ScenarioParser.ERRNO -> "an error such as -EINVAL";
            case Token.EOF -> "the end of the file";
            default -> vocabulary.getDisplayName(type);
        };
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 36) + "…";
    }
}
