package shootdown.claims;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Property;
import shootdown.checker.Universe;

/**
 * The answer to a question, and what it rests on.
 *
 * @param answer the answer
 * @param states that were visited for it
 * @param where the universe that shows that it is no, or null
 * @param property what breaks there, or null
 * @param remark what else is to say, or empty
 */
public record Reply(
        Answer answer,
        long states,
        @Nullable Universe where,
        @Nullable Property property,
        String remark) {

    static Reply yes(long states) {
        return new Reply(Answer.YES, states, null, null, "");
    }

    static Reply no(long states, Universe where, @Nullable Property property) {
        return new Reply(Answer.NO, states, where, property, "");
    }

    static Reply open(long states) {
        return new Reply(
                Answer.OPEN, states, null, null, "a limit was reached, or not all was run");
    }

    static Reply saysNothing(long states, String why) {
        return new Reply(Answer.SAYS_NOTHING, states, null, null, why);
    }
}
