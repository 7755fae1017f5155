/** Tests of the import of raw recordings. */
@NullMarked
package shootdown.capture.raw;

import org.jspecify.annotations.NullMarked;
