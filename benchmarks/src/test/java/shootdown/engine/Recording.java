package shootdown.engine;

/** What the threads of a race do with one record of a table of answers. */
final class Recording {
    static final int[] KEY = {3, 5};
    static final int HASH = AnswerTable.hash(KEY, KEY.length);

    /** Long, so that writing it takes a while. */
    private static final int[] ANSWER = new int[4096];

    private static final int LAST = ANSWER.length - 1;

    static {
        ANSWER[LAST] = 7;
    }

    /** In place of an answer: the record was found, and its segment or its end was not there. */
    private static final int WRONG = -1;

    private final AnswerTable table;

    Recording(AnswerTable table) {
        this.table = table;
    }

    static AnswerTable table() {
        return new AnswerTable(new MemoryBudget(Long.MAX_VALUE));
    }

    /** Adds the record and returns the end of its answer. */
    int add() {
        return answer(table.add(KEY, KEY.length, HASH, ANSWER, 0, ANSWER.length));
    }

    /** Returns the end of the answer as soon as there is a record; 0 if there is none for long. */
    int look() {
        int answer = 0;
        for (int i = 0; i < 10_000 && answer == 0; i++) {
            answer = lookOnce();
        }
        return answer;
    }

    private int lookOnce() {
        try {
            table.readAhead(HASH);
            return answer(table.find(KEY, KEY.length, HASH));
        } catch (NullPointerException | IndexOutOfBoundsException noSegment) {
            return WRONG;
        }
    }

    private int answer(int place) {
        if (place == AnswerTable.NONE) {
            return 0;
        }
        int last = table.segment(place)[AnswerTable.index(place) + LAST];
        return last == ANSWER[LAST] ? last : WRONG;
    }
}
