/**
 * Words that people type or files contain: which one was probably meant. Everything that reads
 * names uses it, so it is at the bottom and knows of nothing.
 */
@NullMarked
package shootdown.words;

import org.jspecify.annotations.NullMarked;
