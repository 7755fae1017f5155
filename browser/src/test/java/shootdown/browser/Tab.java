package shootdown.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.EmulateMediaOptions;
import com.microsoft.playwright.Page.PdfOptions;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A tab of its own for each test, in a browser that all share. What a page must never do fails the
 * test at its end: ask for anything but itself, or say something on the console.
 */
final class Tab implements BeforeEachCallback, AfterEachCallback {
    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final int WIDE = 1280;

    /** A sheet of A4 less its margins, in CSS's pixels. */
    private static final int PAPER = 718;

    private final List<String> complaints = new ArrayList<>();
    private @Nullable BrowserContext context;
    private @Nullable Page page;

    /** What a page may ask for: an address that starts so. */
    private String allowed = "";

    /** How a page is looked at; each gives a picture of its own. */
    enum Form {
        LIGHT("light", WIDE, ColorScheme.LIGHT, Media.SCREEN),
        DARK("dark", WIDE, ColorScheme.DARK, Media.SCREEN),
        NARROW("narrow", 400, ColorScheme.LIGHT, Media.SCREEN),
        PRINT("print", PAPER, ColorScheme.LIGHT, Media.PRINT);

        final String key;
        private final int width;
        private final ColorScheme colours;
        private final Media media;

        Form(String key, int width, ColorScheme colours, Media media) {
            this.key = key;
            this.width = width;
            this.colours = colours;
            this.media = media;
        }

        void apply(Page page) {
            page.setViewportSize(width, 900);
            page.emulateMedia(new EmulateMediaOptions().setColorScheme(colours).setMedia(media));
        }
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        Chromium chromium =
                test.getRoot()
                        .getStore(Namespace.GLOBAL)
                        .computeIfAbsent(Chromium.class, key -> new Chromium(), Chromium.class);
        context = chromium.browser().newContext(new NewContextOptions().setViewportSize(WIDE, 900));
        context.route("**/*", this::judge);
        context.onConsoleMessage(said -> complaints.add("console: " + said.text()));
        context.onWebError(error -> complaints.add("uncaught: " + error.error()));
        page = context.newPage();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        if (context != null) {
            context.close();
        }
        assertThat(complaints).as("what the page asked for or complained of").isEmpty();
    }

    private void judge(Route route) {
        if (!allowed.isEmpty() && route.request().url().startsWith(allowed)) {
            route.resume();
        } else {
            complaints.add("asked for " + route.request().url());
            route.abort();
        }
    }

    /** Opens one file, which may ask for nothing else. */
    Page open(Path file) {
        return open(file, "");
    }

    /** Opens one file at a place in it: {@code #step=3}. */
    Page open(Path file, String place) {
        allowed = file.toUri().toString();
        return go(allowed + place);
    }

    /** Opens one file, whose links may lead to others in its folder. */
    Page openIn(Path folder, String file) {
        allowed = folder.toUri().toString();
        return go(allowed + file);
    }

    /** Opens a page that a server gives, which may ask that server only. */
    Page openAt(String origin, String address) {
        allowed = origin;
        return go(address);
    }

    private Page go(String address) {
        page().navigate(address);
        return page();
    }

    Page page() {
        if (page == null) {
            throw new IllegalStateException("no test runs");
        }
        return page;
    }

    /** Takes back a complaint that the test asked for, so that it is none. */
    boolean forgive(String start) {
        return complaints.removeIf(complaint -> complaint.startsWith(start));
    }

    /**
     * The page in each form, for the test to judge; a picture of it is kept for people to look at.
     */
    void inEachForm(String name, Consumer<Form> judge) {
        for (Form form : Form.values()) {
            form.apply(page());
            Path picture = PICTURES.resolve(name + "-" + form.key + ".png");
            page().screenshot(new ScreenshotOptions().setPath(picture).setFullPage(true));
            judge.accept(form);
        }
        Form.LIGHT.apply(page());
        // On paper as a user has it, out of a wide window.
        page().emulateMedia(new EmulateMediaOptions().setMedia((Media) null));
        Path paper = PICTURES.resolve(name + ".pdf");
        page().pdf(new PdfOptions().setPath(paper).setFormat("A4").setPrintBackground(false));
    }
}
