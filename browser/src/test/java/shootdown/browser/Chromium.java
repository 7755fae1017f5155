package shootdown.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Debian's Chromium, started once for all tests, with a new profile and without its own traffic.
 */
final class Chromium implements AutoCloseable {
    /** Why a test in a browser does not run; whoever skips one gives this reason. */
    static final String NOT_INSTALLED =
            "no browser: apt-get install --no-install-recommends chromium";

    private static final Path PROGRAM = Path.of("/usr/bin/chromium");

    private static final List<String> OPTIONS =
            List.of(
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--enable-precise-memory-info");

    private final Playwright playwright;
    private final Browser browser;

    Chromium() {
        // The driver is not to fetch a browser of its own.
        Map<String, String> environment = Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
        browser =
                playwright
                        .chromium()
                        .launch(
                                new LaunchOptions()
                                        .setExecutablePath(PROGRAM)
                                        .setHeadless(true)
                                        .setChromiumSandbox(false)
                                        .setArgs(OPTIONS));
    }

    static boolean isInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
