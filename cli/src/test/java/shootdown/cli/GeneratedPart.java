package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A part of a page that is made from the product: what stands between {@code <!-- generated: NAME
 * -->} and the next {@code <!-- end -->}. Compared with the product, or rewritten with {@code
 * -Dgolden.refresh=true}.
 */
final class GeneratedPart {
    static final Path ROOT = Path.of(System.getProperty("shootdown.root", ".."));
    private static final String END = "<!-- end -->";

    private GeneratedPart() {}

    static void check(String page, String name, String text) throws IOException {
        Path file = ROOT.resolve(page);
        String all = Files.readString(file);
        String start = String.format(Locale.ROOT, "<!-- generated: %s -->%n", name);
        int from = all.indexOf(start);
        assertThat(from).as(page + " has a part '" + name + "'").isNotNegative();
        int first = from + start.length();
        int end = all.indexOf(END, first);
        assertThat(end).as(page + " ends the part '" + name + "'").isNotNegative();
        if (Boolean.getBoolean("golden.refresh")) {
            Files.writeString(file, all.substring(0, first) + text + all.substring(end));
        } else {
            assertThat(all.substring(first, end))
                    .as("%s, part '%s'; rewrite it with -Dgolden.refresh=true", page, name)
                    .isEqualTo(text);
        }
    }

    /** The same for a page that is nothing else. */
    static void checkPage(String page, String text) throws IOException {
        Path file = ROOT.resolve(page);
        if (Boolean.getBoolean("golden.refresh")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(text)
                .as("%s; rewrite it with -Dgolden.refresh=true", page)
                .isEqualTo(Files.exists(file) ? Files.readString(file) : "");
    }
}
