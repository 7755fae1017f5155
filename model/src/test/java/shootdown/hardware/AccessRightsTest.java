package shootdown.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hardware.Pte.NX;
import static shootdown.hardware.Pte.PRESENT;
import static shootdown.hardware.Pte.RW;
import static shootdown.hardware.Pte.USER;
import static shootdown.hardware.Rights.EXECUTE;
import static shootdown.hardware.TestMachine.ALL;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rules H47..H50: what an access may come to, with the error code of each fault.
 *
 * <p>Of {@code TranslationCaches}, {@code SaturatedCaches}, {@code ExplicitCaches}, {@code
 * AccessSet}, {@code Rights}, {@code PageFault}.
 */
class AccessRightsTest {
    private static final int[] PATH = {0, 1, 2, 3, 4};
    private static final int PAGE = 4;
    private static final int OTHER = 5;
    private static final VirtualAddress X = new VirtualAddress(0, 1, 0, 1);

    private static final int READ = 0;
    private static final int WRITE = Rights.WRITE;
    private static final int USER_READ = Rights.USER;
    private static final int USER_WRITE = Rights.USER | Rights.WRITE;
    private static final int FETCH = EXECUTE;
    private static final int USER_FETCH = Rights.USER | EXECUTE;

    /** What each kind of access adds to an error code. */
    private static final int[][] ATTEMPTS = {
        {READ, 0},
        {WRITE, PageFault.WRITE},
        {USER_READ, PageFault.USER},
        {USER_WRITE, PageFault.USER | PageFault.WRITE},
        {FETCH, PageFault.FETCH},
        {USER_FETCH, PageFault.USER | PageFault.FETCH}
    };

    private static TestMachine machine(CacheModel model) {
        TestMachine m = TestMachine.with(model).tellsRights().addresses(X).build();
        m.map(PATH[0], X, 1, 2, 3, PAGE);
        m.load(0, PATH[0]);
        return m;
    }

    /** A machine whose entry at this depth has these flags, with nothing older cached. */
    private static TestMachine machineWith(CacheModel model, int depth, long flags) {
        TestMachine m = machine(model);
        m.write(PATH[depth], X.index(depth), PATH[depth + 1], flags);
        m.invpcidAll(0);
        return m;
    }

    private static String fault(int code) {
        return "[#PF(" + code + ")]";
    }

    private static String page(int mfn) {
        return "[" + mfn + "]";
    }

    @ParameterizedTest
    @EnumSource
    void h47APathThatAllowsEverythingAllowsEveryAccess(CacheModel model) {
        for (int[] attempt : ATTEMPTS) {
            assertThat(machine(model).access(0, X, attempt[0])).isEqualTo(page(PAGE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void h47EveryLevelCanForbidWritingUserAccessAndExecution(CacheModel model) {
        for (int depth = 0; depth < 4; depth++) {
            for (int[] attempt : ATTEMPTS) {
                int needed = attempt[0];
                String forbidden = fault(PageFault.PRESENT | attempt[1]);
                assertThat(machineWith(model, depth, PRESENT | USER).access(0, X, needed))
                        .as("read-only at depth %d", depth)
                        .isEqualTo((needed & WRITE) != 0 ? forbidden : page(PAGE));
                assertThat(machineWith(model, depth, PRESENT | RW).access(0, X, needed))
                        .as("supervisor at depth %d", depth)
                        .isEqualTo((needed & USER_READ) != 0 ? forbidden : page(PAGE));
                assertThat(machineWith(model, depth, ALL | NX).access(0, X, needed))
                        .as("no execution at depth %d", depth)
                        .isEqualTo((needed & FETCH) != 0 ? forbidden : page(PAGE));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void h48TheErrorCodeTellsWhatWasAttemptedAndWhetherThePathWasPresent(CacheModel model) {
        for (int depth = 0; depth < 4; depth++) {
            for (int[] attempt : ATTEMPTS) {
                TestMachine absent = machineWith(model, depth, RW | USER);
                assertThat(absent.access(0, X, attempt[0])).isEqualTo(fault(attempt[1]));

                TestMachine reserved = machine(model);
                int beyond = reserved.geometry().frames();
                reserved.write(PATH[depth], X.index(depth), beyond, ALL);
                reserved.invpcidAll(0);
                assertThat(reserved.access(0, X, attempt[0]))
                        .isEqualTo(fault(PageFault.PRESENT | PageFault.RESERVED | attempt[1]));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void h49UntilTheInvalidationALostRightMayStillBeThere(CacheModel model) {
        TestMachine m = machine(model);
        m.write(PATH[3], 1, PAGE, PRESENT | NX);
        assertThat(m.access(0, X, USER_READ)).isEqualTo("[4, #PF(5)]");
        assertThat(m.access(0, X, USER_WRITE)).isEqualTo("[4, #PF(7)]");
        assertThat(m.access(0, X, FETCH)).isEqualTo("[4, #PF(17)]");
        assertThat(m.access(0, X, READ)).isEqualTo(page(PAGE));
        m.invlpg(0, X);
        assertThat(m.access(0, X, USER_READ)).isEqualTo(fault(5));
        assertThat(m.access(0, X, USER_WRITE)).isEqualTo(fault(7));
        assertThat(m.access(0, X, FETCH)).isEqualTo(fault(17));
    }

    @ParameterizedTest
    @EnumSource
    void h49ARightThatWasAddedMayCostOneFault(CacheModel model) {
        TestMachine m = machineWith(model, 3, PRESENT);
        m.write(PATH[3], 1, PAGE, ALL);
        assertThat(m.access(0, X, USER_WRITE)).isEqualTo("[4, #PF(7)]");
        m.pageFault(0, X);
        assertThat(m.access(0, X, USER_WRITE)).isEqualTo(page(PAGE));
    }

    @ParameterizedTest
    @EnumSource
    void h50AStalePrefixKeepsItsRightsBeforeFreshLowerEntries(CacheModel model) {
        TestMachine m = machineWith(model, 1, PRESENT | RW);
        m.write(PATH[1], X.index(1), PATH[2], ALL);
        m.write(PATH[3], 1, OTHER, ALL);
        m.load(0, PATH[0]);
        assertThat(m.access(0, X, USER_READ)).isEqualTo(page(OTHER));

        m = machine(model);
        m.write(PATH[1], X.index(1), PATH[2], PRESENT | RW);
        m.write(PATH[3], 1, OTHER, ALL);
        assertThat(m.access(0, X, USER_READ))
                .as("the old page, the new page by the old prefix, neither by the new prefix")
                .isEqualTo("[4, 5, #PF(5)]");
    }
}
