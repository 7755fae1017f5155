package shootdown.browser;

import org.junit.jupiter.api.condition.EnabledIf;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A test that needs a browser: without one it does not run, which the build's last line tells. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
        value = "shootdown.browser.Chromium#isInstalled",
        disabledReason = Chromium.NOT_INSTALLED)
@interface InBrowser {}
