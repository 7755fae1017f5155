package shootdown.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares with a file, or rewrites it: {@code -Dgolden.refresh=true}. */
final class Golden {
    private static final Path FOLDER =
            Path.of(System.getProperty("shootdown.root", ".."), "report/src/test/resources/golden");

    private Golden() {}

    static void check(String name, Page page) throws IOException {
        check(name, page.text());
        assertThat(page.text().lines()).allMatch(line -> line.length() <= Page.WIDTH);
    }

    static void check(String name, String text) throws IOException {
        Path file = FOLDER.resolve(name);
        if (Boolean.getBoolean("golden.refresh")) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
    }
}
