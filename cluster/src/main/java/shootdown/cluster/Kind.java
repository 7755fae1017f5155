package shootdown.cluster;

/** What a message is about; its first word. */
enum Kind {
    /** Who are you? Followed by a version. */
    HELLO,
    /** A member's answer: its version and its threads. */
    WELCOME,
    /** Take part in a search, or go on with it after a loss. */
    EXPLORE,
    /** A message of one step of a search, from member to member. */
    STEP,
    /** How far a search is. */
    PROGRESS,
    /** Where a member is in a search. */
    STANDING,
    /** The parts of those who were lost are taken over. */
    TAKEN_OVER,
    /** What a search found. */
    RESULT,
    /** A search cannot go on. */
    FAILED,
    /** A search is over, for whatever reason: forget it. */
    END,
    /** Do a task of a sweep alone. */
    TASK,
    /** What came of it. */
    TASK_DONE,
    /** This member cannot do such work. */
    TASK_REFUSED,
    /** It could not be done. */
    TASK_FAILED
}
