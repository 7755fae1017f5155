package shootdown.claims;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Property;
import shootdown.checker.Universe;

import java.util.List;
import java.util.function.Function;

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

    /**
     * The answer for all of these universes: no if it is no in one of them, yes if it is yes in one
     * and nothing is open.
     *
     * @param states that were visited for all of them
     * @param one the answer for one
     */
    static Reply forAll(Where where, long states, Function<Universe, Reply> one) {
        List<Reply> replies = where.universes().stream().map(one).toList();
        for (Answer answer : List.of(Answer.NO, Answer.OPEN, Answer.YES)) {
            for (Reply reply : replies) {
                if (reply.answer == answer) {
                    return reply.resting(states);
                }
            }
        }
        return replies.getFirst().resting(states);
    }

    private Reply resting(long on) {
        return new Reply(answer, on, where, property, remark);
    }

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
