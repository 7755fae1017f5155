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
                    "1.0 abc",
                    7,
                    List.of("none", "xsa-401"),
                    123,
                    new Shard(
                            0,
                            9,
                            List.of(new Work("none", 10, 200)),
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
    void anyChangeIsSeen() {
        String changed = NOTES.text().replace("1/2/3", "1/2/4");
        assertThatThrownBy(() -> Notes.parse(changed)).hasMessage("it is damaged");
    }

    @Test
    void aHitOfSomebodyElsesRoundIsRefused() {
        Shard done = NOTES.done();
        Hit own = done.hits().getFirst();
        for (long round : new long[] {5, -1}) {
            Hit hit = new Hit("none", round, own.property(), true, false, own.steps());
            Shard shard = new Shard(0, 9, done.work(), List.of(hit), List.of());
            String text = new Notes("", 7, NOTES.targets(), 0, shard).text();
            assertThatThrownBy(() -> Notes.parse(text)).hasMessageContaining("damaged");
        }
    }

    @Test
    void anotherVersionIsRefused() {
        String other = NOTES.text().replaceFirst("fuzz [0-9]+", "fuzz 99");
        assertThatThrownBy(() -> Notes.parse(other)).hasMessageContaining("another version");
    }
}
