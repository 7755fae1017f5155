package shootdown.cli;

/**
 * What a run of the command has from its surroundings.
 *
 * @param console where it prints
 * @param interruption whether the user wants an end
 */
record Session(Console console, Interruption interruption) {

    /** Tells the user that there is no result, and returns the exit code for it. */
    int interrupted() {
        console.say("interrupted, nothing was found so far");
        return Exit.INTERRUPTED;
    }
}
