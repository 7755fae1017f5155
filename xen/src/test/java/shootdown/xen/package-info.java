@NullMarked
package shootdown.xen;

import org.jspecify.annotations.NullMarked;
