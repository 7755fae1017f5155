/**
 * Every page of the product in a real browser, Debian's Chromium, which Playwright drives.
 *
 * <p>Invariant: a page asks no network and says nothing on the console; {@link Tab} fails the test
 * otherwise. Start reading there.
 */
@NullMarked
package shootdown.browser;

import org.jspecify.annotations.NullMarked;
