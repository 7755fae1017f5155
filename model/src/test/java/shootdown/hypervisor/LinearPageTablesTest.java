package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.C;
import static shootdown.hypervisor.Guest.ro;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Unpin;

/**
 * The guest's own linear page tables (facts 2.6): same-level entries, read-only, one deep.
 *
 * <p>Of {@code EntryReferences}.
 */
final class LinearPageTablesTest {
    /** A, B and C as pinned, empty tables of one level. */
    private static TestXen threeTables(int level) {
        TestXen xen = Guest.xen();
        for (int mfn : new int[] {A, B, C}) {
            assertThat(xen.run(new Pin(level, mfn))).isEqualTo(OK);
        }
        return xen;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void aReadOnlyEntryMayNameAValidatedTableOfItsOwnLevel(int level) {
        TestXen xen = threeTables(level);

        assertThat(xen.run(set(A, 0, ro(B)))).isEqualTo(OK);

        assertThat(xen.typeCount(B)).isEqualTo(2);
        assertThat(xen.refs(B)).isEqualTo(3);
        assertThat(xen.linearCount(A)).isEqualTo(1);
        assertThat(xen.linearCount(B)).isEqualTo(-1);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void aWritableEntryIsRefused(int level) {
        TestXen xen = threeTables(level);

        assertThat(xen.run(set(A, 0, table(B)))).isEqualTo(EINVAL);
        assertThat(xen.run(set(A, 0, ro(B)))).isEqualTo(OK);
        assertThat(xen.run(set(A, 0, table(B)))).as("RO to RW is no fast path").isEqualTo(EINVAL);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void aTargetMayHaveNoLinearEntriesItself(int level) {
        TestXen xen = threeTables(level);
        xen.run(set(B, 0, ro(C)));

        assertThat(xen.run(set(A, 0, ro(B)))).isEqualTo(EINVAL);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void aTargetMayNotBecomeAContainer(int level) {
        TestXen xen = threeTables(level);
        xen.run(set(A, 0, ro(B)));

        assertThat(xen.run(set(B, 0, ro(C)))).isEqualTo(EINVAL);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void aSelfReferenceCostsNothing(int level) {
        TestXen xen = threeTables(level);

        assertThat(xen.run(set(A, 0, ro(A)))).isEqualTo(OK);

        assertThat(xen.typeCount(A)).isEqualTo(1);
        assertThat(xen.refs(A)).isEqualTo(2);
        assertThat(xen.linearCount(A)).isZero();
        assertThat(xen.run(set(A, 1, table(A)))).as("writable").isEqualTo(EINVAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void aSelfReferenceNeedsNoValidationBefore(int level) {
        TestXen xen = Guest.xen();
        xen.run(set(A, 0, ro(A)));

        assertThat(xen.run(new Pin(level, A))).isEqualTo(OK);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aTableWithASelfReferenceMayBeContainerOrTarget() {
        TestXen xen = threeTables(3);
        xen.run(set(A, 0, ro(A)));
        xen.run(set(B, 0, ro(B)));

        assertThat(xen.run(set(A, 1, ro(B)))).isEqualTo(OK);
    }

    @Test
    void removingTheEntryUndoesTheCounts() {
        TestXen xen = threeTables(3);
        xen.run(set(A, 0, ro(B)));

        assertThat(xen.run(set(A, 0, 0))).isEqualTo(OK);

        assertThat(xen.linearCount(A)).isZero();
        assertThat(xen.linearCount(B)).isZero();
        assertThat(xen.typeCount(B)).isEqualTo(1);
        assertThat(xen.run(set(B, 0, ro(A)))).as("the other way round").isEqualTo(OK);
    }

    @Test
    void devalidatingTheContainerUndoesTheCounts() {
        TestXen xen = threeTables(3);
        xen.run(set(A, 0, ro(B)));
        xen.run(set(A, 1, ro(C)));

        assertThat(xen.run(new Unpin(A))).isEqualTo(OK);

        assertThat(xen.linearCount(B)).isZero();
        assertThat(xen.linearCount(C)).isZero();
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aTargetStaysValidWhileOnlyALinearEntryNamesIt() {
        TestXen xen = threeTables(3);
        xen.run(set(A, 0, ro(B)));
        xen.run(new Unpin(B));

        assertThat(xen.typeCount(B)).isEqualTo(1);
        assertThat(xen.validated(B)).isTrue();

        xen.run(set(A, 0, 0));
        assertThat(xen.typeCount(B)).isZero();
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aTableWithoutReferencesIsTakenAsTheLevelBelowInstead() {
        TestXen xen = threeTables(3);
        xen.run(new Unpin(B));

        assertThat(xen.run(set(A, 0, ro(B)))).isEqualTo(OK);

        assertThat(xen.type(B)).isEqualTo(2);
        assertThat(xen.linearCount(A)).isZero();
    }

    @Test
    void twoContainersMayShareATarget() {
        TestXen xen = threeTables(2);
        xen.run(set(A, 0, ro(B)));

        assertThat(xen.run(set(C, 0, ro(B)))).isEqualTo(OK);

        assertThat(xen.linearCount(B)).isEqualTo(-2);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void anL1HasNoLinearEntries() {
        TestXen xen = threeTables(1);

        assertThat(xen.run(set(A, 0, ro(B)))).isEqualTo(OK);

        assertThat(xen.linearCount(A)).as("it just maps a table read-only").isZero();
        assertThat(xen.typeCount(B)).isEqualTo(1);
    }

    @Test
    void theBootOptionTurnsThemOff() {
        TestXen xen = Guest.xen(Guest.machine().linearPageTables(false));
        xen.run(new Pin(3, A));
        xen.run(new Pin(3, B));

        assertThat(xen.run(set(A, 0, ro(B)))).isEqualTo(EINVAL);
        assertThat(xen.run(set(A, 0, ro(A)))).isEqualTo(EINVAL);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void aPaeL3HasNoneButAPaeL2May() {
        TestXen xen = Pv32Guest.xen();
        for (int mfn : new int[] {A, B}) {
            xen.run(new Pin(3, mfn));
        }
        assertThat(xen.run(set(A, 0, Guest.ro(B) & ~shootdown.hardware.Pte.GUEST_KERNEL)))
                .isEqualTo(EINVAL);
        xen.run(new Unpin(A));
        xen.run(new Unpin(B));
        xen.run(new Pin(2, A));
        xen.run(new Pin(2, B));

        assertThat(xen.run(set(A, 0, ro(B)))).isEqualTo(OK);
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void replacingALinearEntryParksItsTargetAndASelfReferenceDoesNot() {
        TestXen xen = threeTables(3);
        xen.run(set(A, 0, ro(B)));
        xen.run(set(A, 1, ro(A)));
        xen.forget();

        xen.run(set(A, 1, 0));
        assertThat(xen.log()).noneMatch(line -> line.startsWith("drop"));
        xen.run(set(A, 0, 0));
        assertThat(xen.log()).contains("drop " + B);
    }
}
