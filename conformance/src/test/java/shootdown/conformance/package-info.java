/** Tests of conformance; those on real Xen run where it is installed. */
@NullMarked
package shootdown.conformance;

import org.jspecify.annotations.NullMarked;
