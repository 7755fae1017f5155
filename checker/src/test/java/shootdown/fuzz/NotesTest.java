package shootdown.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import shootdown.checker.Property;
import shootdown.checker.Story;

import java.util.List;

class NotesTest {
    private static final Notes NOTES =
            new Notes(
                    7,
                    List.of("none", "xsa-401"),
                    123,
                    new Shard(
                            0,
                            9,
                            10,
                            200,
                            List.of(
                                    new Hit(
                                            "none",
                                            4,
                                            Property.P3,
                                            true,
                                            false,
                                            List.of(
                                                    new Story.Step(1, 2, 3),
                                                    new Story.Step(0, 9, 0)))),
                            List.of(new Stop("xsa-401", 5, "no such: thing"))));

    @Test
    void whatIsWrittenIsRead() {
        assertThat(Notes.parse(NOTES.text())).isEqualTo(NOTES);
        assertThat(Notes.parseShard(Notes.shardText(NOTES.done()))).isEqualTo(NOTES.done());
    }

    @Test
    void whatIsCutShortIsRefused() {
        String text = NOTES.text();
        for (int length = 0; length < text.length() - 1; length += 7) {
            String cut = text.substring(0, length);
            assertThatThrownBy(() -> Notes.parse(cut)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anotherVersionIsRefused() {
        String other = NOTES.text().replaceFirst("fuzz [0-9]+", "fuzz 99");
        assertThatThrownBy(() -> Notes.parse(other)).hasMessageContaining("another version");
    }
}
