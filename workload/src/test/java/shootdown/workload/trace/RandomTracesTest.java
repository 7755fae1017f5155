package shootdown.workload.trace;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import shootdown.workload.trace.TraceEvent.BaseLoad;
import shootdown.workload.trace.TraceEvent.CallBegin;
import shootdown.workload.trace.TraceEvent.CallEnd;
import shootdown.workload.trace.TraceEvent.DirectWrite;
import shootdown.workload.trace.TraceEvent.EntryWrite;
import shootdown.workload.trace.TraceEvent.Flush;
import shootdown.workload.trace.TraceEvent.FlushRequest;
import shootdown.workload.trace.TraceEvent.Hypercall;
import shootdown.workload.trace.TraceEvent.LinuxBatch;
import shootdown.workload.trace.TraceEvent.LinuxFlush;
import shootdown.workload.trace.TraceEvent.LinuxWrite;
import shootdown.workload.trace.TraceEvent.Mmuext;
import shootdown.workload.trace.TraceEvent.MmuextCommand;
import shootdown.workload.trace.TraceEvent.Multicall;
import shootdown.workload.trace.TraceEvent.PageFault;
import shootdown.workload.trace.TraceEvent.TableContent;
import shootdown.workload.trace.TraceEvent.TableDropped;
import shootdown.workload.trace.TraceEvent.TableValidated;
import shootdown.workload.trace.TraceEvent.Toggle;
import shootdown.workload.trace.TraceEvent.VaMapping;
import shootdown.workload.trace.TraceEvent.Via;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random events, in no order that makes sense, come back as they were written; and no random damage
 * to a text makes the reader fail in another way than by saying what is wrong. A failure prints its
 * seed and as few events as show it.
 */
final class RandomTracesTest {
    private static final int EVENTS = 400;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void readerAndWriterAreInverse(long seed) {
        for (TraceForm form : TraceForm.values()) {
            List<TraceEvent> events = new RandomEvents(new Random(seed), form).events(EVENTS);
            if (isDifferent(form, events)) {
                List<TraceEvent> few = shrink(form, events);
                assertThat(read(written(form, few)))
                        .as("seed %d, %s: %s", seed, form, few)
                        .isEqualTo(few);
            }
        }
    }

    private static boolean isDifferent(TraceForm form, List<TraceEvent> events) {
        byte[] text = written(form, events);
        try {
            List<TraceEvent> read = read(text);
            return !read.equals(events)
                    || !new String(written(form, read), ISO_8859_1)
                            .equals(new String(text, ISO_8859_1));
        } catch (TraceException e) {
            return true;
        }
    }

    private static List<TraceEvent> shrink(TraceForm form, List<TraceEvent> events) {
        List<TraceEvent> few = events;
        for (int piece = events.size() / 2; piece >= 1; piece /= 2) {
            for (int from = 0; from + piece <= few.size(); ) {
                List<TraceEvent> fewer = new ArrayList<>(few);
                fewer.subList(from, from + piece).clear();
                if (isDifferent(form, fewer)) {
                    few = fewer;
                } else {
                    from += piece;
                }
            }
        }
        return few;
    }

    private static byte[] written(TraceForm form, List<TraceEvent> events) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TraceWriter writer = TraceWriter.to(out, "random", form)) {
            for (TraceEvent event : events) {
                writer.write(event);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static List<TraceEvent> read(byte[] text) {
        List<TraceEvent> events = new ArrayList<>();
        TraceReader reader = TraceReader.of("t.csv", new ByteArrayInputStream(text), false);
        for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
            events.add(event);
        }
        return events;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void damagedTextIsReadOrRefusedWithAMessage(long seed) {
        Random random = new Random(seed);
        for (TraceForm form : TraceForm.values()) {
            byte[] text = written(form, new RandomEvents(random, form).events(40));
            for (int round = 0; round < 300; round++) {
                byte[] damaged = damage(random, text);
                String about = "seed %d%n%s".formatted(seed, new String(damaged, ISO_8859_1));
                TraceException refused = refusal(damaged);
                if (refused != null) {
                    assertThat(refused.says()).as(about).hasSizeBetween(10, 400);
                }
                assertLenientReadingEnds(damaged, refused, about);
            }
        }
    }

    private static @Nullable TraceException refusal(byte[] text) {
        try {
            read(text);
            return null;
        } catch (TraceException e) {
            return e;
        }
    }

    /**
     * It leaves something out if and only if a strict one refuses; only the first line is not its.
     */
    private static void assertLenientReadingEnds(
            byte[] text, @Nullable TraceException refused, String about) {
        TraceReader reader;
        try {
            reader = TraceReader.of("t.csv", new ByteArrayInputStream(text), true);
        } catch (TraceException e) {
            assertThat(refused).as(about).isNotNull();
            assertThat(e.line()).as(about).isLessThanOrEqualTo(1);
            return;
        }
        TraceSummary.of(reader);
        assertThat(reader.skipped().total() > 0).as(about).isEqualTo(refused != null);
        OrderCheck check =
                new OrderCheck(TraceReader.of("t.csv", new ByteArrayInputStream(text), true));
        while (check.next() != null) {
            // none is refused with an exception
        }
    }

    /** A few bytes changed, left out or put in. */
    private static byte[] damage(Random random, byte[] text) {
        StringBuilder damaged = new StringBuilder(new String(text, ISO_8859_1));
        String likely = ",,,\n0123456789abcdefx-?MVW \r#\0\u00ff";
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(damaged.length());
            char put = likely.charAt(random.nextInt(likely.length()));
            switch (random.nextInt(3)) {
                case 0 -> damaged.setCharAt(at, put);
                case 1 -> damaged.deleteCharAt(at);
                default -> damaged.insert(at, put);
            }
        }
        return damaged.toString().getBytes(ISO_8859_1);
    }

    /** Makes events with the values that are likely to go wrong: the first, the last, any. */
    private static final class RandomEvents {
        private final Random random;
        private final TraceForm form;
        private final String[] tasks = new String[EventParser.CPUS];
        private long time;

        RandomEvents(Random random, TraceForm form) {
            this.random = random;
            this.form = form;
        }

        List<TraceEvent> events(int count) {
            List<TraceEvent> events = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                time += random.nextInt(4) == 0 ? number(1L << 40) : random.nextInt(1000);
                int cpu = cpu();
                events.add(form == TraceForm.FULL ? full(cpu, task(cpu)) : stock(cpu, task(cpu)));
            }
            return events;
        }

        /** As in the form: a task is never forgotten. */
        private String task(int cpu) {
            String[] names = {"-", "init-1", "swapper/0-0", "kworker/u4:1-25", "\u00e9-7", "a b-2"};
            if (tasks[cpu] == null || random.nextInt(4) == 0) {
                tasks[cpu] = pick(names);
            }
            return tasks[cpu];
        }

        private TraceEvent full(int c, String t) {
            return switch (random.nextInt(14)) {
                case 0 -> new Multicall(time, c, t, count());
                case 1 ->
                        new CallBegin(
                                time, c, t, count(), call(), count(), mfn(), mfn(), cpu(), flip());
                case 2 ->
                        new CallEnd(
                                time,
                                c,
                                t,
                                count(),
                                call(),
                                count(),
                                flip() ? count() : -count(),
                                random.nextInt(8));
                case 3 ->
                        new EntryWrite(
                                time,
                                c,
                                t,
                                count(),
                                via(),
                                random.nextInt(5),
                                entry(),
                                any(),
                                any(),
                                random.nextInt(4),
                                flip(),
                                flip(),
                                count());
                case 4 -> new VaMapping(time, c, t, count(), any(), any(), any());
                case 5 -> new Mmuext(time, c, t, count(), command(), any(), any());
                case 6 -> new BaseLoad(time, c, t, mfn() << 12, count(), cpu());
                case 7 -> new Toggle(time, c, t, mfn() << 12, count(), cpu(), flip());
                case 8 -> new FlushRequest(time, c, t, count(), any(), any(), who());
                case 9 -> new Flush(time, c, t, count(), any(), who());
                case 10 -> new TableValidated(time, c, t, mfn(), level(), random.nextInt(513));
                case 11 ->
                        new TableContent(time, c, t, level(), entry(), any(), random.nextInt(513));
                case 12 -> new TableDropped(time, c, t, mfn(), level());
                default -> new PageFault(time, c, t, any(), count());
            };
        }

        private TraceEvent stock(int c, String t) {
            return switch (random.nextInt(7)) {
                case 0 -> new Multicall(time, c, t, count());
                case 1 -> new LinuxBatch(time, c, t, count(), call(), count());
                case 2 -> {
                    boolean known = flip();
                    yield new LinuxWrite(
                            time,
                            c,
                            t,
                            count(),
                            via(),
                            random.nextInt(5),
                            any(),
                            known,
                            known ? any() : 0,
                            any());
                }
                case 3 -> new VaMapping(time, c, t, count(), any(), any(), any());
                case 4 -> new Mmuext(time, c, t, count(), command(), any(), any());
                case 5 -> new LinuxFlush(time, c, t, count(), cpu(), any(), any(), any());
                default -> new DirectWrite(time, c, t, level(), any(), any(), any());
            };
        }

        /** Up to a limit, which is as likely as 0 and as everything between. */
        private long number(long most) {
            return switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> most;
                default -> random.nextLong(most);
            };
        }

        private int count() {
            return (int) number(Integer.MAX_VALUE);
        }

        private long any() {
            return switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> -1;
                default -> random.nextLong();
            };
        }

        private long mfn() {
            return number((1L << 40) - 1);
        }

        private long entry() {
            return (mfn() << 12) + 8L * random.nextInt(512);
        }

        private int cpu() {
            return (int) number(EventParser.CPUS - 1);
        }

        private int level() {
            return 1 + random.nextInt(4);
        }

        private <E> E pick(E[] all) {
            return all[random.nextInt(all.length)];
        }

        private boolean flip() {
            return random.nextBoolean();
        }

        private Via via() {
            return pick(Via.values());
        }

        private Hypercall call() {
            return pick(Hypercall.values());
        }

        private MmuextCommand command() {
            return pick(MmuextCommand.values());
        }

        private String who() {
            return flip() ? "do_mmu_update" : "_get_page_type";
        }
    }
}
