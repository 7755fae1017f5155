package shootdown.claims;

/** A mail of the thread, or a commit, in which something is claimed. */
public enum Source {
    AC_V1("AC v1", "Andrew Cooper", "2020-10-20 16:24"),
    AC_FOLLOW_UP("AC follow-up", "Andrew Cooper", "2020-10-20"),
    JB_1("JB 1", "Jan Beulich", "2020-10-20 16:48"),
    AC_2("AC 2", "Andrew Cooper", "2020-10-20 17:20"),
    AC_3("AC 3", "Andrew Cooper", "2020-10-20 18:10"),
    AC_4("AC 4", "Andrew Cooper", "2020-10-20 19:46"),
    JB_2("JB 2", "Jan Beulich", "2020-10-21, no time quoted"),
    JB_3("JB 3", "Jan Beulich", "2020-10-21 07:55"),
    AC_5("AC 5", "Andrew Cooper", "2020-10-21 11:01"),
    JB_4("JB 4", "Jan Beulich", "2020-10-21, no time quoted"),
    AC_V2("AC v2", "Andrew Cooper", "2020-10-21 14:07"),
    JB_REVIEW("JB review", "Jan Beulich", "2020-10-21 14:56"),
    AC_REPLY("AC reply", "Andrew Cooper", "2020-10-21 16:39"),
    AC_6("AC 6", "Andrew Cooper", "2020-10-21 16:55 and later"),
    JB_LAST("JB last", "Jan Beulich", "no time quoted; answers 2020-10-21 16:39"),
    BOTH("both", "Andrew Cooper and Jan Beulich", "2020-10-21"),
    COMMIT_178C("178c9c3991", "commit", "2009-02-04"),
    COMMIT_A223("a22320e32d", "commit", "2018-02-07"),
    COMMIT_9D1D("9d1d31ad94", "commit", "2018-03-06"),
    COMMIT_1817("18173843a5", "commit", "2018-05-04"),
    COMMIT_422E("422ec8fcf3", "commit", "2020-05-29"),
    COMMIT_055E("055e1c3a3d", "Andrew Cooper, commit", "2020-10-27"),
    COMMIT_16A2("16a20963b3", "Andrew Cooper, commit", "2020-10-27"),
    COMMIT_5B71("5b718d24e8", "commit", "2020-07-02"),
    COMMIT_8CC5("8cc5036bc3", "commit", "2022-06-09");

    private final String label;
    private final String author;
    private final String when;

    Source(String label, String author, String when) {
        this.label = label;
        this.author = author;
        this.when = when;
    }

    /** How pages call it: initials and a word, or the commit. */
    public String label() {
        return label;
    }

    public String author() {
        return author;
    }

    /** British time, as quoted by the replies. */
    public String when() {
        return when;
    }
}
