package shootdown.scenario;

import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

import shootdown.scenario.grammar.ScenarioLexer;
import shootdown.scenario.grammar.ScenarioParser;

import java.nio.file.Path;
import java.util.List;

/** Reads and writes the scenario language: text to records and back. */
public final class Scenarios {
    /** Brackets within brackets; the grammar needs three. */
    private static final int DEEPEST = 24;

    private Scenarios() {}

    /**
     * Reads a file.
     *
     * @throws ScenarioError if it is not a correct scenario or universe
     */
    public static Document read(Path path) {
        return parse(TextFile.read(path), path.toString());
    }

    /**
     * Reads a text.
     *
     * @param file what messages call it
     * @throws ScenarioError if it is not a correct scenario or universe
     */
    public static Document parse(String text, String file) {
        ScenarioLexer lexer = new ScenarioLexer(CharStreams.fromString(text, file));
        lexer.removeErrorListeners();
        lexer.addErrorListener(new StrayCharacters(file));
        CommonTokenStream tokens = new CommonTokenStream(lexer);
        tokens.fill();
        checkDepth(tokens.getTokens(), file);
        ScenarioParser parser = new ScenarioParser(tokens);
        parser.removeErrorListeners();
        parser.addErrorListener(new SyntaxErrors(file));
        return new DocumentReader(file).read(parser.file());
    }

    /** The canonical text, which reads back as an equal document. */
    public static String print(Document document) {
        return switch (document) {
            case Scenario scenario -> new Printer(scenario.setting()).scenario(scenario);
            case UniverseFile universe -> new Printer(universe.setting()).universe(universe);
        };
    }

    private static void checkDepth(List<Token> tokens, String file) {
        int depth = 0;
        for (Token token : tokens) {
            String text = token.getText();
            if (text.equals("{") || text.equals("(") || text.equals("not")) {
                depth++;
            } else if (text.equals("}") || text.equals(")")) {
                depth = Math.max(0, depth - 1);
            } else if (text.equals("always") || text.equals("sometimes") || text.equals("never")) {
                depth = Math.min(depth, 2);
            }
            if (depth > DEEPEST) {
                throw ScenarioError.at(
                        file,
                        token.getLine(),
                        token.getCharPositionInLine() + 1,
                        "this is nested too deeply");
            }
        }
    }

    /** A character that no word of the language has. */
    private static final class StrayCharacters extends BaseErrorListener {
        private final String file;

        StrayCharacters(String file) {
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
            ScenarioLexer lexer = (ScenarioLexer) recognizer;
            int stray = lexer.getInputStream().LA(1);
            String problemText =
                    lexer._input.index() < lexer._input.size() && stray != '"'
                            ? "a character that the language does not have"
                            : "this text in quotes has no end on its line";
            throw ScenarioError.at(file, line, column + 1, problemText);
        }
    }
}
