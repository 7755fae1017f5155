package shootdown.claims;

import org.jspecify.annotations.Nullable;

import shootdown.checker.Property;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;
import shootdown.policy.weaker.Weakenings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Something that was claimed, and the experiments that decide it.
 *
 * @param number as in {@code docs/thread.md}
 * @param source where it was claimed
 * @param title the claim in a few words
 * @param text the claim in our words
 * @param expectation what was expected by reading
 * @param experiments those inside its condition first
 * @param enough the policy that it calls sufficient, or null
 * @param condition under which it holds, or empty; experiments outside of it show that it is needed
 * @param beyond why no run can tell, or empty
 * @param remark what the experiments mean, where it is not plain, or empty
 * @param difference how the verdict came to differ from what was expected, or empty
 * @param documented the verdict that is on record: the expected one, or that of the difference
 */
public record Claim(
        int number,
        Source source,
        String title,
        String text,
        Expectation expectation,
        List<Experiment> experiments,
        @Nullable CatalogueEntry enough,
        String condition,
        String beyond,
        String remark,
        String difference,
        Verdict documented) {

    public Claim {
        experiments = List.copyOf(experiments);
    }

    /** Whether no run can tell. */
    public boolean isBeyondTheModel() {
        return !beyond.isEmpty();
    }

    /** For what it calls sufficient: the searches without each part of it. */
    List<Run> parts() {
        if (enough == null) {
            return List.of();
        }
        Where everywhere = Where.everywhere();
        return Weakenings.all().stream()
                .map(part -> (Run) new Run.Weaken(enough, part, everywhere))
                .toList();
    }

    /** The same with other experiments. */
    Claim with(List<Experiment> changed) {
        return new Claim(
                number,
                source,
                title,
                text,
                expectation,
                changed,
                enough,
                condition,
                beyond,
                remark,
                difference,
                documented);
    }

    static Builder claim(int number, Source source, String title, String text) {
        return new Builder(number, source, title, text);
    }

    /** Reads like the row of a table: what was claimed, what was expected, what decides. */
    static final class Builder {
        private static final Map<String, CatalogueEntry> POLICIES = new ConcurrentHashMap<>();

        private final int number;
        private final Source source;
        private final String title;
        private final String text;
        private final List<Experiment> experiments = new ArrayList<>();
        private Expectation expectation = new Expectation(Verdict.UNDECIDED, "");
        private Verdict documented = Verdict.UNDECIDED;
        private @Nullable CatalogueEntry enough;
        private String condition = "";
        private String beyond = "";
        private String remark = "";
        private String difference = "";

        private Builder(int number, Source source, String title, String text) {
            this.number = number;
            this.source = source;
            this.title = title;
            this.text = text;
        }

        /** What was expected by reading. */
        Builder expect(Verdict verdict, String words) {
            expectation = new Expectation(verdict, words);
            documented = verdict;
            return this;
        }

        /** The policy keeps these properties, by flushes of its own. */
        Builder keeps(String policy, Where where, Property... properties) {
            return keeps(the(policy), where, properties);
        }

        Builder keeps(CatalogueEntry policy, Where where, Property... properties) {
            return ask(new Keeps(policy, set(properties), where, true), true);
        }

        /** The policy keeps these properties, and none of its flushes is needed for it. */
        Builder keepsUnflushed(String policy, Where where, Property... properties) {
            return ask(new Keeps(the(policy), set(properties), where, false), true);
        }

        /** The policy breaks these properties, in each of these universes. */
        Builder breaks(String policy, Where where, Property... properties) {
            return breaks(the(policy), where, properties);
        }

        Builder breaks(CatalogueEntry policy, Where where, Property... properties) {
            for (Property property : properties) {
                for (Where one : where.each()) {
                    ask(new Keeps(policy, EnumSet.of(property), one, false), false);
                }
            }
            return this;
        }

        /** The policy breaks one of these properties in one of these universes at least. */
        Builder breaksSomewhere(String policy, Where where, Property... properties) {
            return breaksSomewhere(the(policy), where, properties);
        }

        Builder breaksSomewhere(CatalogueEntry policy, Where where, Property... properties) {
            return ask(new Keeps(policy, set(properties), where, false), false);
        }

        /** Under this policy no state shows it. */
        Builder avoids(String policy, Scene scene, Where where) {
            return ask(new Avoids(the(policy), scene, where), true);
        }

        /** Under this policy a state shows it. */
        Builder meets(String policy, Scene scene, Where where) {
            return ask(new Avoids(the(policy), scene, where), false);
        }

        /** The two make the same CPUs do the same, always. */
        Builder alike(String first, CatalogueEntry second, Where where) {
            return ask(new Alike(the(first), second, where), true);
        }

        /** The two do not always make the same CPUs do the same. */
        Builder differ(String first, CatalogueEntry second, Where where) {
            return ask(new Alike(the(first), second, where), false);
        }

        /** The two keep and break the same properties. */
        Builder sameVerdicts(String first, String second, Where where) {
            return ask(new SameVerdicts(the(first), the(second), where), true);
        }

        Builder sameVerdicts(String first, CatalogueEntry second, Where where) {
            return ask(new SameVerdicts(the(first), second, where), true);
        }

        /** This much is enough, it says; then one may ask whether all of it is needed. */
        Builder enough(String policy) {
            enough = the(policy);
            return this;
        }

        /** What the experiments below would show if the claim held without this condition. */
        Builder onlyIf(String needed) {
            condition = needed;
            return this;
        }

        /** No run can tell. */
        Builder beyondTheModel(String why) {
            beyond = why;
            return this;
        }

        Builder remark(String words) {
            remark = words;
            return this;
        }

        /** The verdict is another than was expected, and why. */
        Builder differs(Verdict verdict, String why) {
            documented = verdict;
            difference = why;
            return this;
        }

        Claim end() {
            return new Claim(
                    number,
                    source,
                    title,
                    text,
                    expectation,
                    experiments,
                    enough,
                    condition,
                    beyond,
                    remark,
                    difference,
                    documented);
        }

        private Builder ask(Question question, boolean predicted) {
            experiments.add(new Experiment(question, predicted, condition.isEmpty()));
            return this;
        }

        private static EnumSet<Property> set(Property... properties) {
            return EnumSet.copyOf(Arrays.asList(properties));
        }

        /** A policy of the catalogue, or a weakened one; the same for the same name. */
        private static CatalogueEntry the(String policy) {
            return POLICIES.computeIfAbsent(
                    policy,
                    name ->
                            Catalogue.find(name)
                                    .or(() -> Weakenings.find(name))
                                    .orElseThrow(
                                            () ->
                                                    new IllegalArgumentException(
                                                            "no policy " + name)));
        }
    }
}
