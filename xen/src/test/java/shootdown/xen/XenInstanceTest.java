package shootdown.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import shootdown.xen.XenInstance.Domain;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Programs on real Xen, and all that can go wrong with them. */
@EnabledIf(
        value = "shootdown.xen.Components#areInstalled",
        disabledReason = Components.NOT_INSTALLED)
class XenInstanceTest {
    private static final int XEN_VERSION = 17;
    private static final int MMUEXT_OP = 26;
    private static final int MMUEXT_PIN_L1_TABLE = 0;
    private static final int MMUEXT_UNPIN_TABLE = 4;
    private static final int DOMID_SELF = 0x7ff0;
    private static final long TYPE_L1 = 1L << 61;
    private static final long TYPE_PINNED = 1L << 59;
    private static final long TYPE_MASK = 7L << 61;

    @TempDir private static Path cache;

    private static XenOptions options = XenOptions.DEFAULT;
    private static XenInstance xen;

    @BeforeAll
    static void start() {
        options = XenOptions.DEFAULT.withCacheFolder(cache.resolve("cache"));
        xen = XenInstance.start(options);
    }

    @AfterAll
    static void stop() {
        xen.close();
    }

    @AfterEach
    void takeWhatAFailedTestLeft() {
        while (xen.waiting() > 0) {
            xen.next();
        }
    }

    private static void askForVersion(ProgramWriter to) {
        to.hypercall(0, XEN_VERSION, 0, 0, 0, 0, 0);
    }

    /** User mode without a user base: Xen crashes the domain. */
    private static void crash(ProgramWriter to) {
        to.nothing(0);
        to.access(0, true, ProgramWriter.Access.READ, 8, to.frames().userAddress(), 0, 0);
    }

    /** A step whose value tells the programs apart. */
    private static Program saying(long value) {
        return to -> {
            int offset = to.allocate(8);
            to.putLong(offset, value);
            to.access(0, false, ProgramWriter.Access.READ, 8, to.addressOf(offset), 0, 0);
        };
    }

    private static Result finished(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Finished.class);
        return ((Outcome.Finished) outcome).result();
    }

    private static void assertUsable(XenInstance instance) {
        Result result = finished(instance.run(XenInstanceTest::askForVersion));
        assertThat(result.value(0)).isEqualTo(instance.frames().xenVersion());
        assertThat(result.isDirty()).isFalse();
    }

    @Test
    void hypercallReturnsWhatXenReturns() {
        Result result = finished(xen.run(XenInstanceTest::askForVersion));
        assertThat(result.steps()).isEqualTo(1);
        assertThat(result.value(0)).isGreaterThan(4 << 16);
        assertThat(result.fault(0)).isEqualTo(-1);
    }

    @Test
    void faultIsExact() {
        Result result =
                finished(
                        xen.run(
                                to ->
                                        to.access(
                                                0,
                                                false,
                                                ProgramWriter.Access.WRITE,
                                                8,
                                                to.frames().readonlyAddress(),
                                                0,
                                                0)));
        assertThat(result.fault(0)).isEqualTo(14);
        assertThat(result.errorCode(0) & 3).isEqualTo(3);
        assertThat(result.faultAddress(0)).isEqualTo(xen.frames().readonlyAddress());
        assertThat(result.faultRip(0)).isNotZero();
    }

    @Test
    void pageStatesFollowTheSteps() {
        Result result =
                finished(
                        xen.run(
                                to -> {
                                    long table = to.frames().pool(5);
                                    to.frame(to.frames().pool(6));
                                    to.frame(table);
                                    to.slot(7);
                                    to.memory((table << 12) + 7 * 8, 0xabcd000L);
                                    pin(to, MMUEXT_PIN_L1_TABLE, table);
                                    to.record();
                                    pin(to, MMUEXT_UNPIN_TABLE, table);
                                    to.record();
                                }));
        assertThat(result.value(0)).isZero();
        assertThat(result.value(1)).isZero();
        PageStates states = new PageStates();
        states.begin(result);
        assertThat(states.type(1) & TYPE_PINNED).isZero();
        assertThat(states.owner(1)).isEqualTo(xen.frames().owner());
        assertThat(states.entry(1, 0)).isEqualTo(0xabcd000L);
        long countBefore = states.count(1);
        states.advance(result, 0);
        assertThat(states.type(1) & TYPE_MASK).isEqualTo(TYPE_L1);
        assertThat(states.type(1) & TYPE_PINNED).isNotZero();
        assertThat(states.count(1)).isEqualTo(countBefore + 1);
        assertThat(states.count(0)).isEqualTo(countBefore);
        states.advance(result, 1);
        assertThat(states.type(1) & TYPE_PINNED).isZero();
        assertThat(states.count(1)).isEqualTo(countBefore);
    }

    private static void pin(ProgramWriter to, int command, long mfn) {
        int operation = to.allocate(24);
        to.putInt(operation, command);
        to.putLong(operation + 8, mfn);
        to.hypercall(0, MMUEXT_OP, to.addressOf(operation), 1, 0, DOMID_SELF, 0);
    }

    @Test
    void outcomesComeInTheOrderOfThePrograms() {
        int programs = 100;
        for (int submitted = 0, taken = 0; taken < programs; taken++) {
            while (submitted < programs && xen.accepts()) {
                xen.submit(saying(1000 + submitted++));
            }
            assertThat(finished(xen.next()).value(0)).isEqualTo(1000 + taken);
        }
        assertThat(xen.waiting()).isZero();
    }

    @Test
    void whatAProgramCannotUndoIsUndoneByTheDriver() {
        assertUsable(xen);
        long before = xen.restores();
        Result result =
                finished(
                        xen.run(
                                to -> {
                                    long mfn = to.frames().pool(3);
                                    long count = to.frames().pageStateAddress(mfn) + 8;
                                    to.access(
                                            0,
                                            false,
                                            ProgramWriter.Access.WRITE,
                                            8,
                                            count,
                                            0x77,
                                            0);
                                }));
        assertThat(result.isDirty()).isTrue();
        assertThat(result.dirtyMfn()).isEqualTo(xen.frames().pool(3));
        assertUsable(xen);
        assertThat(xen.restores()).isEqualTo(before + 1);
    }

    @Test
    void crashOfTheDomainNamesTheStepAndThoseBehindItStillRun() {
        xen.submit(saying(1));
        xen.submit(XenInstanceTest::crash);
        xen.submit(saying(2));
        xen.submit(saying(3));
        assertThat(finished(xen.next()).value(0)).isEqualTo(1);
        Outcome crashed = xen.next();
        assertThat(crashed).isInstanceOf(Outcome.DomainCrashed.class);
        assertThat(((Outcome.DomainCrashed) crashed).step()).isEqualTo(1);
        assertThat(((Outcome.DomainCrashed) crashed).serial()).contains("Domain 0");
        assertThat(finished(xen.next()).value(0)).isEqualTo(2);
        assertThat(finished(xen.next()).value(0)).isEqualTo(3);
    }

    @Test
    void unprivilegedDomainRunsProgramsAndItsCrashIsUndone() {
        assertThat(xen.hasUnprivileged()).isTrue();
        xen.use(Domain.UNPRIVILEGED);
        try {
            assertThat(xen.frames().privileged()).isFalse();
            assertUsable(xen);
            assertThat(xen.run(XenInstanceTest::crash)).isInstanceOf(Outcome.DomainCrashed.class);
            assertUsable(xen);
        } finally {
            xen.use(Domain.DOM0);
        }
        assertThat(xen.frames().privileged()).isTrue();
        assertUsable(xen);
    }

    @Test
    void guestThatHangsIsRestored() throws Exception {
        try (XenInstance patient = XenInstance.start(options.withTimeout(Duration.ofMillis(300)))) {
            patient.qemu().monitor().execute("stop", Duration.ofMinutes(1));
            assertThat(patient.run(XenInstanceTest::askForVersion))
                    .isInstanceOf(Outcome.Hung.class);
            assertUsable(patient);
        }
    }

    @Test
    void hypervisorThatPanicsIsRestored() throws Exception {
        try (XenInstance nervous =
                XenInstance.start(options.withHypervisorOptions(List.of("nmi=fatal")))) {
            nervous.qemu().monitor().execute("stop", Duration.ofMinutes(1));
            nervous.submit(XenInstanceTest::askForVersion);
            nervous.qemu().monitor().execute("inject-nmi", Duration.ofMinutes(1));
            nervous.qemu().monitor().execute("cont", Duration.ofMinutes(1));
            Outcome outcome = nervous.next();
            assertThat(outcome).isInstanceOf(Outcome.HypervisorPanicked.class);
            assertThat(((Outcome.HypervisorPanicked) outcome).serial()).contains("Panic on CPU");
            assertUsable(nervous);
        }
    }

    @Test
    void programGetsASecondMachineIfTheFirstDies() {
        try (XenInstance mortal = XenInstance.start(options)) {
            mortal.qemu().kill();
            mortal.submit(saying(5));
            mortal.submit(saying(6));
            assertThat(finished(mortal.next()).value(0)).isEqualTo(5);
            assertThat(finished(mortal.next()).value(0)).isEqualTo(6);
            assertThat(mortal.restores()).isEqualTo(1);
        }
    }

    @Test
    void programThatKillsEveryMachineIsNamed() {
        try (XenInstance mortal = XenInstance.start(options)) {
            Program killer =
                    to -> {
                        askForVersion(to);
                        mortal.qemu().kill();
                    };
            assertThat(mortal.run(killer)).isInstanceOf(Outcome.MachineDied.class);
            assertUsable(mortal);
        }
    }

    @Test
    void machineFromTheSavedStateIsTheSame() {
        List<Long> pool = new ArrayList<>();
        try (XenInstance fromCold =
                        XenInstance.start(options.withCacheFolder(cache.resolve("other")));
                XenInstance saved =
                        XenInstance.start(options.withCacheFolder(cache.resolve("other")))) {
            for (int i = 0; i < Frames.POOL; i++) {
                pool.add(fromCold.frames().pool(i));
                assertThat(fromCold.frames().indexOf(saved.frames().pool(i))).isEqualTo(i);
            }
            assertUsable(fromCold);
            assertUsable(saved);
        }
        assertThat(pool).doesNotHaveDuplicates();
    }

    @Test
    void damagedSavedStateIsMadeAgain() throws Exception {
        Path damaged = cache.resolve("damaged");
        XenOptions own = options.withCacheFolder(damaged);
        XenInstance.start(own).close();
        for (File file : damaged.toFile().listFiles()) {
            if (file.getName().endsWith(".qcow2")) {
                Files.write(file.toPath(), new byte[100_000]);
            }
        }
        try (XenInstance again = XenInstance.start(own)) {
            assertUsable(again);
        }
    }

    @Test
    void xptiIsAChoice() {
        try (XenInstance split = XenInstance.start(options.withXpti(true))) {
            assertUsable(split);
        }
    }

    @Test
    void programsMayClearTheSharedInfoPage() {
        int clearPage = 16;
        for (Domain domain : Domain.values()) {
            xen.use(domain);
            Program clear =
                    to -> {
                        int op = to.allocate(24);
                        to.putLong(op, clearPage);
                        to.putLong(op + 8, to.frames().sharedInfo());
                        long at = to.addressOf(op);
                        to.hypercall(0, MMUEXT_OP, at, 1, 0, DOMID_SELF, 0);
                    };
            long restores = xen.restores();
            assertThat(finished(xen.run(clear)).value(0)).isZero();
            assertUsable(xen);
            assertThat(xen.restores()).isEqualTo(restores);
        }
        xen.use(Domain.DOM0);
    }

    @Test
    void programOverALimitIsRefusedBeforeItRuns() {
        assertThatThrownBy(() -> xen.submit(to -> to.allocate(ProgramWriter.DATA_SIZE + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a program has at most 65536 bytes of data");
        assertUsable(xen);
    }

    @Test
    void temporaryFolderIsEmptyWhileTheMachineRuns(@TempDir Path folder) {
        try (XenInstance tidy = XenInstance.start(options.withTemporaryFolder(folder))) {
            assertThat(folder).isEmptyDirectory();
            assertUsable(tidy);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void hypervisorThatDoesNotComeUpIsToldWithItsLastWords(@TempDir Path folder) {
        XenOptions tiny =
                options.withTemporaryFolder(folder).withHypervisorOptions(List.of("mem=8M"));
        assertThatThrownBy(() -> XenInstance.start(tiny))
                .isInstanceOf(CannotRun.class)
                .hasMessageContaining("(XEN)");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void qemuThatEndsAtOnceIsToldWithItsWords(@TempDir Path folder) throws Exception {
        Path broken = folder.resolve("qemu");
        Files.writeString(broken, "#!/bin/sh\necho no such machine >&2\nexit 3\n");
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwx------"));
        Components found = Components.find(false);
        Components components =
                new Components(
                        broken, found.qemuImg(), found.gcc(), found.headers(), found.hypervisor());
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        assertThatThrownBy(
                        () -> XenInstance.start(options.withTemporaryFolder(temporary), components))
                .isInstanceOf(CannotRun.class)
                .hasMessage("QEMU ended while the machine came up: no such machine");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void fileThatIsNoHypervisorStartsNothing(@TempDir Path folder) throws Exception {
        Path text = Files.writeString(Files.createTempFile("hypervisor", ".txt"), "text");
        assertThatThrownBy(
                        () ->
                                XenInstance.start(
                                        options.withTemporaryFolder(folder).withHypervisor(text)))
                .isInstanceOf(BadHypervisor.class);
        assertThat(folder).isEmptyDirectory();
        Files.delete(text);
    }
}
