package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every command that a page shows in a {@code console} block does what the page shows.
 *
 * <p>A line {@code $ ./shootdown …} is run in a folder of its own, in which the page's files lie: a
 * block that follows {@code <!-- file: NAME -->}, and from which the files of the repository can be
 * named as from its root. The lines below it are its output, {@code …} stands for any lines, and no
 * lines for any output. {@code $ echo $?} shows the exit code. Lines of measured values are left
 * out. {@code -Dgolden.refresh=true} rewrites outputs without {@code …}.
 */
class ShownCommandsTest {
    private static final Path ROOT = GeneratedPart.ROOT.toAbsolutePath().normalize();
    private static final List<String> OTHER_PAGES =
            List.of("README.md", "CONTRIBUTING.md", "scenarios/README.md", "traces/README.md");
    private static final String ANY = "…";
    private static final String PROMPT = "$ ";
    private static final String COMMAND = PROMPT + "./shootdown";

    @TempDir Path folder;
    private int lastExit;

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        for (String page : OTHER_PAGES) {
            pages.add(ROOT.resolve(page));
        }
        List<Path> showing = new ArrayList<>();
        for (Path page : pages) {
            if (Files.readString(page).contains("```console\n")) {
                showing.add(page);
            }
        }
        return showing;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void commandsDoWhatThePageShows(Path page) throws IOException {
        List<String> out = new ArrayList<>();
        List<String> lines = Files.readAllLines(page);
        String file = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            out.add(line);
            if (line.startsWith("<!-- file: ")) {
                file = line.substring("<!-- file: ".length(), line.indexOf(" -->"));
            } else if (line.startsWith("```") && line.length() > 3) {
                int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf("```");
                List<String> block = lines.subList(i + 1, end);
                if (line.equals("```console")) {
                    out.addAll(session(block));
                } else {
                    out.addAll(block);
                }
                if (!file.isEmpty()) {
                    Files.write(folder.resolve(file), block);
                    file = "";
                }
                out.add("```");
                i = end;
            }
        }
        if (Boolean.getBoolean("golden.refresh")) {
            Files.write(page, out);
        }
        assertThat(out).as(page.toString()).isEqualTo(Files.readAllLines(page));
    }

    /** What the block shows if its commands are run now; what is left open stays as it is. */
    private List<String> session(List<String> block) throws IOException {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < block.size(); ) {
            String prompt = block.get(i);
            int end = i + 1;
            while (end < block.size() && !block.get(end).startsWith(PROMPT)) {
                end++;
            }
            List<String> shown = block.subList(i + 1, end);
            out.add(prompt);
            List<String> now = run(prompt);
            if (shown.isEmpty() || (shown.contains(ANY) && matches(shown, now))) {
                out.addAll(shown);
            } else {
                assertThat(shown.contains(ANY))
                        .as("%s prints something else:%n%s", prompt, String.join("\n", now))
                        .isFalse();
                out.addAll(now);
            }
            i = end;
        }
        return out;
    }

    private static boolean matches(List<String> shown, List<String> now) {
        String pattern =
                shown.stream()
                        .map(line -> line.equals(ANY) ? "(?s:.*?)" : Pattern.quote(line + "\n"))
                        .collect(Collectors.joining());
        return (String.join("\n", now) + "\n").matches(pattern);
    }

    private List<String> run(String prompt) throws IOException {
        if (prompt.equals("$ echo $?")) {
            return List.of(Integer.toString(lastExit));
        }
        if (!prompt.startsWith(COMMAND)) {
            return List.of(); // shown for people: mvn, git, cat
        }
        String command = prompt.substring(COMMAND.length()).strip();
        int redirect = command.indexOf(" > ");
        String words = redirect < 0 ? command : command.substring(0, redirect);
        String[] arguments =
                Arrays.stream(words.split(" +"))
                        .filter(word -> !word.isEmpty())
                        .map(this::file)
                        .toArray(String[]::new);
        Interruption interruption = new Interruption();
        if (arguments[0].equals("explore")) {
            interruption.request(); // what ends it is Ctrl-C alone
        }
        Run run = Run.of(interruption, arguments);
        lastExit = run.exit();
        String text = run.err() + run.unmeasured();
        if (redirect >= 0) {
            write(command.substring(redirect + 3), run.out());
            text = run.err();
        }
        return text.replace(folder + "/", "").replace(ROOT + "/", "").lines().toList();
    }

    /** Into the folder; if the repository has that file, it is what the command writes. */
    private void write(String name, String text) throws IOException {
        Path kept = ROOT.resolve(name);
        if (Files.exists(kept)) {
            if (Boolean.getBoolean("golden.refresh")) {
                Files.writeString(kept, text);
            }
            assertThat(text).as(name).isEqualTo(Files.readString(kept));
        } else {
            Files.writeString(folder.resolve(name), text);
        }
    }

    /** A word that names a file of the page or of the repository, as a path; any other as it is. */
    private String file(String word) {
        for (Path place : List.of(folder, ROOT)) {
            if (Files.exists(place.resolve(word))) {
                return place.resolve(word).toString();
            }
        }
        return word;
    }
}
