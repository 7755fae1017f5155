/** The lexer and parser that ANTLR makes from {@code Scenario.g4}; nothing is written by hand. */
@NullMarked
package shootdown.scenario.grammar;

import org.jspecify.annotations.NullMarked;
