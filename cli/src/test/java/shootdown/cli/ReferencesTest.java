package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.checker.Universes;
import shootdown.policy.Catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What code and pages refer to is there: facts, claims, rules, traces, policies, universes. Links
 * are followed by the tests of the site.
 */
class ReferencesTest {
    private static final Path ROOT = GeneratedPart.ROOT;
    private static final Pattern FACTS =
            Pattern.compile("\\b(?:facts|\\(facts)\\s+((?:[A-F]\\.)?[0-9]+(?:\\.[0-9]+)?|T[0-9]+)");
    private static final Pattern CLAIMS =
            Pattern.compile("\\b[Cc]laims?\\s+([0-9]+)(?:(?:,| and| to)\\s+([0-9]+))*");
    private static final Pattern QUOTE =
            Pattern.compile(
                    "<!-- source: (\\S+) -->\\n *```[a-z]+\\n(.*?)\\n *```\\n", Pattern.DOTALL);
    private static final Pattern EXPLAIN =
            Pattern.compile("shootdown explain\\s+([a-z0-9-]+)\\s+(u[a-z0-9-]+)");

    private static List<Path> files(String... endings) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(ROOT)) {
            for (Path file : all.toList()) {
                String name = ROOT.relativize(file).toString();
                boolean built = name.contains("target/") || name.startsWith(".");
                for (String ending : endings) {
                    if (!built && name.endsWith(ending) && Files.isRegularFile(file)) {
                        files.add(file);
                    }
                }
            }
        }
        return files;
    }

    /** Comments are joined, so that a reference may be broken between lines. */
    private static String text(Path file) throws IOException {
        return Files.readString(file).replaceAll("\\n\\s*(?:\\*|//)? ?", " ");
    }

    @Test
    void factsAreInTheFacts() throws IOException {
        String facts = Files.readString(ROOT.resolve("docs/facts.md"));
        Set<String> missing = new TreeSet<>();
        for (Path file : files(".md", ".java")) {
            for (MatchResult found : FACTS.matcher(text(file)).results().toList()) {
                String number = found.group(1);
                boolean there =
                        facts.contains("**" + number + " ")
                                || facts.contains("## " + number + " ")
                                || facts.contains("## " + number + ",")
                                || facts.contains("| " + number + " |");
                if (!there) {
                    missing.add(ROOT.relativize(file) + ": facts " + number);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void claimsAreInTheThread() throws IOException {
        String thread = Files.readString(ROOT.resolve("docs/thread.md"));
        Set<String> missing = new TreeSet<>();
        Set<String> seen = new HashSet<>();
        for (Path file : files(".md", ".java")) {
            for (MatchResult found : CLAIMS.matcher(text(file)).results().toList()) {
                for (String word : found.group().split("[^0-9]+")) {
                    if (!word.isEmpty() && !thread.contains("\n| " + word + " |")) {
                        missing.add(ROOT.relativize(file) + ": claim " + word);
                    }
                    seen.add(word);
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(seen).isNotEmpty();
    }

    @Test
    void storiesThatPagesNameCanBeAskedFor() throws IOException {
        Set<String> unknown = new TreeSet<>();
        for (Path page : files(".md")) {
            for (MatchResult found : EXPLAIN.matcher(text(page)).results().toList()) {
                if (Catalogue.find(found.group(1)).isEmpty()
                        || Universes.find(found.group(2)).isEmpty()) {
                    unknown.add(ROOT.relativize(page) + ": " + found.group());
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    /** A block below {@code <!-- source: FILE -->} stands in the file, perhaps further indented. */
    @Test
    void codeThatPagesQuoteStandsInItsFile() throws IOException {
        Set<String> wrong = new TreeSet<>();
        int quotes = 0;
        for (Path page : files(".md")) {
            for (MatchResult found : QUOTE.matcher(Files.readString(page)).results().toList()) {
                quotes++;
                Path file = ROOT.resolve(found.group(1));
                String block = withoutIndent(found.group(2));
                if (!Files.exists(file) || !withoutIndent(Files.readString(file)).contains(block)) {
                    wrong.add(ROOT.relativize(page) + ": " + found.group(1));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(quotes).isPositive();
    }

    private static String withoutIndent(String text) {
        return text.replaceAll("(?m)^ +", "");
    }
}
