package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.globalTable;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.readOnly;
import static shootdown.checker.Entries.table;
import static shootdown.checker.Entries.va;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import shootdown.engine.End;
import shootdown.engine.SearchOptions;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.Operation;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.MmuUpdateRequest;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;
import shootdown.policy.Catalogue;
import shootdown.policy.CatalogueEntry;

import java.util.stream.Stream;

/**
 * Caches with fills and evictions as steps give the same verdicts as saturated ones, for all
 * policies, in small relatives of the shipped universes (which are too large for it) and in those
 * shipped ones that are small enough. Left out: two CPUs with linear reads, and the polite guest,
 * which have millions of states with fills as steps.
 */
final class ExplicitTest {
    private static final VirtualAddress V = va(0, 0, 0, 0);
    private static final Scope HERE = new Scope.Local();

    private static Operation uvm(int frame) {
        return new UpdateVaMappingCall(V, page(frame), Flush.NONE, HERE);
    }

    private static Operation edit(int mfn, long value) {
        return new MmuUpdateRequest(mfn, 0, value, false);
    }

    /** Frames of U1: L4 0, L3a 1, L3b 2, L2a 3, L2b 4, L1a 5, L1b 6, page 7. */
    private static Machine.Builder linear() {
        return Machine.builder()
                .frames(8)
                .slots(0, LinearMap.SLOT)
                .allow(uvm(7), edit(1, table(4)), edit(1, table(3)));
    }

    private static Universe like(String shipped, String name, Machine.Builder machine) {
        return Table.universe(shipped).with(name, machine.build());
    }

    static Stream<Universe> small() {
        String u1 = "u1-linear-uvm";
        Machine.Builder global =
                linear().guestMayGlobal(true)
                        .flushTlbSparesGlobal(true)
                        .allow(edit(1, globalTable(3)));
        return Stream.of(
                like(u1, "linear", linear()),
                like(u1, "linear-none", linear().allow(edit(1, NONE))),
                like(u1, "linear-l4", linear().allow(edit(0, table(2)))),
                like(u1, "linear-pcid", linear().pcid(true)),
                like(u1, "linear-xpti", linear().xpti(true)),
                like(u1, "linear-xpti-pcid", linear().xpti(true).pcid(true)),
                like(u1, "linear-xpti-unforced", linear().xpti(true).forcedContinuation(false)),
                like(u1, "linear-xpti-self", linear().xpti(true).allow(edit(1, readOnly(1)))),
                like(u1, "linear-g-spares", global),
                Table.universe("u2-xpti-boot"),
                Table.universe("u2-xpti-boot-pcid"),
                Table.universe("u2-xpti-boot-user"),
                Table.universe("u5-recursive"),
                Table.universe("u9-batches"),
                Table.universe("u9-batches-unforced"),
                Table.universe("u10-ptwr-recursive"));
    }

    @ParameterizedTest
    @MethodSource("small")
    void fillsAndEvictionsAsStepsGiveTheSameVerdicts(Universe universe) {
        for (CatalogueEntry policy : Catalogue.entries()) {
            Cell saturated = Checker.check(policy, universe, CheckOptions.reduced());
            Cell explicit =
                    Checker.check(
                            policy,
                            universe,
                            new CheckOptions(SearchOptions.defaults(), true, true));

            assertThat(explicit.end()).as(policy.name()).isEqualTo(End.EXHAUSTED);
            assertThat(explicit.activity()).containsKey(Activity.FILL);
            assertThat(explicit.broken()).as(policy.name()).isEqualTo(saturated.broken());
        }
    }
}
