package shootdown.workload.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Each kind of bad input has a message of its own, with the line and the field. */
final class BadTraceTest {
    private static final String HEADER = "# shootdown-trace 1 x\n";
    private static final String STOCK = "# shootdown-trace 1 x (stock)\n";

    private static TraceReader reader(String text) {
        return reader(text.getBytes(ISO_8859_1));
    }

    private static TraceReader reader(byte[] bytes) {
        return TraceReader.of("t.csv", new ByteArrayInputStream(bytes), false);
    }

    private static int count(TraceReader reader) {
        int events = 0;
        while (reader.next() != null) {
            events++;
        }
        return events;
    }

    private static String complaint(Runnable reading) {
        TraceException[] thrown = new TraceException[1];
        assertThatExceptionOfType(TraceException.class)
                .isThrownBy(reading::run)
                .satisfies(e -> thrown[0] = e);
        assertThat(thrown[0].getStackTrace()).isEmpty();
        return thrown[0].says();
    }

    private static AbstractStringAssert<?> assertComplaint(String text) {
        return assertThat(complaint(() -> count(reader(text))));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    x,0,,MC,1   | field 'dt': expected a decimal number of at most 9223372036854775807, found 'x'
                    -5,0,,MC,1  | field 'dt': expected a decimal number of at most 9223372036854775807, found '-5'
                    0,64,,MC,1  | field 'cpu': expected a decimal number of at most 63, found '64'
                    0,0,,MC,    | field 'n' of MC: expected a decimal number of at most 2147483647, found ''
                    0,0,,MC,2147483648 | field 'n' of MC: expected a decimal number of at most 2147483647, found '2147483648'
                    0,0,,MC,99999999999999999999 | field 'n' of MC: expected a decimal number of at most 2147483647, found '99999999999999999999'
                    0,0,,MC,1,2 | MC has 1 field after its name, found 2
                    0,0,,MC     | MC has 1 field after its name, found 0
                    0,0,,PT,1,M,1 | PT has 10 fields after its name, found 3
                    0,0,,PT,1,X,1,1000,0,0,0,1,1,2 | field 'via' of PT: expected one of M, V, W, found 'X'
                    0,0,,PT,1,MM,1,1000,0,0,0,1,1,2 | field 'via' of PT: expected one of M, V, W, found 'MM'
                    0,0,,PT,1,M,5,1000,0,0,0,1,1,2 | field 'lvl' of PT: expected a decimal number of at most 4, found '5'
                    0,0,,PT,1,M,1,1004,0,0,0,1,1,2 | field 'ma' of PT: expected the address of an entry, a multiple of 8, found '1004'
                    0,0,,PT,1,M,1,10000000000000,0,0,0,1,1,2 | field 'ma' of PT: expected a hexadecimal number of at most fffffffffffff, found '10000000000000'
                    0,0,,PT,1,M,1,1000,10000000000000000,0,0,1,1,2 | field 'old' of PT: expected a hexadecimal number of at most ffffffffffffffff, found '10000000000000000'
                    0,0,,PT,1,M,1,1000,0x7,0,0,1,1,2 | field 'old' of PT: expected a hexadecimal number of at most ffffffffffffffff, found '0x7'
                    0,0,,PT,1,M,1,1000,0,0,0,2,1,2 | field 'ok' of PT: expected a decimal number of at most 1, found '2'
                    0,0,,BB,1,2,1,1,1,0,k | field 'op' of BB: expected 1 (mmu_update), 14 (update_va_mapping) or 26 (mmuext_op), found '2'
                    0,0,,BB,1,1,1,1,1,0,x | field 'mode' of BB: expected one of k, u, found 'x'
                    0,0,,DE,1,0 | field 'lvl' of DE: expected a level from 1 to 4, found '0'
                    0,0,,QQ,1   | unknown event 'QQ'; there are MC, BB, PT, UV, EX, BE, CR3, TG, FR, FL, PR, PX, DE and PF
                    0,0,,mc,1   | unknown event 'mc'; there are MC, BB, PT, UV, EX, BE, CR3, TG, FR, FL, PR, PX, DE and PF
                    0,0,,MULTICALL,1 | unknown event 'MULTICALL'; there are MC, BB, PT, UV, EX, BE, CR3, TG, FR, FL, PR, PX, DE and PF
                    0,0,,DW,2,0,0,0 | unknown event 'DW'; there are MC, BB, PT, UV, EX, BE, CR3, TG, FR, FL, PR, PX, DE and PF
                    0,0         | expected dt,cpu,task,event and its fields, found '0,0'
                    hello       | expected dt,cpu,task,event and its fields, found 'hello'
                    """)
    void lineThatDoesNotFitNamesItsFieldAndWhatWasExpected(String line, String problem) {
        assertComplaint(HEADER + "0,0,a-1,MC,1\n" + line + "\n0,0,,MC,1\n")
                .isEqualTo("t.csv: line 3: " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0,0,a-1,PF,0,0 | unknown event 'PF'; there are MC, BB, PT, UV, EX and DW in a stock recording
                    0,0,a-1,EX,0,UNPIN,12,0 | field 'arg1' of EX: expected '0x', found '12'
                    0,0,a-1,PT,0,W,1,8,!,0 | field 'old' of PT: expected a hexadecimal number of at most ffffffffffffffff, found '!'
                    0,0,a-1,EX,0,FLUSH_MULTI,ncpus 2 mm 1 addr 0 end 1,0 | field 'arg1' of EX: expected ' end ', found 'ncpus 2 mm 1 addr 0 end 1'
                    0,0,a-1,EX,0,FLUSH_MULTI,everything,0 | field 'arg1' of EX: expected 'ncpus ', found 'everything'
                    """)
    void stockLineIsHeldAgainstTheStockForm(String line, String problem) {
        assertComplaint(STOCK + line + "\n").isEqualTo("t.csv: line 2: " + problem);
    }

    @Test
    void operationWithASlipNamesTheNearest() {
        assertComplaint(HEADER + "0,0,,EX,1,NEW_BASEPTER,1,0\n")
                .isEqualTo(
                        "t.csv: line 2: field 'cmd' of EX: expected an operation (did you mean"
                                + " 'NEW_BASEPTR'?), found 'NEW_BASEPTER'");
    }

    @Test
    void timeOfAStockRecordingDoesNotGoBack() {
        assertComplaint(STOCK + "5,0,a-1,MC,1\n4,1,b-2,MC,1\n")
                .isEqualTo("t.csv: line 3: field 'dt': 4 ticks, after 5: time goes back");
    }

    @Test
    void timeDoesNotLeave64Bits() {
        String half = "999999999999999999,0,,MC,1\n";
        assertComplaint(HEADER + half.repeat(10))
                .isEqualTo(
                        "t.csv: line 11: field 'dt': 999999999999999999 more ticks leave 64 bits");
    }

    @Test
    void whatIsFoundIsCutAndPrintable() {
        assertComplaint(HEADER + "0,0,,MC," + "\u0001\u00ff" + "z".repeat(100) + "\n")
                .endsWith("found '\\x01\\xff" + "z".repeat(37) + "…'");
    }

    @Test
    void otherTextIsNoRecording() {
        assertComplaint("# tracer: nop\n#\n")
                .isEqualTo(
                        "t.csv: is no recording: it begins '# tracer: nop', not"
                                + " '# shootdown-trace 1 NAME'");
    }

    @Test
    void binaryFileIsNoRecording() {
        byte[] elf = new byte[300_000];
        elf[0] = 0x7f;
        elf[1] = 'E';
        elf[2] = 'L';
        elf[3] = 'F';
        assertThat(complaint(() -> reader(elf)))
                .startsWith("t.csv: is no recording: it begins '\\x7fELF\\x00")
                .hasSizeLessThan(300);
    }

    @Test
    void gzipOfSomethingElseIsNoRecording() throws IOException {
        byte[] packed = gzip("hello\n".getBytes(ISO_8859_1));
        assertThat(complaint(() -> reader(packed)))
                .isEqualTo(
                        "t.csv: is no recording: it begins 'hello', not '# shootdown-trace 1"
                                + " NAME'");
    }

    @Test
    void versionFromTheFutureIsRefused() {
        assertComplaint("# shootdown-trace 2 x\n")
                .isEqualTo("t.csv: line 1: version 2 of the format; this reads version 1");
    }

    @Test
    void versionThatIsNoNumberIsRefused() {
        assertComplaint("# shootdown-trace one x\n")
                .isEqualTo(
                        "t.csv: line 1: expected a version after '# shootdown-trace ', found"
                                + " 'one'");
    }

    @Test
    void nameIsNeeded() {
        assertComplaint("# shootdown-trace 1\n")
                .isEqualTo("t.csv: line 1: expected the recording's name after the version");
    }

    @Test
    void emptyFileIsRefused() {
        assertComplaint("").isEqualTo("t.csv: is empty");
    }

    @Test
    void recordingWithoutEventsIsReadAsSuch() {
        assertThat(count(reader(HEADER))).isZero();
    }

    @Test
    void directoryIsRefused(@TempDir Path folder) {
        assertThat(complaint(() -> TraceReader.open(folder)))
                .isEqualTo(folder + ": is a directory; name a recording in it");
    }

    @Test
    void missingFileIsRefused(@TempDir Path folder) {
        Path file = folder.resolve("none.csv.gz");
        assertThat(complaint(() -> TraceReader.open(file)))
                .isEqualTo(file + ": there is no such file");
    }

    @Test
    void fileIsJudgedByItsBytesAndNotByItsName(@TempDir Path folder) throws IOException {
        Path plain = folder.resolve("plain.csv.gz");
        Files.writeString(plain, HEADER + "0,0,,MC,1\n");
        Path packed = folder.resolve("packed.csv");
        Files.write(packed, gzip((HEADER + "0,0,,MC,1\n").getBytes(ISO_8859_1)));
        try (TraceReader one = TraceReader.open(plain);
                TraceReader other = TraceReader.open(packed)) {
            assertThat(count(one)).isEqualTo(1);
            assertThat(count(other)).isEqualTo(1);
        }
    }

    @Test
    void truncatedGzipTellsTheLineWhereItStops() throws IOException {
        byte[] whole = Files.readAllBytes(Recordings.full("idle"));
        try (TraceReader reader = reader(Arrays.copyOf(whole, whole.length / 2))) {
            int[] events = new int[1];
            String told =
                    complaint(
                            () -> {
                                while (reader.next() != null) {
                                    events[0]++;
                                }
                            });
            assertThat(events[0]).isGreaterThan(100);
            int line = 2 + events[0] + 1; // two lines of comment, then the one that is cut
            assertThat(told)
                    .isEqualTo(
                            "t.csv: line %d: the gzip stream ends within this line; is it complete?"
                                    .formatted(line));
            assertThat(reader.next()).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "5", "12"})
    void gzipThatEndsInItsFirstBytesIsRefused(int length) throws IOException {
        byte[] whole = gzip((HEADER + "0,0,,MC,1\n").getBytes(ISO_8859_1));
        assertThat(complaint(() -> count(reader(Arrays.copyOf(whole, length)))))
                .startsWith("t.csv: ")
                .containsAnyOf("is it complete", "is no recording");
    }

    @Test
    void damagedGzipTellsTheLine() throws IOException {
        byte[] whole = Files.readAllBytes(Recordings.full("idle"));
        Arrays.fill(whole, 10_000, 10_050, (byte) 0xff);
        assertThat(complaint(() -> count(reader(whole)))).containsPattern("t.csv: line \\d+: ");
    }

    @Test
    void wrongChecksumOfGzipIsToldAtTheEnd() throws IOException {
        byte[] whole = gzip((HEADER + "0,0,,MC,1\n").getBytes(ISO_8859_1));
        whole[whole.length - 6] ^= 1;
        assertThat(complaint(() -> count(reader(whole))))
                .isEqualTo("t.csv: line 3: the gzip stream is damaged (Corrupt GZIP trailer)");
    }

    @Test
    void lastLineWithoutALineBreakIsNotTrusted() {
        assertComplaint(HEADER + "0,0,,PF,40166f,1")
                .isEqualTo("t.csv: line 2: the file ends within this line; is it complete?");
    }

    @Test
    void lineOf10MegabytesIsRefusedAndPassedOver() {
        InputStream text =
                new SequenceInputStream(
                        new ByteArrayInputStream((HEADER + "0,0,,MC,").getBytes(ISO_8859_1)),
                        new SequenceInputStream(
                                new Repeated((byte) '7', 10_000_000),
                                new ByteArrayInputStream("\n3,0,,MC,2\n".getBytes(ISO_8859_1))));
        try (TraceReader reader = TraceReader.of("t.csv", text, false)) {
            assertThat(complaint(reader::next))
                    .startsWith(
                            "t.csv: line 2: longer than the 65536 bytes that a line may have; it"
                                    + " begins '0,0,,MC,777")
                    .hasSizeLessThan(160);
            assertThat(reader.next()).isEqualTo(new TraceEvent.Multicall(3, 0, "", 2));
            assertThat(reader.line()).isEqualTo(3);
        }
    }

    @Test
    void emptyLinesCommentsAndWindowsLineBreaksAreFine() {
        try (TraceReader reader = reader(HEADER + "\n# hello\r\n\r\n0,1,a-1,MC,1\r\n")) {
            assertThat(reader.next()).isEqualTo(new TraceEvent.Multicall(0, 1, "a-1", 1));
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void lenientReadingLeavesOutAndCountsByReason() {
        String text =
                HEADER
                        + "5,0,,MC,x\n"
                        + "5,0,,MC,1\n"
                        + "5,0,,MC,y\n"
                        + "5,0,,ZZ\n"
                        + "junk\n"
                        + "5,0,,MC,1\n"
                        + "5,0,,MC,3";
        TraceReader reader =
                TraceReader.of("t.csv", new ByteArrayInputStream(text.getBytes(ISO_8859_1)), true);
        assertThat(reader.next()).isEqualTo(new TraceEvent.Multicall(10, 0, "", 1));
        assertThat(reader.next()).isEqualTo(new TraceEvent.Multicall(25, 0, "", 1));
        assertThat(reader.next()).isNull();
        Skipped skipped = reader.skipped();
        assertThat(skipped.total()).isEqualTo(5);
        assertThat(skipped.byReason().keySet())
                .containsExactly("MC n", "unknown event", "columns", "cut short");
        Skipped.Lines numbers = requireNonNull(skipped.byReason().get("MC n"));
        assertThat(numbers.count()).isEqualTo(2);
        assertThat(numbers.first().says()).startsWith("t.csv: line 2: field 'n' of MC");
    }

    @Test
    void lenientReadingDoesNotForgiveAnotherFormat() {
        assertThat(
                        complaint(
                                () ->
                                        TraceReader.of(
                                                "t.csv",
                                                new ByteArrayInputStream(new byte[] {'x', '\n'}),
                                                true)))
                .contains("is no recording");
    }

    @Test
    void lenientReadingOfATruncatedFileKeepsWhatThereIs() throws IOException {
        byte[] whole = Files.readAllBytes(Recordings.full("idle"));
        byte[] half = Arrays.copyOf(whole, whole.length / 2);
        TraceReader reader = TraceReader.of("t.csv", new ByteArrayInputStream(half), true);
        assertThat(count(reader)).isGreaterThan(100);
        assertThat(reader.skipped().byReason()).containsOnlyKeys("cut short");
    }

    /** One byte, many times. */
    private static final class Repeated extends InputStream {
        private final byte value;
        private int left;

        Repeated(byte value, int times) {
            this.value = value;
            this.left = times;
        }

        @Override
        public int read() {
            return left-- > 0 ? value : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int read = Math.min(length, left);
            Arrays.fill(bytes, offset, offset + read, value);
            left -= read;
            return read;
        }
    }
}
