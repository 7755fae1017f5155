/**
 * What people look at in a browser: stories, and tables that lead to them, as pages that open from
 * disk.
 *
 * <p>Invariant: a page draws data that the checker and its reports have; it decides nothing. It
 * needs no network and asks for none, and every name in it is text, whatever it contains.
 *
 * <p>Start reading at {@link shootdown.pages.Template}.
 */
@NullMarked
package shootdown.pages;

import org.jspecify.annotations.NullMarked;
