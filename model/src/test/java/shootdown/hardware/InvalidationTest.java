package shootdown.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import static shootdown.hardware.ControlRegister.CR4_PCIDE;
import static shootdown.hardware.ControlRegister.CR4_PGE;
import static shootdown.hardware.ControlRegister.CR4_SMEP;
import static shootdown.hardware.Pte.GLOBAL;
import static shootdown.hardware.TestMachine.ALL;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Rules H18..H33: what each operation removes, and that it removes no more.
 *
 * <p>Two PCIDs have walked to everything, then memory is cleared: all that is cached is stale and
 * nothing comes back, so the difference that an operation makes is what it removed. Addresses X and
 * Z share an L1 table, Y shares nothing with them, and G is a global page in X's L1.
 *
 * <p>Of {@code TranslationCaches}, {@code SaturatedCaches}, {@code ExplicitCaches}, {@code
 * ControlRegister}.
 */
class InvalidationTest {
    private static final int L4 = 0;
    private static final int L3 = 1;
    private static final int L2 = 2;
    private static final int L1 = 3;
    private static final int PAGE = 4;

    private static final VirtualAddress X = new VirtualAddress(0, 0, 0, 0);
    private static final VirtualAddress Y = new VirtualAddress(1, 1, 1, 1);
    private static final VirtualAddress Z = new VirtualAddress(0, 0, 0, 1);
    private static final VirtualAddress G = new VirtualAddress(0, 0, 0, 2);

    private static final String X1 = "0";
    private static final String X2 = "0/0";
    private static final String X3 = "0/0/0";
    private static final String X_PAGE = "0/0/0/0";
    private static final String Z_PAGE = "0/0/0/1";
    private static final String G_PAGE = "0/0/0/2";
    private static final String[] PREFIXES = {X1, X2, X3, "1", "1/1", "1/1/1"};
    private static final String[] EVERYTHING = {
        X1, X2, X3, X_PAGE, Z_PAGE, "1", "1/1", "1/1/1", "1/1/1/1"
    };

    private static TestMachine machine(CacheModel model, long cr4, int... pcids) {
        TestMachine m =
                TestMachine.with(model)
                        .slots(0, 1, 2)
                        .addresses(X, Y, Z, G)
                        .pcids(0, 1)
                        .globals()
                        .build();
        m.cr4(0, cr4);
        m.map(L4, X, L3, L2, L1, PAGE);
        m.map(L4, Y, L3, L2, L1, PAGE);
        m.map(L4, Z, L3, L2, L1, PAGE);
        m.map(L4, G, L3, L2, L1, PAGE);
        m.write(L1, 2, PAGE, ALL | GLOBAL);
        for (int pcid : pcids) {
            m.load(0, L4, pcid);
        }
        m.clearMemory();
        return m;
    }

    /** PGE and PCIDE on, everything cached under PCIDs 0 and 1, PCID 1 loaded. */
    private static TestMachine machine(CacheModel model) {
        return machine(model, CR4_PGE | CR4_PCIDE, 0, 1);
    }

    private static Set<String> removed(TestMachine m, Consumer<TestMachine> operation) {
        Set<String> before = m.cachedKeys(0);
        operation.accept(m);
        Set<String> removed = new TreeSet<>(before);
        removed.removeAll(m.cachedKeys(0));
        assertThat(before).as("nothing is added").containsAll(m.cachedKeys(0));
        return removed;
    }

    private static Set<String> of(String family, String... paths) {
        Set<String> keys = new TreeSet<>();
        for (String path : paths) {
            keys.add(family + ": " + path);
        }
        return keys;
    }

    private static Set<String> and(Set<String> some, Set<String> more) {
        Set<String> all = new TreeSet<>(some);
        all.addAll(more);
        return all;
    }

    private static Set<String> allOf(int pcid) {
        return of("pcid " + pcid, EVERYTHING);
    }

    private static Set<String> allButGlobal() {
        return and(allOf(0), allOf(1));
    }

    private static Set<String> global() {
        return of("global", G_PAGE);
    }

    @ParameterizedTest
    @EnumSource
    void theMachineStartsWithEverythingCachedAndStale(CacheModel model) {
        assertThat(machine(model).cachedKeys(0)).isEqualTo(and(allButGlobal(), global()));
    }

    @ParameterizedTest
    @EnumSource
    void h18MovCr3WithoutPcideDropsAllButGlobals(CacheModel model) {
        TestMachine m = machine(model, CR4_PGE, 0);
        assertThat(removed(m, cpu -> cpu.load(0, L4))).isEqualTo(allOf(0));
    }

    @ParameterizedTest
    @EnumSource
    void h19MovCr3WithPcideDropsOnlyTheNewPcid(CacheModel model) {
        assertThat(removed(machine(model), m -> m.load(0, L4, 0))).isEqualTo(allOf(0));
        assertThat(removed(machine(model), m -> m.load(0, L4, 1))).isEqualTo(allOf(1));
    }

    @ParameterizedTest
    @EnumSource
    void h20MovCr3WithNoflushDropsNothing(CacheModel model) {
        assertThat(removed(machine(model), m -> m.switchTo(0, L4, 0))).isEmpty();
        assertThat(removed(machine(model), m -> m.switchTo(0, L3, 1))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h21NoflushWithoutPcideIsAProtectionFault(CacheModel model) {
        TestMachine m = machine(model, CR4_PGE, 0);
        long[] before = m.state().clone();
        assertThatIllegalStateException()
                .isThrownBy(() -> m.switchTo(0, L4, 0))
                .withMessageStartingWith("#GP");
        assertThat(m.state()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void h22ChangingPgeEitherWayDropsEverything(CacheModel model) {
        Set<String> everything = and(allButGlobal(), global());
        assertThat(removed(machine(model), m -> m.cr4(0, CR4_PCIDE))).isEqualTo(everything);
        TestMachine withoutPge = machine(model, CR4_PCIDE, 0, 1);
        assertThat(removed(withoutPge, m -> m.cr4(0, CR4_PCIDE | CR4_PGE)))
                .isEqualTo(
                        and(
                                and(allOf(0), of("pcid 0", G_PAGE)),
                                and(allOf(1), of("pcid 1", G_PAGE))));
    }

    @ParameterizedTest
    @EnumSource
    void h23TurningPcideOffDropsEverything(CacheModel model) {
        assertThat(removed(machine(model), m -> m.cr4(0, CR4_PGE)))
                .isEqualTo(and(allButGlobal(), global()));
    }

    @ParameterizedTest
    @EnumSource
    void h24TurningPcideOnDropsNothingAndNeedsPcid0(CacheModel model) {
        TestMachine m = machine(model, CR4_PGE, 0);
        assertThat(removed(m, cpu -> cpu.cr4(0, CR4_PGE | CR4_PCIDE))).isEmpty();
        TestMachine lowBits = machine(model, CR4_PGE, 1);
        assertThatIllegalStateException()
                .isThrownBy(() -> lowBits.cr4(0, CR4_PGE | CR4_PCIDE))
                .withMessageStartingWith("#GP");
        assertThat(lowBits.state()[lowBits.geometry().cr4(0)]).isEqualTo(CR4_PGE);
    }

    @ParameterizedTest
    @EnumSource
    void h25TurningSmepOnDropsTheCurrentPcidAndNoGlobals(CacheModel model) {
        assertThat(removed(machine(model), m -> m.cr4(0, CR4_PGE | CR4_PCIDE | CR4_SMEP)))
                .isEqualTo(allOf(1));
    }

    @ParameterizedTest
    @EnumSource
    void h26OtherBitsOfCr4DropNothing(CacheModel model) {
        long smap = 1L << 21;
        long cr4 = CR4_PGE | CR4_PCIDE | CR4_SMEP;
        TestMachine m = machine(model, cr4, 0, 1);
        assertThat(removed(m, cpu -> cpu.cr4(0, cr4 | smap))).isEmpty();
        assertThat(removed(m, cpu -> cpu.cr4(0, CR4_PGE | CR4_PCIDE))).isEmpty();
    }

    /** The model has no CR0: paging is always on. What comes nearest drops as much. */
    @ParameterizedTest
    @EnumSource
    void h27WithoutCr0ThereIsNothingStrongerThanInvpcidOfEverything(CacheModel model) {
        TestMachine m = machine(model);
        m.invpcidAll(0);
        assertThat(m.cachedKeys(0)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void h28InvlpgDropsThePageAndEveryPagingStructureEntryOfThePcid(CacheModel model) {
        assertThat(removed(machine(model), m -> m.invlpg(0, X)))
                .as("Z's page stays, Y's prefixes go")
                .isEqualTo(and(of("pcid 1", X_PAGE), of("pcid 1", PREFIXES)));
    }

    @ParameterizedTest
    @EnumSource
    void h28InvlpgDropsAGlobalEntryOfThePage(CacheModel model) {
        assertThat(removed(machine(model), m -> m.invlpg(0, G)))
                .isEqualTo(and(global(), of("pcid 1", PREFIXES)));
    }

    @ParameterizedTest
    @EnumSource
    void h29InvpcidOfAnAddressDropsWhatThatAddressUses(CacheModel model) {
        assertThat(removed(machine(model), m -> m.invpcidAddress(0, 0, X)))
                .isEqualTo(of("pcid 0", X1, X2, X3, X_PAGE));
        assertThat(removed(machine(model), m -> m.invpcidAddress(0, 1, G)))
                .as("no global entry")
                .isEqualTo(of("pcid 1", X1, X2, X3));
    }

    @ParameterizedTest
    @EnumSource
    void h30InvpcidOfAContextDropsThatPcidAndNoGlobals(CacheModel model) {
        assertThat(removed(machine(model), m -> m.invpcidContext(0, 0))).isEqualTo(allOf(0));
    }

    @ParameterizedTest
    @EnumSource
    void h31InvpcidOfAllDropsGlobalsToo(CacheModel model) {
        assertThat(removed(machine(model), m -> m.invpcidAll(0)))
                .isEqualTo(and(allButGlobal(), global()));
    }

    @ParameterizedTest
    @EnumSource
    void h32InvpcidOfAllButGlobalsKeepsThem(CacheModel model) {
        assertThat(removed(machine(model), m -> m.invpcidAllButGlobal(0)))
                .isEqualTo(allButGlobal());
    }

    @ParameterizedTest
    @EnumSource
    void h33InvpcidOfAPcidWithoutPcideIsAProtectionFault(CacheModel model) {
        TestMachine m = machine(model, CR4_PGE, 0);
        long[] before = m.state().clone();
        assertThatIllegalStateException()
                .isThrownBy(() -> m.invpcidAddress(0, 1, X))
                .withMessageStartingWith("#GP");
        assertThatIllegalStateException()
                .isThrownBy(() -> m.invpcidContext(0, 1))
                .withMessageStartingWith("#GP");
        assertThat(m.state()).isEqualTo(before);
        assertThat(removed(m, cpu -> cpu.invpcidContext(0, 0))).isEqualTo(allOf(0));
    }

    /** So an operand that is not canonical must be dealt with before it becomes an address. */
    @Test
    void h33AddressesOfTheModelAreCanonical() {
        for (int i4 : new int[] {0, 255, 256, 511}) {
            VirtualAddress address = new VirtualAddress(i4, 511, 0, 1);
            assertThat(address.va() >> 47).isIn(0L, -1L);
            assertThat(VirtualAddress.of(address.va())).isEqualTo(address);
        }
    }

    @ParameterizedTest
    @EnumSource
    void forgettingARootSlotDropsWhatGoesThroughItUnderEveryPcid(CacheModel model) {
        assertThat(removed(machine(model), m -> m.forgetRootSlot(0, 0)))
                .isEqualTo(
                        and(
                                global(),
                                and(
                                        of("pcid 0", X1, X2, X3, X_PAGE, Z_PAGE),
                                        of("pcid 1", X1, X2, X3, X_PAGE, Z_PAGE))));
    }
}
