package shootdown.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import javax.imageio.ImageIO;

/** The page of {@code cost --html} in a real browser, Debian's Chromium. */
class BrowserTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final String RECORDING =
            Path.of(System.getProperty("shootdown.root", ".."), "traces/full/idle.csv.gz")
                    .toString();

    @TempDir private Path folder;
    private Path page = Path.of("");

    @BeforeEach
    void make() {
        assumeThat(CHROMIUM).as("no Chromium: apt-get install chromium").exists();
        page = folder.resolve("cost.html");
        Run run = Run.of("cost", RECORDING, "--no-check", "--html", page.toString());
        assertThat(run.exit()).as(run.err()).isEqualTo(Exit.OK);
    }

    /** What it prints; a message of a script's is an error. */
    private String chromium(String... options) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.addAll(List.of(CHROMIUM.toString(), "--headless", "--no-sandbox", "--disable-gpu"));
        words.addAll(List.of("--hide-scrollbars", "--virtual-time-budget=10000"));
        words.addAll(List.of("--enable-logging=stderr", "--user-data-dir=" + folder + "/profile"));
        words.addAll(List.of(options));
        words.add(page.toUri().toString());
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process =
                new ProcessBuilder(words)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).as("Chromium hangs").isTrue();
        assertThat(Files.readString(err, UTF_8)).doesNotContain("CONSOLE");
        return Files.readString(out, UTF_8);
    }

    @Test
    void everyPlotIsDrawnWithShapesBesideColours() throws IOException, InterruptedException {
        String dom = chromium("--dump-dom");
        int plots = count(dom, "class=\"chart\"");
        assertThat(plots).isEqualTo(4);
        assertThat(dom).contains("data-drawn=\"" + plots + "\"");
        assertThat(count(dom, "<svg")).isEqualTo(plots);
        assertThat(dom).contains("<pattern", "stroke-dasharray");
        assertThat(dom).contains(">final +", ">per-entry<", ">linear-range");
    }

    @Test
    void thePageIsDrawnLightDarkNarrowAndOnPaper() throws IOException, InterruptedException {
        assertThat(corner("--window-size=1200,2000")).isEqualTo(0xffffffff);
        assertThat(corner("--window-size=400,2000")).isEqualTo(0xffffffff);
        assertThat(corner("--window-size=1200,2000", "--blink-settings=preferredColorScheme=0"))
                .isNotEqualTo(0xffffffff);
        Path pdf = folder.resolve("cost.pdf");
        chromium("--print-to-pdf=" + pdf);
        assertThat(pdf).isNotEmptyFile();
    }

    /** Takes a picture that is not blank, and gives the colour of its corner. */
    private int corner(String... options) throws IOException, InterruptedException {
        Path png = folder.resolve("cost.png");
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--screenshot=" + png);
        chromium(all.toArray(String[]::new));
        BufferedImage image = ImageIO.read(png.toFile());
        Set<Integer> colours = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                colours.add(image.getRGB(x, y));
            }
        }
        assertThat(colours).as("colours").hasSizeGreaterThan(100);
        return image.getRGB(0, 0);
    }

    private static int count(String text, String word) {
        return (int) Pattern.compile(Pattern.quote(word)).matcher(text).results().count();
    }
}
