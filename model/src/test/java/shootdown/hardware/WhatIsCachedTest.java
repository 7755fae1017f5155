package shootdown.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hardware.ControlRegister.CR4_PCIDE;
import static shootdown.hardware.ControlRegister.CR4_PGE;
import static shootdown.hardware.Pte.ACCESSED;
import static shootdown.hardware.Pte.DIRTY;
import static shootdown.hardware.Pte.GLOBAL;
import static shootdown.hardware.TestMachine.ALL;
import static shootdown.hardware.TestMachine.READ_ONLY;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;

/**
 * Rules H1..H17: what may be cached, and what an access may then use.
 *
 * <p>Of {@code TranslationCaches}, {@code SaturatedCaches}, {@code ExplicitCaches}, {@code
 * KeyTree}, {@code Pte}.
 */
class WhatIsCachedTest {
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2 = 2;
    private static final int L1 = 3;
    private static final int PAGE = 4;
    private static final int OTHER = 5;
    private static final int OTHER_L3 = 6;
    private static final int OTHER_L2 = 7;
    private static final int OTHER_L1 = 8;

    private static final VirtualAddress X = new VirtualAddress(0, 0, 0, 0);
    private static final VirtualAddress NEXT_TO_X = new VirtualAddress(0, 0, 0, 1);
    private static final VirtualAddress FAR = new VirtualAddress(0, 0, 1, 0);

    private static TestMachine.Builder machine(CacheModel model) {
        return TestMachine.with(model).frames(9).addresses(X, NEXT_TO_X, FAR);
    }

    private static TestMachine mapped(TestMachine.Builder builder) {
        TestMachine m = builder.build();
        m.map(L4, X, L3, L2, L1, PAGE);
        for (int cpu = 0; cpu < m.geometry().cpus(); cpu++) {
            m.load(cpu, L4);
        }
        return m;
    }

    @ParameterizedTest
    @EnumSource
    void h01NothingKeepsTheCachesOfTwoCpusAlike(CacheModel model) {
        TestMachine m = mapped(machine(model).cpus(2));
        m.write(L1, 0, OTHER, ALL);
        m.invlpg(0, X);
        assertThat(m.reads(0, X)).containsExactly(OTHER);
        assertThat(m.reads(1, X)).containsExactly(PAGE, OTHER);
    }

    @ParameterizedTest
    @EnumSource
    void h02ATlbEntryIsACopyThatLaterEditsDoNotChange(CacheModel model) {
        TestMachine m = mapped(machine(model));
        m.write(L4, 0, L3, READ_ONLY);
        m.clear(L1, 0);
        assertThat(m.writes(0, X)).containsExactly(PAGE);
    }

    @ParameterizedTest
    @EnumSource
    void h02ATlbEntryIsWritableOnlyIfEveryEntryOfItsPathIs(CacheModel model) {
        int[] tables = {L4, L3, L2, L1};
        int[] below = {L3, L2, L1, PAGE};
        for (int depth = 0; depth < tables.length; depth++) {
            TestMachine m = mapped(machine(model));
            m.write(tables[depth], 0, below[depth], READ_ONLY);
            m.load(0, L4);
            assertThat(m.reads(0, X)).as("read-only at depth %d", depth).containsExactly(PAGE);
            assertThat(m.writes(0, X)).as("read-only at depth %d", depth).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void h03OnlyAWalkOfPresentEntriesMakesATlbEntry(CacheModel model) {
        for (int table : new int[] {L4, L3, L2, L1}) {
            TestMachine m = mapped(machine(model));
            m.clear(table, 0);
            m.load(0, L4);
            assertThat(m.cached(0, 0, X, 4)).isEmpty();
            assertThat(m.reads(0, X)).isEmpty();
            assertThat(m.mayFault(0, X)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void h03AFrameBeyondTheMachineIsAReservedBitAndEndsTheWalk(CacheModel model) {
        for (int table : new int[] {L4, L3, L2, L1}) {
            TestMachine m = mapped(machine(model));
            m.write(table, 0, m.geometry().frames(), ALL);
            m.load(0, L4);
            assertThat(m.cached(0, 0, X, 4)).isEmpty();
            assertThat(m.reads(0, X)).isEmpty();
            assertThat(m.mayFault(0, X)).isTrue();
        }
    }

    @Test
    void h04PagingStructureEntriesAreKeptByThePrefixOfTheAddress() {
        KeyTree keys = new KeyTree(List.of(X, NEXT_TO_X, FAR));
        assertThat(keys.prefix(0, 3)).as("PDE cache, va[47:21]").isEqualTo(keys.prefix(1, 3));
        assertThat(keys.prefix(0, 3)).as("another 2 MiB").isNotEqualTo(keys.prefix(2, 3));
        assertThat(keys.prefix(0, 2)).as("PDPTE cache, va[47:30]").isEqualTo(keys.prefix(2, 2));
        assertThat(keys.leaf(0)).isNotEqualTo(keys.leaf(1));
        assertThat(keys.size()).isEqualTo(1 + 1 + 2 + 3);
    }

    @ParameterizedTest
    @EnumSource
    void h04PagingStructureEntriesHoldPermissionsAndAreNeverGlobal(CacheModel model) {
        TestMachine m = machine(model).globals().build();
        m.cr4(0, CR4_PGE);
        m.map(L4, X, L3, L2, L1, PAGE);
        m.write(L4, 0, L3, ALL | GLOBAL);
        m.write(L3, 0, L2, READ_ONLY | GLOBAL);
        m.write(L2, 0, L1, ALL | GLOBAL);
        m.load(0, L4);
        assertThat(m.cachedWritable(0, 0, X, 1)).containsExactly(L3);
        assertThat(m.cached(0, 0, X, 3)).containsExactly(L1);
        assertThat(m.cachedWritable(0, 0, X, 3)).isEmpty();
        assertThat(m.cachedKeys(0)).noneMatch(key -> key.startsWith("global"));
    }

    @ParameterizedTest
    @EnumSource
    void h05PrefixesAreCachedThoughNothingBelowIsMapped(CacheModel model) {
        TestMachine m = machine(model).build();
        m.write(L4, 0, L3, ALL);
        m.write(L3, 0, L2, ALL);
        m.write(L2, 0, L1, ALL);
        m.load(0, L4);
        assertThat(m.cached(0, 0, X, 3)).containsExactly(L1);
        assertThat(m.cached(0, 0, X, 4)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h06OneCachedPrefixCombinesEntriesReadAtDifferentTimes(CacheModel model) {
        TestMachine m = mapped(machine(model));
        m.clear(L3, 0);
        m.load(0, L4);
        m.clear(L4, 0); // The PML4E cache has L3; memory does not.
        m.write(L3, 0, OTHER_L2, ALL);
        assertThat(m.cached(0, 0, X, 2)).containsExactly(OTHER_L2);
        m.write(OTHER_L2, 0, OTHER_L1, ALL);
        assertThat(m.cached(0, 0, X, 3)).containsExactly(OTHER_L1);
    }

    @Test
    void h06AFillReadsOneEntryBehindACachedPrefix() {
        TestMachine m = machine(CacheModel.EXPLICIT).build();
        ExplicitCaches caches = (ExplicitCaches) m.caches();
        Geometry g = m.geometry();
        m.state()[g.entry(L4, 0)] = Pte.of(L3, ALL);
        m.state()[g.entry(L3, 0)] = Pte.of(L2, READ_ONLY);
        assertThat(fills(caches, m.state()))
                .containsExactly(
                        new ExplicitCaches.Member(0, g.keys().prefix(0, 1), L3, Rights.WRITE));
        caches.memoryChanged(m.state());
        assertThat(m.cachedKeys(0)).as("nothing follows memory by itself").isEmpty();
        caches.forEachFill(m.state().clone(), 0, fill -> caches.fill(m.state(), 0, fill));
        assertThat(fills(caches, m.state()))
                .containsExactly(new ExplicitCaches.Member(0, g.keys().prefix(0, 2), L2, 0));
    }

    private static List<ExplicitCaches.Member> fills(ExplicitCaches caches, long[] state) {
        List<ExplicitCaches.Member> fills = new ArrayList<>();
        caches.forEachFill(state, 0, fill -> fills.add(caches.member(fill)));
        return fills;
    }

    @ParameterizedTest
    @EnumSource
    void h07AnAccessMayUseTheTlbOrWalkFromAnyCachedPrefix(CacheModel model) {
        TestMachine m = mapped(machine(model));
        m.write(L1, 0, OTHER, ALL);
        m.clear(L4, 0);
        TestMachine.Outcomes outcomes = m.outcomes(0, X);
        assertThat(outcomes.reads())
                .as("the TLB has the old page, a walk from a cached prefix finds the new one")
                .containsExactly(PAGE, OTHER);
        assertThat(outcomes.mayFault()).as("a walk from the root ends").isTrue();
    }

    @Test
    void h07AWalkNeedNotLeaveAnythingInTheCaches() {
        TestMachine m = machine(CacheModel.EXPLICIT).build();
        m.map(L4, X, L3, L2, L1, PAGE);
        ExplicitCaches caches = (ExplicitCaches) m.caches();
        caches.movCr3(m.state(), 0, ControlRegister.cr3(L4, 0));
        assertThat(m.cachedKeys(0)).isEmpty();
        assertThat(m.outcomes(0, X).writes()).containsExactly(PAGE);
        assertThat(m.mayFault(0, X)).isFalse();
        assertThat(m.cachedKeys(0)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h08StaleUpperLevelsGoOnThroughFreshLowerOnes(CacheModel model) {
        TestMachine m = mapped(machine(model));
        m.clear(L1, 0);
        m.load(0, L4);
        m.write(L4, 0, OTHER_L3, ALL);
        m.write(L1, 0, OTHER, ALL);
        assertThat(m.reads(0, X)).containsExactly(OTHER);
    }

    @ParameterizedTest
    @EnumSource
    void h08AFreshUpperLevelDoesNotFindAStaleLowerOne(CacheModel model) {
        TestMachine m = machine(model).build();
        m.write(OTHER_L3, 0, OTHER_L2, ALL);
        m.map(L4, X, L3, L2, L1, PAGE);
        m.load(0, L4);
        m.write(OTHER_L3, 0, L2, ALL); // OTHER_L2 was never walked to.
        m.write(L4, 0, OTHER_L3, ALL);
        assertThat(m.cached(0, 0, X, 1)).containsExactly(L3, OTHER_L3);
        assertThat(m.cached(0, 0, X, 2)).containsExactly(L2);
    }

    @ParameterizedTest
    @EnumSource
    void h09AnEditMayHitBetweenTheReadsOfOneWalk(CacheModel model) {
        TestMachine m = machine(model).build();
        m.map(L4, X, L3, L2, L1, PAGE);
        m.clear(L1, 0);
        m.load(0, L4); // The walk has read three levels ...
        m.clear(L2, 0);
        m.write(L1, 0, OTHER, ALL); // ... and reads the last one now.
        assertThat(m.reads(0, X)).containsExactly(OTHER);
        assertThat(m.walk(0, X)).isEqualTo(new Walk.Fault(2, L2, 0, Walk.Reason.NOT_PRESENT));
    }

    @ParameterizedTest
    @EnumSource
    void h10WhatNoProgramTouchedMayBeCached(CacheModel model) {
        TestMachine m = mapped(machine(model));
        assertThat(m.cached(0, 0, X, 4)).containsExactly(PAGE);
        m.invlpg(0, X);
        assertThat(m.cached(0, 0, X, 4)).as("at once again").containsExactly(PAGE);
    }

    @ParameterizedTest
    @EnumSource
    void h11NothingIsCachedFromAnAbsentEntry(CacheModel model) {
        TestMachine m = machine(model).build();
        m.load(0, L4);
        assertThat(m.cachedKeys(0)).isEmpty();
        m.map(L4, X, L3, L2, L1, PAGE);
        assertThat(m.outcomes(0, X).reads()).containsExactly(PAGE);
        assertThat(m.outcomes(0, X).mayFault()).as("no invalidation needed").isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void h12UntilTheInvalidationEitherVersionMayBeUsed(CacheModel model) {
        TestMachine m = mapped(machine(model));
        m.clear(L1, 0);
        assertThat(m.outcomes(0, X).reads()).containsExactly(PAGE);
        assertThat(m.outcomes(0, X).mayFault()).as("a hit need not be used").isTrue();
        m.invlpg(0, X);
        assertThat(m.outcomes(0, X).reads()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h13TwoUpperEntriesThatNameOneTableGiveTwoCachedEntries(CacheModel model) {
        TestMachine m = mapped(machine(model));
        m.write(L2, 1, L1, ALL);
        m.clear(L1, 0);
        m.invlpg(0, X);
        assertThat(m.reads(0, X)).isEmpty();
        assertThat(m.reads(0, FAR)).as("the other use of the entry").containsExactly(PAGE);
    }

    @ParameterizedTest
    @EnumSource
    void h14AGlobalLeafMatchesUnderEveryPcidAndSurvivesCr3Loads(CacheModel model) {
        TestMachine m = machine(model).pcids(0, 1).globals().build();
        m.cr4(0, CR4_PGE | CR4_PCIDE);
        m.map(L4, X, L3, L2, L1, PAGE);
        m.write(L1, 0, PAGE, ALL | GLOBAL);
        m.load(0, L4);
        m.clear(L1, 0);
        m.load(0, L4);
        assertThat(m.reads(0, X)).containsExactly(PAGE);
        m.load(0, L4, 1);
        assertThat(m.reads(0, X)).containsExactly(PAGE);
    }

    @ParameterizedTest
    @EnumSource
    void h14WithoutPgeALeafWithGIsAnOrdinaryOne(CacheModel model) {
        TestMachine m = machine(model).globals().build();
        m.map(L4, X, L3, L2, L1, PAGE);
        m.write(L1, 0, PAGE, ALL | GLOBAL);
        m.load(0, L4);
        assertThat(m.cachedGlobal(0, X)).isEmpty();
        m.clear(L1, 0);
        m.load(0, L4);
        assertThat(m.reads(0, X)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h14GInANonLeafEntryIsIgnored(CacheModel model) {
        TestMachine m = machine(model).globals().build();
        m.cr4(0, CR4_PGE);
        m.map(L4, X, L3, L2, L1, PAGE);
        m.write(L2, 0, L1, ALL | GLOBAL);
        m.load(0, L4);
        m.clear(L4, 0);
        m.load(0, L4);
        assertThat(m.cachedKeys(0)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h15WhatIsCachedUnderOnePcidIsNotUsedUnderAnother(CacheModel model) {
        TestMachine m = machine(model).pcids(0, 1).build();
        m.cr4(0, CR4_PCIDE);
        m.map(L4, X, L3, L2, L1, PAGE);
        m.load(0, L4);
        m.clear(L4, 0);
        m.load(0, L4, 1);
        assertThat(m.reads(0, X)).isEmpty();
        m.switchTo(0, L4, 0);
        assertThat(m.reads(0, X)).as("still there").containsExactly(PAGE);
    }

    @ParameterizedTest
    @EnumSource
    void h15WithoutPcideEverythingHasPcid0(CacheModel model) {
        TestMachine m = machine(model).pcids(0, 1).build();
        m.map(L4, X, L3, L2, L1, PAGE);
        m.load(0, L4, 1); // The low bits of CR3 are no PCID now.
        assertThat(m.cached(0, 0, X, 4)).containsExactly(PAGE);
        assertThat(m.cached(0, 1, X, 4)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h16AccessedAndDirtyAreNotLookedAt(CacheModel model) {
        TestMachine m = machine(model).build();
        m.map(L4, X, L3, L2, L1, PAGE); // Without A and D, yet cached: A counts as set.
        m.load(0, L4);
        assertThat(m.writes(0, X)).containsExactly(PAGE);
        long[] before = m.state().clone();
        m.write(L1, 0, PAGE, ALL | ACCESSED | DIRTY);
        m.write(L1, 0, PAGE, ALL);
        assertThat(m.state()).as("and never written").isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void h17APageFaultDropsThePageAndThePrefixesOfItsAddress(CacheModel model) {
        TestMachine m = mapped(machine(model));
        m.write(L2, 1, OTHER_L1, ALL);
        m.write(L1, 1, OTHER, ALL);
        m.clearMemory();
        m.pageFault(0, X);
        assertThat(m.cachedKeys(0))
                .as("pages and prefixes that X does not use stay")
                .containsExactly("pcid 0: 0/0/0/1", "pcid 0: 0/0/1");
    }

    @ParameterizedTest
    @EnumSource
    void h17APageFaultDropsAGlobalEntryThatMustBeOfTheCurrentPcid(CacheModel model) {
        for (long pcide : new long[] {0, CR4_PCIDE}) {
            TestMachine m = machine(model).globals().build();
            m.cr4(0, CR4_PGE | pcide);
            m.map(L4, X, L3, L2, L1, PAGE);
            m.write(L1, 0, PAGE, ALL | GLOBAL);
            m.load(0, L4);
            m.clearMemory();
            m.pageFault(0, X);
            assertThat(m.cachedGlobal(0, X).isEmpty()).isEqualTo(pcide == 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTableThatOneCpuHasLoadedIsFollowedByThatCpuOnly(CacheModel model) {
        TestMachine m = machine(model).cpus(2).build();
        m.map(L4, X, L3, L2, L1, PAGE);
        m.load(0, L4);
        m.load(1, OTHER_L3);
        m.state()[m.geometry().entry(L1, 0)] = Pte.of(OTHER, ALL);
        m.caches().memoryChanged(m.state(), 0);
        m.settle();
        assertThat(m.reads(0, X)).containsExactly(PAGE, OTHER);
        assertThat(m.cachedKeys(1)).isEmpty();
    }
}
