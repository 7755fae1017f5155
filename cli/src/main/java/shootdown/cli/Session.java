package shootdown.cli;

/**
 * What a run of the command has from its surroundings.
 *
 * @param console where it prints
 * @param interruption whether the user wants an end
 */
record Session(Console console, Interruption interruption) {}
