package shootdown.checker;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.checker.Entries.NONE;
import static shootdown.checker.Entries.edit;
import static shootdown.checker.Entries.page;
import static shootdown.checker.Entries.table;
import static shootdown.checker.Entries.va;

import org.junit.jupiter.api.Test;

import shootdown.engine.End;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation.Flush;
import shootdown.hypervisor.Operation.Iret;
import shootdown.hypervisor.Operation.NewUserBaseptr;
import shootdown.hypervisor.Operation.Scope;
import shootdown.hypervisor.Operation.SetGdt;
import shootdown.hypervisor.Operation.Syscall;
import shootdown.hypervisor.Operation.TlbFlush;
import shootdown.hypervisor.Operation.UpdateVaMappingCall;

import java.util.List;
import java.util.function.Consumer;

/**
 * What others change while a guest's flush is under way may rightly be left in caches when it
 * returns, whatever it is that they change. Of {@code GuestFlushCheck}, {@code UndoLog}.
 *
 * <pre>
 *   K4 [0] -> L3     U4 [0] -> L3     V4 empty     L3 -> L2 -> L1 [0] -> page
 * </pre>
 */
final class GuestFlushesTest {
    private static final int K4 = 0;
    private static final int U4 = 1;
    private static final int V4 = 2;
    private static final int L3 = 3;
    private static final int L2 = 4;
    private static final int L1 = 5;
    private static final int PAGE = 6;
    private static final int GDT = 7;
    private static final long CODE64 = 0x00AF_9A00_0000_FFFEL;
    private static final VirtualAddress V = va(0, 0, 0, 0);
    private static final Scope HERE = new Scope.Local();
    private static final TlbFlush FLUSH = new TlbFlush(new Scope.All());

    private static Machine.Builder machine(int cpus) {
        return Machine.builder().cpus(cpus).frames(8).slots(0, LinearMap.SLOT).track(V);
    }

    private static void firstState(MachineSetup first) {
        first.entry(K4, 0, table(L3))
                .entry(U4, 0, table(L3))
                .entry(L3, 0, table(L2))
                .entry(L2, 0, table(L1))
                .entry(L1, 0, page(PAGE))
                .entry(GDT, 0, CODE64)
                .pin(4, U4)
                .pin(4, V4)
                .loadEverywhere(K4);
    }

    private static void withUserBases(MachineSetup first) {
        firstState(first);
        first.loadUser(0, U4).loadUser(1, U4).loadUser(2, U4);
    }

    private static Cell check(Machine.Builder machine, Consumer<MachineSetup> setup) {
        List<String> names = List.of("K4", "U4", "V4", "L3", "L2", "L1", "page", "gdt");
        Universe universe =
                new Universe(
                        "flush", "flushes", "P4", "all else", machine.build(), names, setup, false);
        Cell cell = Checker.check(Table.policy("final"), universe, CheckOptions.reduced());
        assertThat(cell.end()).isEqualTo(End.EXHAUSTED);
        return cell;
    }

    private static void assertHolds(Cell cell) {
        assertThat(cell.verdicts().get(Property.P4.index()).atStake()).isPositive();
        assertThat(cell.broken()).isEmpty();
    }

    /** CPU 1 is flushed, uses U4, and loads V4; then CPU 2 is flushed. */
    @Test
    void aUserBaseThatIsReplacedMeanwhileMayBeLeft() {
        Machine.Builder machine =
                machine(3)
                        .pcid(true)
                        .allowOn(0, FLUSH)
                        .allowOn(1, new Iret(), new Syscall(), new NewUserBaseptr(V4));

        assertHolds(check(machine, GuestFlushesTest::withUserBases));
    }

    /** The interrupt that serves the flush is what lets CPU 1's store out. */
    @Test
    void soMayWhatABufferedStoreReplacesInTheLastStepOfTheFlush() {
        Machine.Builder machine =
                machine(2).storeBuffers(true).allowOn(0, FLUSH).allowOn(1, edit(L1, 0, NONE));

        assertHolds(check(machine, GuestFlushesTest::firstState));
    }

    /** CPU 1 has been flushed, and sees its own store before the flush reaches CPU 2. */
    @Test
    void aCpuMayHaveWhatItHasStoredItself() {
        Machine.Builder machine =
                machine(3).storeBuffers(true).allowOn(0, FLUSH).allowOn(1, edit(L1, 0, page(GDT)));

        assertHolds(check(machine, GuestFlushesTest::firstState));
    }

    /** Nobody has asked for the flush of set_gdt, so nothing is kept for it. */
    @Test
    void theFlushOfSetGdtIsNotTheGuests() {
        Machine.Builder machine =
                machine(2)
                        .allowOn(0, new SetGdt(List.of(GDT), 1))
                        .allowOn(1, new UpdateVaMappingCall(V, NONE, Flush.NONE, HERE));

        Cell cell = check(machine, GuestFlushesTest::firstState);
        assertThat(cell.activity()).containsKeys(Activity.GUEST_FLUSH, Activity.UVM_EDIT);
        assertThat(cell.broken()).isEmpty();
    }
}
