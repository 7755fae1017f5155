package shootdown.browser;

import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Measures the page of a story; asserts nothing about times. Its name keeps it out of the build:
 * run it by name, with {@code -Dtest=PageFigures}.
 */
@InBrowser
class PageFigures {
    /** The longest of the stories that the default table tells. */
    private static final List<String> LONGEST =
            List.of(System.getProperty("figures.story", "draft u12-life-xpti-pcid").split(" "));

    private static final int ROUNDS = 5;

    private static final String PAINTED = "performance.getEntriesByName('first-contentful-paint')";

    @TempDir private Path folder;

    @RegisterExtension final Tab tab = new Tab();

    /** The time from a key to the frame after what it changed was laid out and painted. */
    private static final String STEP =
            """
            async () => {
              const from = performance.now();
              document.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
              document.body.offsetHeight;
              const drawn = performance.now();
              await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
              return [drawn - from, performance.now() - from];
            }
            """;

    @Test
    void ofTheLongestStory() throws Exception {
        Path file = folder.resolve("story.html");
        Command.run("explain", LONGEST.get(0), LONGEST.get(1), "--html", file.toString());
        System.out.printf("%s: %,d bytes%n", String.join(" ", LONGEST), Files.size(file));
        for (int round = 0; round < ROUNDS; round++) {
            Page page = tab.open(file);
            page.waitForCondition(() -> (boolean) page.evaluate(PAINTED + ".length > 0"));
            double paint = number(page.evaluate(PAINTED + "[0].startTime"));
            int steps = page.locator("#steps a.step").count() - 1;
            double[] drawn = new double[steps];
            double[] shown = new double[steps];
            for (int n = 0; n < steps; n++) {
                List<?> times = (List<?>) page.evaluate(STEP);
                drawn[n] = number(times.get(0));
                shown[n] = number(times.get(1));
            }
            double heap = heap(page);
            System.out.printf(
                    "first paint %.0f ms; %d steps: drawn in %s, on the screen after %s; heap %.1f"
                            + " MB%n",
                    paint, steps, medianAndMost(drawn), medianAndMost(shown), heap / 1e6);
        }
    }

    private static double heap(Page page) {
        CDPSession session = page.context().newCDPSession(page);
        var usage = session.send("Runtime.getHeapUsage");
        session.detach();
        return usage.get("usedSize").getAsDouble();
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }

    private static String medianAndMost(double[] times) {
        Arrays.sort(times);
        return "%.1f ms (most %.1f)".formatted(times[times.length / 2], times[times.length - 1]);
    }
}
