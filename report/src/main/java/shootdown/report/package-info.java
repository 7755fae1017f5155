/**
 * What people and programs read: verdict tables, stories and lists as text, and the same as JSON.
 *
 * <p>Invariant: a {@link shootdown.report.Page} is lines of toned words and knows no terminal; who
 * prints it decides about colour. Whatever is measured stands in lines, or in a JSON object, of its
 * own; all the rest is the same for the same question.
 *
 * <p>Start reading at {@link shootdown.report.CheckReport} and {@link shootdown.report.CheckText}.
 */
@NullMarked
package shootdown.report;

import org.jspecify.annotations.NullMarked;
