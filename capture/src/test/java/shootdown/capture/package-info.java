/** Tests of the recording of workloads. */
@NullMarked
package shootdown.capture;

import org.jspecify.annotations.NullMarked;
