package shootdown.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnchorsTest {
    @Test
    void anchorsAreThoseOfGitHub() {
        Anchors anchors = new Anchors();
        assertThat(anchors.next("All of them, in the order of the thread"))
                .isEqualTo("all-of-them-in-the-order-of-the-thread");
        assertThat(anchors.next("`shootdown/check/1`")).isEqualTo("shootdowncheck1");
        assertThat(anchors.next("1. A policy: \"L2 & above\" <b>"))
                .isEqualTo("1-a-policy-l2--above-b");
        assertThat(anchors.next("u1-linear_uvm")).isEqualTo("u1-linear_uvm");
    }

    @Test
    void equalHeadingsAreNumbered() {
        Anchors anchors = new Anchors();
        assertThat(anchors.next("Verdict")).isEqualTo("verdict");
        assertThat(anchors.next("Verdict")).isEqualTo("verdict-1");
        assertThat(anchors.next("verdict")).isEqualTo("verdict-2");
    }
}
