package shootdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class SignsTest {
    private final Signs signs = new Signs(3, 10);

    private void hear(int member, int step, Integer... waitsFor) {
        signs.hear(member, new Standing(step, List.of(waitsFor)));
    }

    @Test
    void whoWorksIsWaitedFor() {
        hear(0, 7, 1, 2);
        hear(1, 6);
        hear(2, 7, 1);
        assertThat(signs.hopeless()).isEqualTo(-1);
    }

    @Test
    void ofTwoThatDoNotHearEachOtherOneIsLeftOut() {
        hear(0, 7, 1, 2);
        hear(1, 6, 2);
        hear(2, 6, 1);
        assertThat(signs.hopeless()).isIn(1, 2);
    }

    @Test
    void whoIsHeardByNobodyIsLeftOut() {
        hear(0, 6, 2);
        hear(1, 6, 2);
        hear(2, 6, 0, 1);
        assertThat(signs.hopeless()).isEqualTo(2);
    }

    @Test
    void whoSaysNothingIsLeftOut() {
        for (int tick = 0; tick < 10; tick++) {
            signs.tick();
            assertThat(signs.hopeless()).isEqualTo(-1);
            hear(0, 6, 1);
            hear(2, 6, 1);
        }
        signs.tick();
        assertThat(signs.hopeless()).isEqualTo(1);
    }
}
