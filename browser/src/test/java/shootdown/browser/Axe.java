package shootdown.browser;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.Page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Deque's axe-core, which finds what keeps people from using a page. */
final class Axe {
    private static final String SOURCE = read();

    /** Violations as lines: the rule, what it asks for, the elements that break it. */
    private static final String RUN =
            """
            async () => (await axe.run({ resultTypes: ['violations'], preload: false })).violations.flatMap(v =>
              v.nodes.map(n => v.id + ': ' + v.help + ': ' + n.target.join(' ') + ': '
                + n.failureSummary.replace(/\\s+/g, ' ')))
            """;

    private Axe() {}

    private static String read() {
        try (InputStream stream = Axe.class.getResourceAsStream("/axe.min.js")) {
            if (stream == null) {
                throw new IllegalStateException("axe.min.js is not on the class path");
            }
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void findsNothing(Page page) {
        page.evaluate(SOURCE);
        assertThat((List<?>) page.evaluate(RUN)).as("what axe finds").isEmpty();
    }
}
