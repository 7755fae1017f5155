package shootdown.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ExpectationTest {
    @Test
    void aStarSpeaksOfTheWholeFamilyAndOfNoOther() {
        Expectation any = new Expectation("u2-xpti-boot", "*", "P2", "");
        assertThat(any.appliesTo("u2-xpti-boot")).isTrue();
        assertThat(any.appliesTo("u2-xpti-boot-pcid")).isTrue();
        assertThat(any.appliesTo("u2-xpti-booted")).isFalse();
        assertThat(any.appliesTo("u1-linear-uvm")).isFalse();
    }

    @Test
    void wordsMustBePartOfTheVariant() {
        Expectation global = new Expectation("u1-linear-uvm", "g spares", "P3", "");
        assertThat(global.appliesTo("u1-linear-uvm-g-spares")).isTrue();
        assertThat(global.appliesTo("u1-linear-uvm-g")).isFalse();
        assertThat(global.appliesTo("u1-linear-uvm-spares")).isFalse();
        assertThat(global.appliesTo("u1-linear-uvm")).isFalse();
    }

    @Test
    void excludedWordsMustNot() {
        Expectation noPcid = new Expectation("u1-linear-uvm", "xpti !pcid", "P3", "");
        assertThat(noPcid.appliesTo("u1-linear-uvm-xpti")).isTrue();
        assertThat(noPcid.appliesTo("u1-linear-uvm-xpti-unforced")).isTrue();
        assertThat(noPcid.appliesTo("u1-linear-uvm-xpti-pcid")).isFalse();
        assertThat(noPcid.appliesTo("u1-linear-uvm")).isFalse();
    }

    @Test
    void expectedBreaksAreTheSumOfWhatApplies() {
        CatalogueEntry none = Catalogue.entries().get(0);
        assertThat(none.expectedBreaks("u2-xpti-boot")).containsExactly("P2", "P5");
        assertThat(none.expectedBreaks("u3-xpti-smp")).containsExactly("P1", "P2");
        assertThat(none.expectedBreaks("u1-linear-uvm")).containsExactly("P3");
        assertThat(none.expectedBreaks("u7-pv32-smep")).isEmpty();
    }
}
