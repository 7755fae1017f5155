package shootdown.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hardware.ControlRegister.CR4_PCIDE;
import static shootdown.hardware.ControlRegister.CR4_PGE;
import static shootdown.hardware.Pte.GLOBAL;
import static shootdown.hardware.TestMachine.ALL;
import static shootdown.hardware.TestMachine.READ_ONLY;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rules H34..H41: what software must do after an edit. Each is the least experiment that shows the
 * duty: the harm before, the cure after.
 *
 * <p>Of {@code TranslationCaches}, {@code SaturatedCaches}, {@code ExplicitCaches}.
 */
class SoftwareDutyTest {
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2 = 2;
    private static final int L1 = 3;
    private static final int PAGE = 4;
    private static final int OTHER = 5;
    private static final int OTHER_L2 = 6;
    private static final int OTHER_L1 = 7;

    private static final VirtualAddress X = new VirtualAddress(0, 0, 0, 0);
    private static final VirtualAddress Z = new VirtualAddress(0, 0, 0, 1);
    private static final VirtualAddress ALIAS = new VirtualAddress(0, 0, 1, 0);
    private static final VirtualAddress FAR = new VirtualAddress(1, 0, 0, 0);

    /** Slot 0 of the L4, seen through the L4's reference to itself in slot 1. */
    private static final VirtualAddress L3_OF_X = new VirtualAddress(1, 1, 1, 0);

    private static TestMachine.Builder machine(CacheModel model) {
        return TestMachine.with(model).addresses(X, Z, ALIAS, FAR, L3_OF_X);
    }

    private static TestMachine mapped(CacheModel model) {
        TestMachine m = machine(model).build();
        m.map(L4, X, L3, L2, L1, PAGE);
        m.load(0, L4);
        return m;
    }

    @ParameterizedTest
    @EnumSource
    void h34ALeafEntryNeedsOneInvlpgForEachPageThatItServes(CacheModel model) {
        TestMachine m = mapped(model);
        m.write(L2, 1, L1, ALL);
        m.write(L1, 0, OTHER, ALL);
        m.invlpg(0, X);
        assertThat(m.reads(0, X)).containsExactly(OTHER);
        assertThat(m.reads(0, ALIAS)).containsExactly(PAGE, OTHER);
        m.invlpg(0, ALIAS);
        assertThat(m.reads(0, ALIAS)).containsExactly(OTHER);
    }

    @ParameterizedTest
    @EnumSource
    void h35OneInvlpgIsEnoughWhereNothingBelowWasMapped(CacheModel model) {
        TestMachine m = mapped(model);
        m.clear(L1, 0);
        m.invlpg(0, X);
        m.write(L3, 0, OTHER_L2, ALL);
        m.write(L1, 0, PAGE, ALL); // The old subtree fills up after it was unhooked.
        assertThat(m.reads(0, X)).as("a stale prefix").containsExactly(PAGE);
        TestMachine flushed = mapped(model);
        flushed.clear(L1, 0);
        flushed.invlpg(0, X);
        flushed.write(L3, 0, OTHER_L2, ALL);
        flushed.invlpg(0, FAR); // Any address of the PCID will do.
        flushed.write(L1, 0, PAGE, ALL);
        assertThat(flushed.reads(0, X)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h35ANonLeafEntryNeedsAnInvalidationForEachMappedPageBelow(CacheModel model) {
        TestMachine m = mapped(model);
        m.write(L1, 1, OTHER, ALL);
        m.clear(L3, 0);
        m.invlpg(0, X);
        assertThat(m.reads(0, X)).isEmpty();
        assertThat(m.reads(0, Z)).containsExactly(OTHER);
        m.invlpg(0, Z);
        assertThat(m.reads(0, Z)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h35ACr3LoadIsEnoughUnlessAGlobalPageIsBelow(CacheModel model) {
        TestMachine m = machine(model).globals().build();
        m.cr4(0, CR4_PGE);
        m.map(L4, X, L3, L2, L1, PAGE);
        m.write(L1, 1, OTHER, ALL | GLOBAL);
        m.load(0, L4);
        m.clear(L3, 0);
        m.load(0, L4);
        assertThat(m.reads(0, X)).isEmpty();
        assertThat(m.reads(0, Z)).as("global").containsExactly(OTHER);
        m.cr4(0, 0);
        m.cr4(0, CR4_PGE);
        assertThat(m.reads(0, Z)).isEmpty();
    }

    /** XSA-286 in the words of the hardware. */
    @ParameterizedTest
    @EnumSource
    void h36EachRoleOfASelfReferencingTablesEntryNeedsItsOwnInvalidation(CacheModel model) {
        TestMachine m = mapped(model);
        m.write(L4, 1, L4, ALL);
        assertThat(m.reads(0, L3_OF_X)).containsExactly(L3);
        m.write(L4, 0, OTHER, ALL);
        m.invlpg(0, X);
        assertThat(m.reads(0, X)).as("as an upper entry: done").doesNotContain(PAGE);
        assertThat(m.reads(0, L3_OF_X)).as("as a leaf: not done").containsExactly(L3, OTHER);
        m.invlpg(0, L3_OF_X);
        assertThat(m.reads(0, L3_OF_X)).containsExactly(OTHER);
    }

    @ParameterizedTest
    @EnumSource
    void h37EveryPcidNeedsItsOwnInvalidation(CacheModel model) {
        TestMachine m = machine(model).pcids(0, 1, 2, 3).build();
        m.cr4(0, CR4_PCIDE);
        m.map(L4, X, L3, L2, L1, PAGE);
        for (int pcid = 3; pcid >= 0; pcid--) {
            m.load(0, L4, pcid);
        }
        m.clear(L1, 0);
        m.invlpg(0, X);
        m.invpcidAddress(0, 1, X);
        m.switchTo(0, L4, 1);
        assertThat(m.reads(0, X)).as("INVPCID before use").isEmpty();
        m.load(0, L4, 2);
        assertThat(m.reads(0, X)).as("a flushing load").isEmpty();
        m.switchTo(0, L4, 3);
        assertThat(m.reads(0, X)).as("forgotten").containsExactly(PAGE);
        m.cr4(0, CR4_PCIDE | CR4_PGE);
        assertThat(m.reads(0, X)).as("PGE toggled").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h38AddingPermissionNeedsNoInvalidation(CacheModel model) {
        TestMachine m = mapped(model);
        m.write(L1, 0, PAGE, READ_ONLY);
        m.invlpg(0, X);
        assertThat(m.writes(0, X)).isEmpty();
        m.write(L1, 0, PAGE, ALL);
        assertThat(m.writes(0, X)).containsExactly(PAGE);
        m.pageFault(0, X); // The price: one fault from the old entry, which the fault drops.
        assertThat(m.writes(0, X)).containsExactly(PAGE);
    }

    @ParameterizedTest
    @EnumSource
    void h39LosingPresenceFrameOrPermissionNeedsAnInvalidation(CacheModel model) {
        long[] edits = {0, Pte.of(OTHER, ALL), Pte.of(PAGE, READ_ONLY)};
        for (long pte : edits) {
            TestMachine m = mapped(model);
            m.write(L1, 0, Pte.mfn(pte), Pte.flags(pte));
            assertThat(m.writes(0, X)).as("before").contains(PAGE);
            m.invlpg(0, X);
            assertThat(m.writes(0, X)).as("after").doesNotContain(PAGE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void h40AnInvalidationMayWaitUntilTheOldFrameIsReused(CacheModel model) {
        TestMachine m = mapped(model);
        m.clear(L1, 0);
        assertThat(m.writes(0, X)).as("harmless while nobody else has it").containsExactly(PAGE);
        m.write(L4, 1, PAGE, READ_ONLY); // Reused as a table, with the old mapping writable.
        assertThat(m.writes(0, X)).as("now it is not").containsExactly(PAGE);
        TestMachine flushed = mapped(model);
        flushed.clear(L1, 0);
        flushed.invlpg(0, X);
        flushed.write(L4, 1, PAGE, READ_ONLY);
        assertThat(flushed.writes(0, X)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h40AnUnhookedTableIsWalkedUntilTheInvalidation(CacheModel model) {
        TestMachine m = mapped(model);
        m.write(L2, 0, OTHER_L1, ALL);
        m.write(L1, 1, OTHER, ALL); // Whoever owns the old table now decides what Z is.
        assertThat(m.reads(0, Z)).containsExactly(OTHER);
        m.invlpg(0, Z);
        assertThat(m.reads(0, Z)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h41AnEditIsCompleteWhenTheLastCpuHasInvalidated(CacheModel model) {
        TestMachine m = machine(model).cpus(3).build();
        m.map(L4, X, L3, L2, L1, PAGE);
        for (int cpu = 0; cpu < 3; cpu++) {
            m.load(cpu, L4);
        }
        m.clear(L1, 0);
        for (int cpu = 0; cpu < 3; cpu++) {
            assertThat(m.reads(cpu, X)).containsExactly(PAGE);
            m.invlpg(cpu, X);
            assertThat(m.reads(cpu, X)).isEmpty();
        }
    }
}
