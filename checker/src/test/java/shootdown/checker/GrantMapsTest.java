package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** U11: where grants go after edits above, and when what they hold may be given back. */
final class GrantMapsTest {
    @Test
    void aStaleReadOfTheL2EntryLeadsAGrantToTheWrongTable() {
        Story story =
                Storyteller.tell(
                                Table.policy("none"),
                                Table.universe("u11-grants"),
                                Property.P3,
                                CheckOptions.reduced())
                        .orElseThrow();

        assertThat(story.wrong())
                .endsWith("map_grant_ref would go on to the L1 table that it names, L1a.");
    }
}
