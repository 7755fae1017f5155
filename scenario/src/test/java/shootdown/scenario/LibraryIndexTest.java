package shootdown.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The library's headers are complete, lead somewhere, and are listed in its index. */
class LibraryIndexTest {
    private static final Path ROOT = Path.of(System.getProperty("shootdown.root", ".."));
    private static final Path LIBRARY = ROOT.resolve("scenarios");

    /** What a row of facts is called: facts 10.1 U21. */
    private static final Pattern ROW = Pattern.compile("\\b[A-Z][0-9]{1,2}\\b");

    private static final Pattern FACTS =
            Pattern.compile("\\bfacts ((?:[A-F]\\.)?[0-9]+(?:\\.[0-9]+)?|T[0-9]+)");
    private static final Pattern CLAIM = Pattern.compile("\\bclaim ([0-9]+)");
    private static final Pattern PAGE = Pattern.compile("\\bdocs/[a-z0-9/-]+\\.md");

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(LIBRARY)) {
            return all.filter(file -> file.toString().endsWith(".scn")).sorted().toList();
        }
    }

    private static Scenario read(Path file) {
        Document document = Scenarios.read(file);
        assertThat(document).as(file.toString()).isInstanceOf(Scenario.class);
        return (Scenario) document;
    }

    @Test
    void indexListsEveryScenario() throws IOException {
        List<String> index = new ArrayList<>();
        String folder = "";
        for (Path file : files()) {
            Path relative = LIBRARY.relativize(file);
            String parent = String.valueOf(relative.getParent());
            if (!parent.equals(folder)) {
                folder = parent;
                index.addAll(
                        List.of(
                                "",
                                "### " + folder,
                                "",
                                "| number | rule | from |",
                                "|---|---|---|"));
            }
            Scenario scenario = read(file);
            String number = String.valueOf(relative.getFileName()).substring(0, 3);
            index.add(
                    "| %s | [%s](%s) | %s |"
                            .formatted(
                                    number,
                                    scenario.title(),
                                    relative.toString().replace('\\', '/'),
                                    String.join(" ", scenario.from())));
        }
        compare(String.join("\n", index) + "\n\n");
    }

    /** Between the two marks; -Dgolden.refresh=true writes it anew. */
    private static void compare(String index) throws IOException {
        Path page = LIBRARY.resolve("README.md");
        String text = Files.readString(page);
        String start = "<!-- generated: index -->\n";
        int from = text.indexOf(start) + start.length();
        int to = text.indexOf("<!-- end -->", from);
        assertThat(from).isGreaterThanOrEqualTo(start.length());
        assertThat(to).isPositive();
        if (Boolean.getBoolean("golden.refresh")) {
            Files.writeString(page, text.substring(0, from) + index + text.substring(to));
        } else {
            assertThat(text.substring(from, to))
                    .as("the index; rewrite it with -Dgolden.refresh=true")
                    .isEqualTo(index);
        }
    }

    @Test
    void headersAreComplete() throws IOException {
        Set<String> titles = new TreeSet<>();
        for (Path file : files()) {
            Scenario scenario = read(file);
            assertThat(titles.add(scenario.title())).as("title of %s is its own", file).isTrue();
            assertThat(scenario.shows()).as("what %s shows", file).isNotEmpty();
            assertThat(scenario.from()).as("where %s comes from", file).isNotEmpty();
        }
    }

    @Test
    void whereTheyComeFromIsThere() throws IOException {
        String facts = Files.readString(ROOT.resolve("docs/facts.md"));
        String hardware = Files.readString(ROOT.resolve("docs/hardware.md"));
        String thread = Files.readString(ROOT.resolve("docs/thread.md"));
        Set<String> missing = new TreeSet<>();
        for (Path file : files()) {
            String from = String.join(" ", read(file).from());
            int references = 0;
            for (Matcher m = FACTS.matcher(from); m.find(); references++) {
                String number = m.group(1);
                boolean there =
                        facts.contains("**" + number + " ")
                                || facts.contains("## " + number + " ")
                                || facts.contains("## " + number + ",")
                                || facts.contains("| " + number + " |");
                note(there, file, m.group(), missing);
            }
            for (Matcher m = ROW.matcher(from); m.find(); references++) {
                Pattern row =
                        Pattern.compile(
                                "(?m)^\\|[^|]*\\b" + m.group() + "\\b|\\b" + m.group() + ": ");
                note(row.matcher(facts + hardware).find(), file, m.group(), missing);
            }
            for (Matcher m = CLAIM.matcher(from); m.find(); references++) {
                note(thread.contains("\n| " + m.group(1) + " |"), file, m.group(), missing);
            }
            for (Matcher m = PAGE.matcher(from); m.find(); references++) {
                note(Files.exists(ROOT.resolve(m.group())), file, m.group(), missing);
            }
            note(references > 0, file, "anything that can be looked up", missing);
        }
        assertThat(missing).isEmpty();
    }

    /** One that tells how it breaks, if it is expected to break anywhere. */
    @Test
    void everyPolicyHasAScenario() throws IOException {
        Set<String> kept = new TreeSet<>();
        Set<String> broken = new TreeSet<>();
        for (Path file : files()) {
            for (Section section : read(file).sections()) {
                boolean breaks =
                        section.expectations().stream()
                                .anyMatch(e -> e instanceof Expectation.Breaks);
                (breaks ? broken : kept).addAll(section.policies());
            }
        }
        for (CatalogueEntry entry : Catalogue.entries()) {
            Set<String> where = entry.expectations().isEmpty() ? kept : broken;
            assertThat(where).contains(entry.name());
        }
    }

    private static void note(boolean there, Path file, String what, Set<String> missing) {
        if (!there) {
            missing.add(LIBRARY.relativize(file) + ": " + what);
        }
    }
}
