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

    /** Facts 7.4 and B.9 taken together; found here, not known from Xen's history. */
    @Test
    void whoOverwritesAForeignGrantInsteadOfUnmappingItKeepsATranslation() {
        for (String policy : new String[] {"none", "v1", "final"}) {
            Cell cell = Table.reduced(Table.policy(policy), Table.universe("u11-implicit"));

            assertThat(cell.broken()).as(policy).containsExactly(Property.P1);
        }
    }
}
