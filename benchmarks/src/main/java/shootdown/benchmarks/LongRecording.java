package shootdown.benchmarks;

import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a recording of any length, to see that memory does not grow with it.
 *
 * <p>{@code LongRecording EVENTS | gzip -1 > F}. CPU 0 links and unlinks a page by turns in 20,000
 * L1 tables, 400 slots of each, and an L1 table in an L2, for which CPU 1 is flushed too.
 */
public final class LongRecording {
    private static final int TABLES = 20_000;
    private static final int SLOTS = 400;
    private static final int EVENTS_A_ROUND = 18;

    private static final String BEGINNING =
            """
            # shootdown-trace 1 long
            1,1,idle-2,BB,1,1,1,11,0,1,k
            1,1,,PT,1,M,1,20000,0,30167,0,1,1,3
            1,1,,BE,1,1,1,0,0
            """;

    private static final String FLUSH =
            """
            1,0,,FL,100,0,do_mmu_update
            1,0,,FR,100,2,0,do_mmu_update
            1,1,,FL,100,0,invalidate_interrupt
            """;

    private LongRecording() {}

    public static void main(String[] args) {
        long events = Long.parseLong(args[0]);
        PrintStream out =
                new PrintStream(
                        new BufferedOutputStream(System.out, 1 << 16),
                        false,
                        StandardCharsets.US_ASCII);
        write(events, out);
        out.flush();
    }

    private static void write(long events, PrintStream out) {
        out.print(BEGINNING);
        long id = 2;
        for (long round = 0; 3 + round * EVENTS_A_ROUND < events; round++) {
            long table = 0x1000 + round / SLOTS % TABLES;
            String entry = Long.toHexString(table << 12 | round % SLOTS * 8);
            out.print(call(id++, round == 0, "M,1," + entry + ",0,30167,0,1,1,3", false));
            out.print(call(id++, false, "M,1," + entry + ",30167,0,0,1,1,3", false));
            out.print(call(id++, false, "M,2,12000,0,20067,0,1,0,2", true));
            out.print(call(id++, false, "M,2,12000,20067,0,0,1,0,2", true));
        }
    }

    private static String call(long id, boolean first, String write, boolean flushes) {
        String begin = "1,0,%s,BB,%d,1,1,10,0,0,k\n".formatted(first ? "init-1" : "", id);
        return begin
                + "1,0,,PT,%d,%s\n".formatted(id, write)
                + (flushes ? FLUSH : "")
                + "1,0,,BE,%d,1,1,0,%d\n".formatted(id, flushes ? 1 : 0);
    }
}
