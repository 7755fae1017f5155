package shootdown.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;

import static shootdown.hypervisor.Guest.A;
import static shootdown.hypervisor.Guest.B;
import static shootdown.hypervisor.Guest.FRAMES;
import static shootdown.hypervisor.Guest.L1;
import static shootdown.hypervisor.Guest.L2;
import static shootdown.hypervisor.Guest.L4;
import static shootdown.hypervisor.Guest.PAGE;
import static shootdown.hypervisor.Guest.rw;
import static shootdown.hypervisor.Guest.set;

import org.junit.jupiter.api.Test;

import shootdown.hardware.Pte;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Call.Alone;
import shootdown.hypervisor.Operation.DecreaseReservation;
import shootdown.hypervisor.Operation.Exchange;
import shootdown.hypervisor.Operation.GrantAccess;
import shootdown.hypervisor.Operation.GrantTarget;
import shootdown.hypervisor.Operation.MapGrant;
import shootdown.hypervisor.Operation.UnmapAndReplace;
import shootdown.hypervisor.Operation.UnmapGrant;
import shootdown.policy.Final;

import java.util.List;
import java.util.stream.Stream;

/** Rows G1..G10, R1 and R2 of facts 10.4, by a domain that maps its own grants. */
final class GrantsTest {
    private static final int OWN = 3;
    private static final int HOST = 2;
    private static final int READ_ONLY = 4;
    private static final int REF = 1;
    private static final GrantTarget SLOT = new GrantTarget.Entry(L1, 3);

    /** Maps B at first. */
    private static final VirtualAddress V = Guest.va(0, 0, 0, 1);

    private static final GrantTarget AT_V = new GrantTarget.Linear(V);

    private ProgramRunner runner = run();

    private ProgramRunner run(Operation... operations) {
        Machine machine =
                Machine.builder()
                        .frames(FRAMES)
                        .slots(0, 1, 3, LinearMap.SLOT)
                        .domain(OWN, false, false)
                        .track(V)
                        .build();
        runner =
                new ProgramRunner(
                        machine,
                        10,
                        new Final(),
                        first -> {
                            first.entry(L1, V.i1(), rw(B));
                            Guest.chain(first);
                            first.load(0, L4);
                        });
        List<Call> calls = Stream.of(operations).map(o -> (Call) new Alone(o)).toList();
        runner.load(List.of(runner.compile(calls)));
        while (runner.hasNext(0)) {
            runner.run(0, Chooser.FIRST);
        }
        return runner;
    }

    private long status(int call) {
        assertThat(results().rc(runner.state(), 0, call)).isZero();
        return results().value(runner.state(), 0, call);
    }

    private Results results() {
        return runner.hypervisor().results();
    }

    private PageInfo pages() {
        return runner.hypervisor().pages();
    }

    private long entry(int slot) {
        return runner.layout().geometry().read(runner.state(), L1, slot);
    }

    private long refs(int mfn) {
        return pages().refs(runner.state(), mfn);
    }

    private static GrantAccess grant(int mfn) {
        return new GrantAccess(REF, OWN, mfn, false);
    }

    private static MapGrant map(GrantTarget target, int flags) {
        return new MapGrant(target, OWN, REF, flags);
    }

    @Test
    void writableMapMakesAnEntryThatOwnsAReferenceAndAWritableType() {
        run(grant(A), map(SLOT, HOST));
        assertThat(status(1)).isEqualTo(Grants.GNTST_OKAY);
        assertThat(Pte.mfn(entry(3))).isEqualTo(A);
        assertThat(Pte.isWritable(entry(3))).isTrue();
        assertThat(pages().type(runner.state(), A)).isEqualTo(PageInfo.TYPE_WRITABLE);
        assertThat(refs(A)).isEqualTo(2);
    }

    @Test
    void readOnlyMapTakesNoType() {
        run(grant(A), map(SLOT, HOST | READ_ONLY));
        assertThat(status(1)).isEqualTo(Grants.GNTST_OKAY);
        assertThat(Pte.isWritable(entry(3))).isFalse();
        assertThat(pages().typeCount(runner.state(), A)).isZero();
        assertThat(refs(A)).isEqualTo(2);
    }

    @Test
    void unmapGivesBackAllThatTheMapTook() {
        run(grant(A), map(SLOT, HOST), new UnmapGrant(SLOT, 0));
        assertThat(status(2)).isEqualTo(Grants.GNTST_OKAY);
        assertThat(entry(3)).isZero();
        assertThat(refs(A)).isEqualTo(1);
        assertThat(pages().typeCount(runner.state(), A)).isZero();
    }

    @Test
    void handleIsOfNoUseAfterItsUnmap() {
        run(grant(A), map(SLOT, HOST), new UnmapGrant(SLOT, 0), new UnmapGrant(SLOT, 0));
        assertThat(status(3)).isEqualTo(Grants.GNTST_BAD_HANDLE);
    }

    @Test
    void linearAddressIsFoundThroughTheLinearMap() {
        long before = before();
        run(grant(A), map(AT_V, HOST), new UnmapGrant(AT_V, 0));
        assertThat(status(1)).isEqualTo(Grants.GNTST_OKAY);
        assertThat(status(2)).isEqualTo(Grants.GNTST_OKAY);
        assertThat(refs(B)).as("the entry that was there is put").isEqualTo(before - 1);
    }

    private long before() {
        return refs(B);
    }

    @Test
    void neitherHostNorDeviceMapIsABadReference() {
        run(grant(A), map(SLOT, READ_ONLY));
        assertThat(status(1)).isEqualTo(Grants.GNTST_BAD_GNTREF);
    }

    @Test
    void unknownDomainIsABadDomain() {
        run(new MapGrant(SLOT, OWN + 1, REF, HOST), new MapGrant(SLOT, DomId.SELF, REF, HOST));
        assertThat(status(0)).isEqualTo(Grants.GNTST_BAD_DOMAIN);
        assertThat(status(1)).isEqualTo(Grants.GNTST_BAD_DOMAIN);
    }

    @Test
    void numberBeyondTheTableIsABadReference() {
        run(new MapGrant(SLOT, OWN, GrantTable.REF_LIMIT, HOST));
        assertThat(status(0)).isEqualTo(Grants.GNTST_BAD_GNTREF);
    }

    @Test
    void entryThatPermitsNothingIsAGeneralError() {
        run(map(SLOT, HOST), new GrantAccess(REF, OWN, A, true), map(SLOT, HOST));
        assertThat(status(0)).isEqualTo(Grants.GNTST_GENERAL_ERROR);
        assertThat(status(2)).as("writable of a read-only grant").isEqualTo(-1);
    }

    @Test
    void targetMustBeAnL1TableInUse() {
        run(grant(A), map(new GrantTarget.Entry(L2, 3), HOST));
        assertThat(status(1)).isEqualTo(Grants.GNTST_GENERAL_ERROR);
        assertThat(refs(A)).as("references are given back").isEqualTo(1);
        assertThat(pages().typeCount(runner.state(), A)).isZero();
    }

    @Test
    void unmappedLinearAddressIsAGeneralError() {
        run(set(L2, 0, 0), grant(A), map(AT_V, HOST));
        assertThat(status(2)).isEqualTo(Grants.GNTST_GENERAL_ERROR);
        assertThat(refs(A)).isEqualTo(1);
    }

    @Test
    void writableMapOfAPageTableIsAGeneralError() {
        run(grant(L2), map(SLOT, HOST));
        assertThat(status(1)).isEqualTo(Grants.GNTST_GENERAL_ERROR);
        assertThat(entry(3)).isZero();
    }

    @Test
    void frameOfNobodyIsABadPage() {
        run(new GrantAccess(REF, OWN, FRAMES + 1, false));
        run(grant(A), new DecreaseReservation(A), map(SLOT, HOST));
        assertThat(status(2)).isEqualTo(Grants.GNTST_BAD_PAGE);
    }

    @Test
    void overwrittenEntryDropsTheReferencesAndTheUnmapFails() {
        run(grant(A), map(SLOT, HOST), set(L1, 3, 0), new UnmapGrant(SLOT, 0));
        assertThat(refs(A)).isEqualTo(1);
        assertThat(status(3)).isEqualTo(Grants.GNTST_GENERAL_ERROR);
    }

    @Test
    void replaceNeedsALinearTarget() {
        run(grant(A), map(SLOT, HOST), new UnmapAndReplace(SLOT, V, 0));
        assertThat(status(2)).isEqualTo(Grants.GNTST_GENERAL_ERROR);
        assertThat(entry(V.i1())).as("nothing stolen").isNotZero();
    }

    @Test
    void replaceMovesAnEntryToWhereTheGrantWas() {
        VirtualAddress w = new VirtualAddress(V.i4(), V.i3(), V.i2(), 3);
        GrantTarget atW = new GrantTarget.Linear(w);
        long before = entry(V.i1());
        run(grant(A), map(atW, HOST), new UnmapAndReplace(atW, V, 0));
        assertThat(status(2)).isEqualTo(Grants.GNTST_OKAY);
        assertThat(entry(3)).isEqualTo(before);
        assertThat(entry(V.i1())).isZero();
        assertThat(refs(A)).isEqualTo(1);
    }

    @Test
    void mappedFrameThatIsGivenBackLivesUntilItsLastReference() {
        run(new DecreaseReservation(PAGE), set(L1, 0, 0));
        assertThat(results().rc(runner.state(), 0, 0)).as("one frame").isEqualTo(1);
        assertThat(pages().owner(runner.state(), PAGE)).isEqualTo(PageInfo.NO_OWNER);
        run(new DecreaseReservation(PAGE));
        assertThat(pages().owner(runner.state(), PAGE)).isEqualTo(OWN);
        assertThat(refs(PAGE)).isEqualTo(1);
    }

    @Test
    void frameInUseCannotBeExchanged() {
        run(new Exchange(PAGE), new Exchange(A));
        assertThat(results().rc(runner.state(), 0, 0)).isEqualTo(Errno.EINVAL);
        assertThat(results().rc(runner.state(), 0, 1)).isZero();
        assertThat(pages().owner(runner.state(), A)).isEqualTo(PageInfo.NO_OWNER);
    }
}
