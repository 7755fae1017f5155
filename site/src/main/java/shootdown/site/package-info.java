/**
 * The documents as a site: HTML pages with navigation and search, made from the Markdown of the
 * repository.
 *
 * <p>Invariant: every link of every page leads to a page and an anchor that exist, or nothing is
 * written. The pages need no server and no network; all that they load lies beside them.
 *
 * <p>Start with {@link shootdown.site.Site}. A {@link shootdown.site.Page} is one file, {@link
 * shootdown.site.Library} all of them, {@link shootdown.site.Rendering} makes HTML of one.
 */
@NullMarked
package shootdown.site;

import org.jspecify.annotations.NullMarked;
