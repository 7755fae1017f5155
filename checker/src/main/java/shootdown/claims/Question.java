package shootdown.claims;

import shootdown.checker.CheckOptions;

import java.util.List;
import java.util.Optional;

/** Something that searches answer with yes or no. */
public sealed interface Question permits Keeps, Alike, SameVerdicts, Avoids {
    /** The searches that it takes. */
    List<Run> runs();

    /** What these have found. */
    Reply reply(Findings findings);

    /** The question as a statement, as it is if the answer is yes, or if it is no. */
    String says(boolean yes);

    /** Where it is asked. */
    Where where();

    /** How a no comes about, told step by step, if it can be told. */
    Optional<Tale> tell(Reply no, CheckOptions options);
}
