package shootdown.cluster;

import org.jspecify.annotations.Nullable;

/** Work as the one who asks cuts it into tasks. They have the numbers 0, 1, 2 and so on. */
public interface Job {
    /**
     * Returns the next task, or null if there is none now. Asked when a member has room for it, and
     * again whenever something was heard.
     */
    @Nullable String next();

    /** This task was given to a member; again, if that one was lost. */
    default void begun(int task) {}

    /** It is done. Told once, in any order of tasks. */
    void done(int task, String answer);
}
