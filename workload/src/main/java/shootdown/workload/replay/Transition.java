package shootdown.workload.replay;

import shootdown.hardware.Pte;

/** What an edit does to an entry. */
public enum Transition {
    /** Not present before: nobody can have cached it. */
    LINKS("0 to present"),
    UNLINKS("present to 0"),
    /** Present before and after, another frame or other flags. */
    REPLACES("present to present"),
    /** Neither. */
    NEITHER("0 to 0"),
    /** The same value again. */
    SAME("same");

    private final String text;

    Transition(String text) {
        this.text = text;
    }

    static Transition of(long old, long value) {
        if (old == value && Pte.isPresent(old)) {
            return SAME;
        }
        if (Pte.isPresent(old)) {
            return Pte.isPresent(value) ? REPLACES : UNLINKS;
        }
        return Pte.isPresent(value) ? LINKS : NEITHER;
    }

    /** In words. */
    public String text() {
        return text;
    }
}
