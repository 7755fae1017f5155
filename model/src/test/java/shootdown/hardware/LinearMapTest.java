package shootdown.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hardware.ControlRegister.CR4_PCIDE;
import static shootdown.hardware.ControlRegister.CR4_PGE;
import static shootdown.hardware.Pte.GLOBAL;
import static shootdown.hardware.Pte.PRESENT;
import static shootdown.hardware.TestMachine.ALL;
import static shootdown.hardware.TestMachine.READ_ONLY;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Set;
import java.util.TreeSet;

/**
 * Rules H42..H46: a root whose slot 258 names itself. Data addresses 3/4/5/6 and some neighbours;
 * linear pages of them all.
 *
 * <p>Of {@code TranslationCaches}, {@code SaturatedCaches}, {@code ExplicitCaches}, {@code
 * KeyTree}.
 */
class LinearMapTest {
    private static final int S = 258;
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2 = 2;
    private static final int L1 = 3;
    private static final int PAGE = 4;
    private static final int NEW = 5;
    private static final int SECOND_L4 = 6;
    private static final int SECOND_L3 = 7;
    private static final int SECOND_L2 = 8;
    private static final int SECOND_L1 = 9;

    private static final VirtualAddress DATA = new VirtualAddress(3, 4, 5, 6);
    private static final VirtualAddress L1_OF_DATA = new VirtualAddress(S, 3, 4, 5);
    private static final VirtualAddress L2_OF_DATA = new VirtualAddress(S, S, 3, 4);
    private static final VirtualAddress L3_OF_DATA = new VirtualAddress(S, S, S, 3);
    private static final VirtualAddress THE_L4 = new VirtualAddress(S, S, S, S);

    /** Next to DATA by one L2 entry, one L3 entry, one L4 entry. */
    private static final VirtualAddress L1_BESIDE = new VirtualAddress(S, 3, 4, 6);

    private static final VirtualAddress L1_FURTHER = new VirtualAddress(S, 3, 5, 5);
    private static final VirtualAddress L2_BESIDE = new VirtualAddress(S, S, 3, 5);
    private static final VirtualAddress L1_FAR = new VirtualAddress(S, 4, 4, 5);

    private static TestMachine.Builder machine(CacheModel model) {
        return TestMachine.with(model)
                .frames(10)
                .slots(3, 4, 5, 6, S)
                .addresses(
                        DATA,
                        L1_OF_DATA,
                        L2_OF_DATA,
                        L3_OF_DATA,
                        THE_L4,
                        L1_BESIDE,
                        L1_FURTHER,
                        L2_BESIDE,
                        L1_FAR);
    }

    private static void build(TestMachine m) {
        m.map(L4, DATA, L3, L2, L1, PAGE);
        m.write(L4, S, L4, PRESENT | Pte.RW);
        m.write(L2, 6, SECOND_L1, ALL);
        m.write(L3, 5, SECOND_L2, ALL);
        m.write(SECOND_L2, 5, SECOND_L1, ALL);
        m.write(L4, 4, SECOND_L3, ALL);
        m.write(SECOND_L3, 4, SECOND_L2, ALL);
    }

    private static TestMachine built(CacheModel model) {
        TestMachine m = machine(model).build();
        build(m);
        m.load(0, L4);
        return m;
    }

    /** Linear keys that lead to {@code old}, or to what only it leads to, after its entry went. */
    private static Set<String> staleAfterClearing(TestMachine m, int table, int slot) {
        Set<String> before = linear(m.cachedKeys(0));
        m.clear(table, slot);
        Set<String> withStale = linear(m.cachedKeys(0));
        assertThat(withStale).isEqualTo(before);
        m.invpcidAll(0);
        withStale.removeAll(linear(m.cachedKeys(0)));
        return withStale;
    }

    private static Set<String> linear(Set<String> keys) {
        Set<String> linear = new TreeSet<>(keys);
        linear.removeIf(key -> !key.startsWith("pcid 0: " + S));
        return linear;
    }

    @ParameterizedTest
    @EnumSource
    void theLinearMapShowsTheTablesOfAnAddress(CacheModel model) {
        TestMachine m = built(model);
        assertThat(m.reads(0, L1_OF_DATA)).containsExactly(L1);
        assertThat(m.reads(0, L2_OF_DATA)).containsExactly(L2);
        assertThat(m.reads(0, L3_OF_DATA)).containsExactly(L3);
        assertThat(m.reads(0, THE_L4)).containsExactly(L4);
    }

    @ParameterizedTest
    @EnumSource
    void h42AnEditOfAnL1EntryMakesNoLinearPageStale(CacheModel model) {
        assertThat(staleAfterClearing(built(model), L1, 6)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h42AnEditOfAnL2EntryMakesOneLinearPageStale(CacheModel model) {
        assertThat(staleAfterClearing(built(model), L2, 5)).containsExactly("pcid 0: 258/3/4/5");
    }

    @ParameterizedTest
    @EnumSource
    void h42AnEditOfAnL3EntryMakesALinearL2PageItsL1PagesAndAPdeStale(CacheModel model) {
        assertThat(staleAfterClearing(built(model), L3, 4))
                .containsExactlyInAnyOrder(
                        "pcid 0: 258/258/3/4",
                        "pcid 0: 258/3/4",
                        "pcid 0: 258/3/4/5",
                        "pcid 0: 258/3/4/6");
    }

    @ParameterizedTest
    @EnumSource
    void h42AnEditOfAnL4EntryMakesAllLinearPagesBelowAndTheirPrefixesStale(CacheModel model) {
        assertThat(staleAfterClearing(built(model), L4, 3))
                .containsExactlyInAnyOrder(
                        "pcid 0: 258/258/258/3",
                        "pcid 0: 258/258/3",
                        "pcid 0: 258/258/3/4",
                        "pcid 0: 258/258/3/5",
                        "pcid 0: 258/3",
                        "pcid 0: 258/3/4",
                        "pcid 0: 258/3/4/5",
                        "pcid 0: 258/3/4/6",
                        "pcid 0: 258/3/5",
                        "pcid 0: 258/3/5/5");
    }

    @ParameterizedTest
    @EnumSource
    void h43InvlpgOfTheDataAddressRemovesNoLinearPageButEveryPrefix(CacheModel model) {
        TestMachine m = built(model);
        m.clearMemory();
        m.invlpg(0, DATA);
        assertThat(m.cachedKeys(0))
                .containsExactlyInAnyOrder(
                        "pcid 0: 258/3/4/5",
                        "pcid 0: 258/258/3/4",
                        "pcid 0: 258/258/258/3",
                        "pcid 0: 258/258/258/258",
                        "pcid 0: 258/3/4/6",
                        "pcid 0: 258/3/5/5",
                        "pcid 0: 258/258/3/5",
                        "pcid 0: 258/4/4/5");
    }

    @ParameterizedTest
    @EnumSource
    void h44ALinearPageIsGlobalIfTheEntryThatIsItsLeafHasG(CacheModel model) {
        TestMachine m = machine(model).globals().build();
        m.cr4(0, CR4_PGE);
        build(m);
        m.load(0, L4);
        assertThat(m.cachedGlobal(0, L1_OF_DATA)).isEmpty();
        m.write(L2, 5, L1, ALL | GLOBAL);
        assertThat(m.cachedGlobal(0, L1_OF_DATA)).containsExactly(L1);
        assertThat(m.cachedGlobal(0, L2_OF_DATA)).isEmpty();
        m.write(L3, 4, L2, ALL | GLOBAL);
        assertThat(m.cachedGlobal(0, L2_OF_DATA)).containsExactly(L2);
        m.write(L4, 3, L3, ALL | GLOBAL);
        assertThat(m.cachedGlobal(0, L3_OF_DATA)).containsExactly(L3);
        m.clear(L4, 3);
        m.load(0, L4);
        assertThat(m.reads(0, L1_OF_DATA)).as("survives the load").containsExactly(L1);
    }

    @ParameterizedTest
    @EnumSource
    void h45ANoflushLoadOfAnotherRootMixesLinearMapsUnlessThePcidDiffers(CacheModel model) {
        for (int pcid = 0; pcid < 2; pcid++) {
            TestMachine m = machine(model).pcids(0, 1).build();
            m.cr4(0, CR4_PCIDE);
            build(m);
            m.write(SECOND_L4, S, SECOND_L4, PRESENT | Pte.RW);
            m.write(SECOND_L4, 3, NEW, ALL);
            m.load(0, L4, 0);
            m.switchTo(0, SECOND_L4, pcid);
            assertThat(m.reads(0, L3_OF_DATA)).contains(NEW);
            assertThat(m.reads(0, L3_OF_DATA).contains(L3)).isEqualTo(pcid == 0);
            assertThat(m.reads(0, THE_L4).contains(L4)).isEqualTo(pcid == 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void h46LinearAddressesThroughAGuestsOwnSlotGoThroughTheOtherL4(CacheModel model) {
        TestMachine m = built(model);
        m.write(SECOND_L4, 4, SECOND_L3, ALL);
        m.clear(L4, 3);
        m.load(0, L4);
        m.write(L4, 3, SECOND_L4, READ_ONLY);
        assertThat(m.reads(0, L3_OF_DATA)).containsExactly(SECOND_L4);
        assertThat(m.reads(0, L2_OF_DATA)).as("through the other L4").containsExactly(SECOND_L3);
        assertThat(m.writes(0, L2_OF_DATA)).as("by a read-only path").isEmpty();
        m.write(SECOND_L4, 4, NEW, ALL); // SECOND_L4 is in nobody's CR3.
        m.invlpg(0, DATA);
        assertThat(m.reads(0, L2_OF_DATA)).containsExactly(NEW, SECOND_L3);
    }
}
