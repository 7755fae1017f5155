package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Errno.EINVAL;
import static shootdown.hypervisor.Errno.OK;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L3;
import static shootdown.hypervisor.Guest.V;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import shootdown.hardware.Pte;
import shootdown.hypervisor.Observer.FlushSource;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.Pin;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;
import shootdown.policy.None;

/**
 * {@code update_va_mapping}: one linear read, then lock, check and edit (facts 5).
 *
 * <p>Of {@code LinearMap}, {@code GuestFlush}.
 */
final class UpdateVaMappingTest {
    private static UpdateVaMappingCall uvm(Flush flush, Scope scope) {
        return new UpdateVaMappingCall(V, rw(B), flush, scope);
    }

    private static final UpdateVaMappingCall PLAIN = uvm(Flush.NONE, new Scope.Local());

    @Test
    void itReadsLocksAndModifiesInThreeSteps() {
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.begin(0, PLAIN);
        assertThat(xen.log()).containsExactly("linear read of " + L2);
        assertThat(xen.stage(0)).isEqualTo(Stage.UVM_LOCK);

        xen.step(0);
        assertThat(xen.stage(0)).isEqualTo(Stage.UVM_MODIFY);
        assertThat(xen.xen.pages().locked(xen.s, L1)).isTrue();
        assertThat(xen.typeCount(L1)).isEqualTo(2);
        assertThat(xen.refs(L1)).isEqualTo(3);
        assertThat(xen.entry(L1, 0)).isEqualTo(rw(Guest.PAGE));

        assertThat(xen.finish(0)).isEqualTo(OK);
        assertThat(xen.entry(L1, 0)).isEqualTo(rw(B));
        assertThat(References.mistakes(xen)).isEmpty();
    }

    @Test
    void itSeesAnL2EditAtOnceWithoutAnyFlush() {
        TestXen xen = Guest.xen(Guest.machine(), new None());
        xen.run(PLAIN);
        xen.run(new Pin(1, L1));
        xen.run(set(L2, 0, table(A)));

        assertThat(xen.run(PLAIN)).isEqualTo(OK);

        assertThat(xen.entry(A, 0)).isEqualTo(rw(B));
    }

    @Test
    void withoutAFlushItMayMissAnL3EditAndEditTheOldTable() {
        TestXen xen = Guest.xen(Guest.machine(), new None());
        xen.run(PLAIN);
        xen.run(new Pin(2, L2));
        xen.run(set(A, 0, table(9)));
        xen.run(set(L3, 0, table(A)));
        assertThat(xen.mayReach(0, LinearMap.l2Window(V))).containsExactly(L2, A);

        assertThat(xen.answer(0).run(new UpdateVaMappingCall(V, 0, Flush.NONE, PLAIN.scope())))
                .isEqualTo(OK);

        assertThat(xen.entry(L1, 0)).as("the wrong table").isZero();
    }

    @Test
    void anL2ThatWasUnhookedAndDevalidatedLeadsToNothingTyped() {
        TestXen xen = Guest.xen(Guest.machine(), new None());
        xen.run(PLAIN);
        xen.run(set(L3, 0, 0));
        assertThat(xen.mayReach(0, LinearMap.l2Window(V))).containsExactly(-1, L2);

        assertThat(xen.answer(0).run(PLAIN)).as("the stale table").isEqualTo(EINVAL);
        assertThat(xen.answer(1).run(PLAIN)).as("the fault").isEqualTo(EINVAL);
    }

    @Test
    void anL2EntryWithPseFails() {
        TestXen xen = Guest.xen();
        xen.poke(x -> x.s[x.layout.geometry().entry(L2, 0)] |= Pte.PSE);

        assertThat(xen.run(PLAIN)).isEqualTo(EINVAL);
    }

    @Test
    void anL1ThatBelongsToAnotherDomainFails() {
        TestXen xen = Guest.xen();
        xen.poke(x -> x.xen.pages().setOwner(x.s, L1, 7));

        assertThat(xen.run(PLAIN)).isEqualTo(EINVAL);
    }

    /** Flags, and the CPUs of two that flush, for facts 5.2. */
    @ParameterizedTest
    @CsvSource({
        "NONE, local, ''", "NONE, all, ''", "NONE, multi, ''",
        "TLB_FLUSH, local, '0'", "TLB_FLUSH, all, '0 1'", "TLB_FLUSH, multi, '1'",
        "INVLPG, local, '0'", "INVLPG, all, '0 1'", "INVLPG, multi, '1'"
    })
    void theFlushIsTheOneAskedFor(Flush flush, String where, String cpus) {
        Scope scope =
                switch (where) {
                    case "local" -> new Scope.Local();
                    case "all" -> new Scope.All();
                    default -> new Scope.Multi(0b10);
                };
        TestXen xen = Guest.xen(Guest.machine(2));
        xen.run(set(B, 0, 0)); // so that no type change flushes later
        xen.run(1, new Operation.TlbFlush(new Scope.All()));
        xen.forget();

        assertThat(xen.run(uvm(flush, scope))).isEqualTo(OK);

        String flushed =
                String.join(
                        " ", xen.flushes().stream().map(f -> Integer.toString(f.cpu())).toList());
        assertThat(flushed).isEqualTo(cpus);
        int window = xen.layout.geometry().keys().indexOf(V);
        assertThat(xen.flushes())
                .allMatch(f -> f.source() == FlushSource.GUEST)
                .allMatch(f -> f.address() == (flush == Flush.INVLPG ? window : -1));
    }

    @Test
    void invlpgOfTheAddressSparesItsLinearWindow() {
        TestXen xen = Guest.xen(Guest.machine(), new None());
        xen.run(new Pin(2, L2));
        UpdateVaMappingCall invlpg = uvm(Flush.INVLPG, new Scope.All());
        xen.run(invlpg);
        xen.run(set(L3, 0, table(A)));

        xen.answer(1).run(invlpg);

        assertThat(xen.mayReach(0, LinearMap.l2Window(V))).containsExactly(L2, A);
    }
}
