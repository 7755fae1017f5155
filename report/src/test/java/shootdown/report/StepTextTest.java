package shootdown.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import shootdown.checker.Story;

import java.io.IOException;

class StepTextTest {
    private static final Story STORY = StoryTextTest.twoCpus();

    @Test
    void eachStepShowsTheStateAndMarksWhatChanged() throws IOException {
        Golden.check("step-two-cpus.txt", StepText.all(STORY, 80));
    }

    @Test
    void lastStepSaysWhatIsWrong() {
        int last = StepText.count(STORY) - 1;
        assertThat(StepText.page(STORY, last, 80).text()).contains("Wrong: ", "Remedy: ");
        assertThat(StepText.page(STORY, last - 1, 80).text()).doesNotContain("Wrong: ");
    }

    @Test
    void wideScreenHasTheCpusBesideTheTables() {
        assertThat(StepText.page(STORY, 1, 120).text()).containsPattern("\\nTables +CPUs\\n");
        assertThat(StepText.page(STORY, 1, 100).text()).doesNotContainPattern("Tables +CPUs");
    }

    @Test
    void pagesAreNoWiderThanTheScreen() {
        for (int columns = 40; columns <= 200; columns += 5) {
            int width = columns;
            assertThat(StepText.all(STORY, columns).text().lines())
                    .as("%d columns", columns)
                    .allMatch(line -> line.length() <= width);
        }
    }
}
