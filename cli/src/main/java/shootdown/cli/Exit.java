package shootdown.cli;

/** Exit codes, the same for every command. */
final class Exit {
    static final int OK = 0;
    static final int BROKEN = 1;
    static final int USAGE = 2;
    static final int INCONCLUSIVE = 3;
    static final int MISSING = 4;
    static final int INTERNAL = 70;
    static final int INTERRUPTED = 130;

    private Exit() {}
}
