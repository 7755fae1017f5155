/** The {@code shootdown} command: reads its arguments, calls the checker, prints the report. */
@NullMarked
package shootdown.cli;

import org.jspecify.annotations.NullMarked;
