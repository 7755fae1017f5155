package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Grants.GNTST_BAD_HANDLE;
import static shootdown.hypervisor.Grants.GNTST_BAD_PAGE;
import static shootdown.hypervisor.Grants.GNTST_GENERAL_ERROR;
import static shootdown.hypervisor.Grants.GNTST_OKAY;
import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.FRAMES;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.PAGE;
import static shootdown.hypervisor.Guest.ro;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;
import static shootdown.hypervisor.Guest.table;
import static shootdown.hypervisor.Guest.va;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Call.Alone;
import shootdown.hypervisor.Operation.GrantAccess;
import shootdown.hypervisor.Operation.GrantTarget;
import shootdown.hypervisor.Operation.MapGrant;
import shootdown.hypervisor.Operation.UnmapAndReplace;
import shootdown.hypervisor.Operation.UnmapGrant;
import shootdown.policy.Final;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Grants of another domain: what a mapping holds, what ends it, and what leaves nothing behind
 * (facts 7.2 to 7.4; rows G4 to G6 and G8 to G10).
 *
 * <p>Of {@code Grants}, {@code GrantTable}.
 */
final class ForeignGrantsTest {
    private static final int SELF = 0;
    private static final int OTHER = 1;
    private static final int OTHERS = FRAMES;
    private static final int OTHERS_L1 = FRAMES + 1;
    private static final int NOBODYS = FRAMES + 2;

    private static final int HOST = 2;
    private static final int HOST_AND_DEVICE = 3;
    private static final int READ_ONLY = 4;
    private static final int APPLICATION = 8;
    private static final int AVAILABLE_5 = 5 << 16;

    /** Entries of the other domain's grant table. */
    private static final int WRITABLE = 0;

    private static final int READABLE = 1;
    private static final int A_TABLE = 2;
    private static final int NOT_HIS = 3;
    private static final int FOR_ANOTHER = 4;
    private static final int EMPTY = 5;

    private static final VirtualAddress V1 = va(0, 0, 0, 1);
    private static final VirtualAddress W = va(0, 0, 1, 1);
    private static final GrantTarget AT_V1 = new GrantTarget.Linear(V1);
    private static final GrantTarget AT_W = new GrantTarget.Linear(W);
    private static final GrantTarget SLOT = new GrantTarget.Entry(L1, 1);

    private static final VirtualAddress[] NOWHERE = {
        va(0, 0, 1, 0), va(1, 0, 0, 0), va(258, 0, 0, 0), va(256, 0, 0, 0)
    };

    private final ProgramRunner runner = runner();

    private static ProgramRunner runner() {
        Machine machine =
                Machine.builder()
                        .frames(FRAMES + 3)
                        .slots(0, 1, LinearMap.SLOT)
                        .domain(SELF, true, false)
                        .domain(OTHER, false, false)
                        .owner(OTHERS, OTHER)
                        .owner(OTHERS_L1, OTHER)
                        .owner(NOBODYS, DomId.INVALID)
                        .track(V1, W, va(0, 0, 0, 0))
                        .track(NOWHERE)
                        .build();
        return new ProgramRunner(
                machine,
                20,
                new Final(),
                first -> {
                    Guest.chain(first);
                    first.pin(1, OTHERS_L1)
                            .load(0, L4)
                            .grant(OTHER, new GrantAccess(WRITABLE, SELF, OTHERS, false))
                            .grant(OTHER, new GrantAccess(READABLE, SELF, OTHERS, true))
                            .grant(OTHER, new GrantAccess(A_TABLE, SELF, OTHERS_L1, false))
                            .grant(OTHER, new GrantAccess(NOT_HIS, SELF, A, false))
                            .grant(OTHER, new GrantAccess(FOR_ANOTHER, 5, OTHERS, false));
                });
    }

    /** Runs a program from the first state. */
    private void run(Operation... operations) {
        List<Call> calls = Stream.of(operations).map(o -> (Call) new Alone(o)).toList();
        runner.load(List.of(runner.compile(calls)));
        while (runner.hasNext(0)) {
            runner.run(0, Chooser.FIRST);
        }
    }

    private long status(int call) {
        return runner.hypervisor().results().value(runner.state(), 0, call);
    }

    private long entry(int mfn, int slot) {
        return runner.layout().geometry().read(runner.state(), mfn, slot);
    }

    private long refs(int mfn) {
        return runner.hypervisor().pages().refs(runner.state(), mfn);
    }

    private long typeCount(int mfn) {
        return runner.hypervisor().pages().typeCount(runner.state(), mfn);
    }

    private static MapGrant map(GrantTarget target, int ref, int flags) {
        return new MapGrant(target, OTHER, ref, flags);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMappingHoldsWhatAnOrdinaryEntryWould(boolean byEntry) {
        GrantTarget target = byEntry ? SLOT : AT_V1;
        run(map(target, WRITABLE, HOST));
        long kernel = Pte.USER | Pte.GUEST_KERNEL | Pte.RW;
        long always = Pte.PRESENT | Pte.ACCESSED | Pte.DIRTY | Pte.NX;
        assertThat(status(0)).isEqualTo(GNTST_OKAY);
        assertThat(entry(L1, 1)).isEqualTo(Pte.of(OTHERS, always | kernel));
        assertThat(refs(OTHERS)).isEqualTo(2);
        assertThat(typeCount(OTHERS)).isEqualTo(1);

        run(map(target, WRITABLE, HOST), new UnmapGrant(target, 0));
        assertThat(entry(L1, 1)).isZero();
        assertThat(refs(OTHERS)).isEqualTo(1);
        assertThat(typeCount(OTHERS)).isZero();
    }

    @Test
    void flagsDecideTheEntry() {
        run(map(SLOT, READABLE, HOST | READ_ONLY | APPLICATION | AVAILABLE_5));

        long user = Pte.USER | Pte.GLOBAL | 5L << 9;
        long always = Pte.PRESENT | Pte.ACCESSED | Pte.DIRTY | Pte.NX;
        assertThat(entry(L1, 1)).isEqualTo(Pte.of(OTHERS, always | user));
    }

    @Test
    void targetsThatAreNoOwnL1InUseAreRefused() {
        int[] tables = {OTHERS_L1, NOBODYS, L2, PAGE, A, FRAMES + 9};
        Stream<GrantTarget> entries =
                IntStream.of(tables).mapToObj(mfn -> new GrantTarget.Entry(mfn, 0));
        Stream<GrantTarget> addresses = Stream.of(NOWHERE).map(GrantTarget.Linear::new);
        for (GrantTarget target : Stream.concat(entries, addresses).toList()) {
            run(map(target, WRITABLE, HOST), map(target, WRITABLE, HOST_AND_DEVICE));

            assertThat(status(0)).as("G4, G5: %s", target).isEqualTo(GNTST_GENERAL_ERROR);
            assertThat(status(1)).as("G4, G5: %s", target).isEqualTo(GNTST_GENERAL_ERROR);
            assertThat(refs(OTHERS)).isEqualTo(1);
            assertThat(typeCount(OTHERS)).isZero();
        }
    }

    @Test
    void whatIsNotGrantedIsRefused() {
        run(
                map(SLOT, A_TABLE, HOST),
                map(SLOT, NOT_HIS, HOST),
                map(SLOT, FOR_ANOTHER, HOST),
                map(SLOT, EMPTY, HOST),
                map(SLOT, READABLE, HOST),
                new UnmapGrant(SLOT, -1),
                new UnmapGrant(SLOT, 0));

        assertThat(status(0)).as("G6").isEqualTo(GNTST_GENERAL_ERROR);
        assertThat(status(1)).isEqualTo(GNTST_BAD_PAGE);
        assertThat(status(2)).isEqualTo(GNTST_GENERAL_ERROR);
        assertThat(status(3)).isEqualTo(GNTST_GENERAL_ERROR);
        assertThat(status(4)).isEqualTo(GNTST_GENERAL_ERROR);
        assertThat(status(5)).as("G8").isEqualTo(GNTST_BAD_HANDLE);
        assertThat(status(6)).as("G8").isEqualTo(GNTST_BAD_HANDLE);
        assertThat(entry(L1, 1)).isZero();
        assertThat(refs(A)).isEqualTo(1);
        assertThat(refs(OTHERS_L1)).isEqualTo(2);
    }

    @Test
    void aTableOfTheOthersCanBeMappedReadOnly() {
        run(map(SLOT, A_TABLE, HOST | READ_ONLY));

        assertThat(status(0)).isEqualTo(GNTST_OKAY);
        assertThat(refs(OTHERS_L1)).isEqualTo(3);
    }

    @Test
    void anEntryThatTheGuestHasChangedCannotBeUnmapped() {
        run(map(AT_V1, WRITABLE, HOST), set(L1, 1, ro(A)), new UnmapGrant(AT_V1, 0));

        assertThat(status(2)).as("G9").isEqualTo(GNTST_GENERAL_ERROR);
        assertThat(entry(L1, 1)).isEqualTo(ro(A));
        assertThat(refs(OTHERS)).as("the change gave them back").isEqualTo(1);
    }

    @Test
    void otherBitsOfTheEntryMayHaveChanged() {
        long other = Pte.of(OTHERS, Pte.PRESENT | Pte.RW | Pte.USER | Pte.GUEST_KERNEL | Pte.AVAIL);
        run(map(SLOT, WRITABLE, HOST), set(L1, 1, other), new UnmapGrant(SLOT, 0));

        assertThat(status(2)).isEqualTo(GNTST_OKAY);
        assertThat(refs(OTHERS)).isEqualTo(1);
    }

    @Test
    void aReplacementMovesAnotherEntryToTheGrantsPlace() {
        run(
                set(L2, 1, table(B)),
                map(AT_W, WRITABLE, HOST),
                set(L1, 1, rw(A)),
                new UnmapAndReplace(AT_W, V1, 0));

        assertThat(status(3)).isEqualTo(GNTST_OKAY);
        assertThat(entry(B, 1)).isEqualTo(rw(A));
        assertThat(entry(L1, 1)).isZero();
        assertThat(refs(A)).isEqualTo(2);
        assertThat(refs(OTHERS)).isEqualTo(1);
    }

    @Test
    void aReplacementIsLostWhenTheGrantsEntryHasChanged() {
        run(
                set(L2, 1, table(B)),
                map(AT_W, WRITABLE, HOST),
                set(B, 1, 0),
                set(L1, 1, rw(A)),
                new UnmapAndReplace(AT_W, V1, 0));

        assertThat(status(4)).isEqualTo(GNTST_GENERAL_ERROR);
        assertThat(entry(L1, 1)).isZero();
        assertThat(refs(A)).isEqualTo(1);
    }

    @Test
    void aReplacementByAddressZeroIsAnOrdinaryUnmap() {
        run(map(SLOT, WRITABLE, HOST), new UnmapAndReplace(SLOT, va(0, 0, 0, 0), 0));

        assertThat(status(1)).isEqualTo(GNTST_OKAY);
        assertThat(entry(L1, 0)).as("nothing stolen").isEqualTo(rw(PAGE));
        assertThat(entry(L1, 1)).isZero();
    }

    @Test
    void aMappingIsUnmappedAsItWasMapped() {
        run(map(SLOT, WRITABLE, HOST), new UnmapGrant(AT_V1, 0), new UnmapGrant(SLOT, 0));

        assertThat(status(1)).isEqualTo(GNTST_GENERAL_ERROR);
        assertThat(status(2)).isEqualTo(GNTST_OKAY);
    }

    @Test
    void unmappingAddressZeroAsksForNothing() {
        GrantTarget zero = new GrantTarget.Linear(va(0, 0, 0, 0));
        run(map(zero, WRITABLE, HOST), new UnmapGrant(zero, 0));

        assertThat(status(1)).isEqualTo(GNTST_OKAY);
        assertThat(Pte.mfn(entry(L1, 0))).isEqualTo(OTHERS);
        assertThat(refs(OTHERS)).isEqualTo(2);
    }

    @Test
    void aDeviceMappingHoldsReferencesOfItsOwn() {
        run(map(SLOT, WRITABLE, HOST_AND_DEVICE));
        assertThat(refs(OTHERS)).isEqualTo(3);
        assertThat(typeCount(OTHERS)).isEqualTo(2);

        run(map(SLOT, WRITABLE, HOST_AND_DEVICE), new UnmapGrant(SLOT, 0), new UnmapGrant(SLOT, 0));
        assertThat(status(2)).as("alive for devices").isEqualTo(GNTST_OKAY);
        assertThat(refs(OTHERS)).isEqualTo(2);
        assertThat(typeCount(OTHERS)).isEqualTo(1);
    }

    @Test
    void aGrantInUseKeepsItsFrameWhateverItsEntrySaysNow() {
        run(
                new GrantAccess(0, SELF, A, false),
                new MapGrant(SLOT, SELF, 0, HOST),
                new GrantAccess(0, SELF, B, true),
                new MapGrant(new GrantTarget.Entry(L1, 0), SELF, 0, HOST));

        assertThat(status(3)).isEqualTo(GNTST_OKAY);
        assertThat(Pte.mfn(entry(L1, 0))).isEqualTo(A);
    }

    @Test
    void anUnmapFlushesEvenIfItFails() {
        int[] flushes = {0};
        runner.observe(
                new Observer() {
                    @Override
                    public void flushed(
                            long[] s, int initiator, int cpu, int flags, int va, FlushSource by) {
                        flushes[0]++;
                    }
                });

        run(new UnmapGrant(SLOT, 0));

        assertThat(flushes[0]).isEqualTo(1);
    }
}
