package shootdown.policy.weaker;

import shootdown.hardware.Pte;
import shootdown.policy.Update;

/** What an update does to an entry, as far as frames go. */
public enum Change {
    ADDED("absent to present"),
    REMOVED("present to absent"),
    REPLACED("another frame"),
    KEPT("the same frame"),
    NOTHING("absent to absent");

    private final String title;

    Change(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }

    /** What this update did. */
    public static Change of(Update update) {
        boolean before = update.wasPresent();
        boolean after = Pte.isPresent(update.newEntry());
        if (!before || !after) {
            return before ? REMOVED : after ? ADDED : NOTHING;
        }
        return Pte.mfn(update.oldEntry()) == Pte.mfn(update.newEntry()) ? KEPT : REPLACED;
    }
}
