package shootdown.capture.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import shootdown.workload.trace.TraceEvent.Hypercall;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Hand-made recordings: each shows one way in which Linux tells what it does. */
class RawImportTest {
    private static final String PTE = "ffff888000001008";

    @TempDir Path folder;

    private final List<String> lines = new ArrayList<>();
    private long clock = 1000;

    /** A line of the file trace, on CPU 0. */
    private RawImportTest line(String event, String body) {
        return line(0, event, body);
    }

    private RawImportTest line(int cpu, String event, String body) {
        clock += 10;
        lines.add(
                "              sh-143     [%03d] ...1. %12d: %s: %s"
                        .formatted(cpu, clock, event, body));
        return this;
    }

    private RawImportTest setsPte(String kva, long value, long old) {
        return line(
                        "p_xen_set_pte_0",
                        "(xen_set_pte+0x0/0x70) ptr=0x%s val=0x%x old=0x%x"
                                .formatted(kva, value, old))
                .line(
                        "xen_mmu_set_pte",
                        "ptep %s pteval 0000000004786105 (raw %016x)".formatted(kva, value));
    }

    private RawImportTest entersBuffer(int hypercall) {
        return line("xen_mc_extend_args", extension(hypercall, "BAD_OP"))
                .line("xen_mc_entry", "op " + hypercall + "(call) args [ffff0, 1, 0, 7ff0, 0, 0]");
    }

    private RawImportTest extendsLastCall(int hypercall) {
        return line("xen_mc_extend_args", extension(hypercall, "OK"));
    }

    private static String extension(int hypercall, String result) {
        return "extending op %d(call) by 16 bytes res %s".formatted(hypercall, result);
    }

    private RawImportTest issues(int calls) {
        return line(
                "xen_mc_flush",
                "flushing %d hypercalls, 16 arg bytes, 0 callbacks".formatted(calls));
    }

    private Path linux() throws IOException {
        return Files.write(folder.resolve("trace.txt"), lines);
    }

    private ImportReport run(@Nullable Path xen, boolean lenient) throws IOException {
        return RawImport.run(linux(), xen, lenient, "test", folder.resolve("out.csv.gz"));
    }

    /** The recording without its title and times. */
    private List<String> events() throws IOException {
        try (GZIPInputStream in =
                new GZIPInputStream(Files.newInputStream(folder.resolve("out.csv.gz")))) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII)
                    .lines()
                    .skip(1)
                    .map(line -> line.substring(line.indexOf(',') + 1))
                    .toList();
        }
    }

    @Test
    void entryThatNothingFollowsIsACallOfItsOwn() throws IOException {
        setsPte(PTE, 0x25, 0);
        ImportReport report = run(null, false);
        assertThat(events())
                .containsExactly("0,sh-143,BB,1,1,1", "0,sh-143,PT,1,M,1," + PTE + ",0,25");
        assertThat(report.linux().calls(Hypercall.MMU_UPDATE)).isEqualTo(1);
    }

    @Test
    void entriesOfABatchAreOneCallWhenTheBufferIsIssued() throws IOException {
        setsPte(PTE, 0x25, 0).entersBuffer(1);
        setsPte("ffff888000001010", 0x35, 7).extendsLastCall(1);
        issues(1);
        run(null, false);
        assertThat(events())
                .containsExactly(
                        "0,sh-143,BB,1,1,2",
                        "0,sh-143,PT,1,M,1," + PTE + ",0,25",
                        "0,sh-143,PT,1,M,1,ffff888000001010,7,35",
                        "0,sh-143,MC,1");
    }

    @Test
    void fullBufferIsIssuedBeforeItTakesTheNextEntry() throws IOException {
        setsPte(PTE, 0x25, 0).entersBuffer(1);
        setsPte("ffff888000001010", 0x35, 7);
        line("xen_mc_extend_args", extension(1, "NO_SPACE"));
        issues(1).line("xen_mc_entry", "op 1(mmu_update) args [ffff0, 1, 0, 7ff0, 0, 0]");
        issues(1);
        ImportReport report = run(null, false);
        assertThat(events())
                .containsExactly(
                        "0,sh-143,BB,1,1,1",
                        "0,sh-143,PT,1,M,1," + PTE + ",0,25",
                        "0,sh-143,MC,1",
                        "0,sh-143,BB,2,1,1",
                        "0,sh-143,PT,2,M,1,ffff888000001010,7,35",
                        "0,sh-143,MC,1");
        assertThat(report.unknownRequests()).isZero();
    }

    @Test
    void upperEntryThatNothingFollowsWasWrittenDirectly() throws IOException {
        line(
                "p_xen_set_pmd_0",
                "(xen_set_pmd+0x0/0x80) ptr=0x%s val=0x2067 old=0x0".formatted(PTE));
        line("xen_mmu_set_pmd", "pmdp " + PTE + " pmdval 1067 (raw 2067)");
        run(null, false);
        assertThat(events()).containsExactly("0,sh-143,DW,2," + PTE + ",0,2067");
    }

    @Test
    void topEntryIsWrittenForKernelAndUser() throws IOException {
        String user = "ffff888000002008";
        line(
                "p_xen_set_p4d_0",
                "(xen_set_p4d+0x0/0xd0) ptr=0x%s val=0x9067 old=0x0".formatted(PTE));
        line("xen_mmu_set_p4d", "p4dp %s user_p4dp %s p4dval 66 (raw 5067)".formatted(PTE, user));
        entersBuffer(1).extendsLastCall(1).issues(1);
        run(null, false);
        assertThat(events())
                .containsExactly(
                        "0,sh-143,BB,1,1,2",
                        "0,sh-143,PT,1,M,4," + PTE + ",0,9067",
                        "0,sh-143,PT,1,M,4," + user + ",0,9067",
                        "0,sh-143,MC,1");
    }

    @Test
    void operationsTakeTheirNamesFromWhatGotReady() throws IOException {
        line("xen_mc_entry", "op 14(va) args [ffff888000003000, 8000000000007061, 2, 0, 0, 0]");
        line("p_xen_do_pin_0", "(xen_do_pin+0x0/0xa0) level=0x3 pfn=0x12").entersBuffer(26);
        line("p_xen_do_pin_0", "(xen_do_pin+0x0/0xa0) level=0x4 pfn=0x13").extendsLastCall(26);
        line("xen_mmu_write_cr3", "kernel cr3 12000").extendsLastCall(26);
        line("xen_mmu_write_cr3", "user cr3 14000").extendsLastCall(26);
        line("p_xen_flush_tlb_0", "(xen_flush_tlb+0x0/0xc0)").entersBuffer(26);
        line("xen_mmu_flush_tlb_one_user", "addr 7fff0000").entersBuffer(26);
        line("xen_mmu_flush_tlb_multi", "ncpus 2 mm ffff888004c60d80 addr 0, end ffffffffffffffff");
        line("xen_mc_entry", "op 26(mmuext_op) args [ffff0, 1, 0, 7ff0, 0, 0]");
        issues(5);
        ImportReport report = run(null, false);
        assertThat(events())
                .containsExactly(
                        "0,sh-143,UV,0,ffff888000003000,8000000000007061,2",
                        "0,sh-143,EX,0,PIN_L4,0x12,0",
                        "0,sh-143,EX,0,UNPIN,0x13,0",
                        "0,sh-143,EX,0,NEW_BASEPTR,12000,0",
                        "0,sh-143,EX,0,NEW_USER_BASEPTR,14000,0",
                        "0,sh-143,EX,0,TLB_FLUSH_LOCAL,0,0",
                        "0,sh-143,EX,0,INVLPG_LOCAL,7fff0000,0",
                        "0,sh-143,EX,0,FLUSH_MULTI,ncpus 2 mm ffff888004c60d80 addr 0  end"
                                + " ffffffffffffffff,0",
                        "0,sh-143,MC,5");
        assertThat(report.linux().calls(Hypercall.MMUEXT_OP)).isEqualTo(4);
        assertThat(report.linux().requests(Hypercall.MMUEXT_OP)).isEqualTo(7);
    }

    @Test
    void tablesOfAPinnedTreeArePinnedOneByOne() throws IOException {
        line("xen_mmu_alloc_ptpage", "mm ffff888004c63180  pfn 1222d  level 4  pinned");
        line("xen_mc_entry", "op 14(va) args [ffff88801222d000, 80000000299c5061, 0, 0, 0, 0]");
        entersBuffer(26).issues(2);
        line("xen_mmu_release_ptpage", "pfn 1222d  level 4  pinned").entersBuffer(26).issues(1);
        line("xen_mmu_alloc_ptpage", "mm ffff888004c63180  pfn 15  level 4  unpinned");
        ImportReport report = run(null, false);
        assertThat(events())
                .containsExactly(
                        "0,sh-143,UV,0,ffff88801222d000,80000000299c5061,0",
                        "0,sh-143,EX,0,PIN_L1,0x1222d,0",
                        "0,sh-143,MC,2",
                        "0,sh-143,EX,0,UNPIN,0x1222d,0",
                        "0,sh-143,MC,1");
        assertThat(report.otherEvents()).isEqualTo(1);
    }

    @Test
    void trappedWritesOfXenComeInBetween() throws IOException {
        setsPte(PTE, 0x25, 0);
        clock = 2000;
        setsPte("ffff888000001010", 0x35, 0);
        Path xen = Xentrace.onCpu(1).trappedWrite(1500, 0xffff888000005010L, 0x965).in(folder);
        ImportReport report = run(xen, false);
        assertThat(events())
                .containsExactly(
                        "0,sh-143,BB,1,1,1",
                        "0,sh-143,PT,1,M,1," + PTE + ",0,25",
                        "1,-,PT,0,W,1,ffff888000005010,?,965",
                        "0,sh-143,BB,2,1,1",
                        "0,sh-143,PT,2,M,1,ffff888000001010,0,35");
        assertThat(report.trappedWrites()).isEqualTo(1);
    }

    @Test
    void whatIsNotClearYetHoldsBackTheOtherCpu() throws IOException {
        setsPte(PTE, 0x25, 0);
        line(1, "xen_mmu_flush_tlb_one_user", "addr 5000");
        line(1, "xen_mc_entry", "op 26(mmuext_op) args [ffff0, 1, 0, 7ff0, 0, 0]");
        line(1, "xen_mc_flush", "flushing 1 hypercalls, 24 arg bytes, 0 callbacks");
        issues(0);
        run(null, false);
        assertThat(events())
                .containsExactly(
                        "0,sh-143,BB,1,1,1",
                        "0,sh-143,PT,1,M,1," + PTE + ",0,25",
                        "1,sh-143,EX,0,INVLPG_LOCAL,5000,0",
                        "1,sh-143,MC,1");
    }

    @Test
    void callsOfXenAreCountedOnlyWhileLinuxRecords() throws IOException {
        setsPte(PTE, 0x25, 0).entersBuffer(1).issues(1).issues(0);
        Path xen =
                Xentrace.onCpu(0)
                        .call(5, 1, 1)
                        .call(clock - 5, 1, 1)
                        .call(clock - 4, 1, 0x80000001)
                        .call(clock + 100, 1, 1)
                        .in(folder);
        ImportReport report = run(xen, false);
        assertThat(report.xen().calls(Hypercall.MMU_UPDATE)).isEqualTo(1);
        assertThat(report.xen().requests(Hypercall.MMU_UPDATE)).isEqualTo(1);
        assertThat(report.outside()).isEqualTo(2);
    }

    @Test
    void entryWithoutKprobeHasNoOldValue() throws IOException {
        line("xen_mmu_set_pte", "ptep " + PTE + " pteval 105 (raw 8000000034786105)");
        line("xen_mmu_set_pmd", "pmdp " + PTE + " pmdval 1067 (raw 2067)");
        ImportReport report = run(null, false);
        assertThat(events())
                .containsExactly(
                        "0,sh-143,BB,1,1,1", "0,sh-143,PT,1,M,1," + PTE + ",?,8000000034786105");
        assertThat(report.withoutProbe()).isEqualTo(2);
        assertThat(report.leftOut()).isEqualTo(1);
    }

    @Test
    void lostEventsMakeTheBufferUnknown() throws IOException {
        setsPte(PTE, 0x25, 0).entersBuffer(1);
        lines.add("CPU:0 [LOST 17 EVENTS]");
        issues(1);
        setsPte(PTE, 0x35, 0);
        ImportReport report = run(null, false);
        assertThat(report.lostByLinux()).isEqualTo(17);
        assertThat(report.outOfStep()).isZero();
        assertThat(events())
                .containsExactly("0,sh-143,BB,1,1,1", "0,sh-143,PT,1,M,1," + PTE + ",0,35");
    }

    @Test
    void overwrittenEventsAreTold() throws IOException {
        lines.add("# entries-in-buffer/entries-written: 20/23   #P:2");
        setsPte(PTE, 0x25, 0);
        assertThat(run(null, false).lostByLinux()).isEqualTo(3);
    }

    @Test
    void textOfTraceCmdSaysTheSame() throws IOException {
        String sh = "              sh-143     [000]10000";
        lines.add("cpus=2");
        lines.add(
                sh
                        + "1: p_xen_set_pte_0:      (ffffffff810257e0) ptr=0x"
                        + PTE
                        + " val=0x25 old=0x7");
        lines.add(sh + "2: xen_mmu_set_pte:      [FAILED TO PARSE] ptep=0x" + PTE + " pteval=37");
        lines.add(sh + "3: xen_mc_extend_args:   [FAILED TO PARSE] op=1 args=16 res=1");
        lines.add(
                sh + "4: xen_mc_entry:         [FAILED TO PARSE] op=1 nargs=4 args=ARRAY[00, 01]");
        lines.add("[UNKNOWN EVENT][UNKNOWN EVENT] (NULL):               [UNKNOWN EVENT]");
        lines.add(
                sh
                        + "5: xen_mc_entry:         [FAILED TO PARSE] op=14 nargs=3 args=ARRAY[00,"
                        + " 30, 00, 00, 80, 88, ff, ff, 61, 70, 00, 00, 00, 00, 00, 80, 02]");
        lines.add(sh + "6: xen_mc_flush:         flushing 2 hypercalls, 16 arg bytes, 0 callbacks");
        ImportReport report = run(null, false);
        assertThat(events())
                .containsExactly(
                        "0,sh-143,BB,1,1,1",
                        "0,sh-143,PT,1,M,1," + PTE + ",7,25",
                        "0,sh-143,UV,0,ffff888000003000,8000000000007061,2",
                        "0,sh-143,MC,2");
        assertThat(report.unknown()).isEqualTo(1);
    }

    @Test
    void tasksMayHaveAnyName() throws IOException {
        String event = " d..2. 2000: xen_mmu_flush_tlb_one_user: addr 0";
        lines.add("  kworker/0:1-[3] x,y-17    (   17) [001]" + event);
        lines.add("     <idle>-0     (-------) [001]" + event.replace("addr", "addr"));
        lines.add(
                "     <idle>-0       [001] d..2. 2001: xen_mc_entry: op 26(x) args [1, 1, 0, 0, 0,"
                        + " 0]");
        lines.add("  a-b-9   [001] d..2. 2002: xen_mc_flush: flushing 1 hypercalls, 0 arg bytes");
        ImportReport report = run(null, false);
        assertThat(events()).containsExactly("1,a-b-9,EX,0,INVLPG_LOCAL,0,0", "1,a-b-9,MC,1");
        assertThat(report.notIssued()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    nonsense | no CPU in [ ]; expected 'TASK-PID [CPU] FLAGS TIMESTAMP: EVENT: …'
                    sh [000] d..1. 5: x: y | field TASK-PID: 'sh' has no number
                    sh-1 [099] d..1. 5: x: y | field CPU: 99; more than 64 CPUs
                    sh-1 [000] d..1. | field TIMESTAMP: is missing
                    sh-1 [000] d..1. 53.125: x: y | is in seconds; record with trace_clock=x86-tsc
                    sh-1 [000] d..1. 5: x y | field EVENT: no ':' behind the event's name
                    sh-1 [000] d..1. 99999999999999999999: x: y | field TIMESTAMP: '99999999999999999999' is no number
                    sh-1 [000] d..1. 5: xen_mmu_set_pte: ptep 00000000a3f21008 pteval 1 (raw 1) | xen_mmu_set_pte: field ptep: a3f21008 is no address of the kernel; boot Linux with no_hash_pointers
                    sh-1 [000] d..1. 5: xen_mmu_set_pte: ptep ffff888000001008 pteval 1 | xen_mmu_set_pte: field raw: is missing
                    sh-1 [000] d..1. 5: xen_mmu_write_cr3: kernel cr3 xyz | xen_mmu_write_cr3: field cr3: 'xyz' is no hexadecimal number of 64 bits
                    sh-1 [000] d..1. 5: xen_mc_entry: op 14(va) args none | xen_mc_entry: field args: no list in [ ]
                    sh-1 [000] d..1. 5: xen_mc_flush: flushing -1 hypercalls | xen_mc_flush: field flushing: '' is no decimal number of 64 bits
                    sh-1 [000] d..1. 5: p_xen_do_pin_0: (xen_do_pin+0x0/0xa0) level=0x9 pfn=0x1 | p_xen_do_pin_0: field level: 9 is no pin or unpin (0 to 4)
                    CPU:zero lost | neither an event nor a note of lost events
                    """)
    void badLineIsNamedWithItsFieldOrSkipped(String bad, String problem) throws IOException {
        lines.add("# tracer: nop");
        setsPte(PTE, 0x25, 0);
        lines.add(bad);
        assertThatThrownBy(() -> run(null, false))
                .isInstanceOf(BadRecording.class)
                .hasMessageContaining("trace.txt: line 4: ")
                .hasMessageContaining(problem);
        ImportReport report = run(null, true);
        assertThat(report.skipped()).isEqualTo(1);
        assertThat(report.firstSkipped()).contains("line 4: ");
        assertThat(report.events()).isEqualTo(2);
    }

    @Test
    void fileWithoutEventsOfXenIsRefused() throws IOException {
        line("sched_switch", "prev_comm=sh");
        assertThatThrownBy(() -> run(null, false))
                .hasMessageEndingWith(
                        "no event of Xen's trace points in it; were they switched on?");
        assertThat(folder.toFile().list()).containsExactly("trace.txt");
    }

    @Test
    void endlessLineIsRefused() throws IOException {
        lines.add("x".repeat(1 << 20));
        assertThatThrownBy(() -> run(null, false))
                .hasMessageContaining("line 1: longer than 16384 bytes");
    }

    @Test
    void damagedGzipIsRefused() throws IOException {
        setsPte(PTE, 0x25, 0);
        Path packed = folder.resolve("trace.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(Files.readAllBytes(linux()));
        }
        Path out = folder.resolve("out.csv.gz");
        assertThat(RawImport.run(packed, null, false, "test", out).events()).isEqualTo(2);
        byte[] bytes = Files.readAllBytes(packed);
        Files.write(packed, java.util.Arrays.copyOf(bytes, bytes.length - 12));
        assertThatThrownBy(() -> RawImport.run(packed, null, false, "test", out))
                .hasMessageContaining("the gzip data ends early or is damaged");
    }
}
