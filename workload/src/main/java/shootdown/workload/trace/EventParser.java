package shootdown.workload.trace;

import shootdown.words.Nearest;
import shootdown.workload.trace.TraceEvent.Hypercall;
import shootdown.workload.trace.TraceEvent.MmuextCommand;
import shootdown.workload.trace.TraceEvent.Via;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes events of lines. Keeps what lines leave out: the time, and the task of each CPU. */
final class EventParser {
    static final int CPUS = 64;

    /** Names of events, as {@link Fields#eventCode} gives them. */
    private static final int MC = 'M' << 8 | 'C';

    private static final int BB = 'B' << 8 | 'B';
    private static final int BE = 'B' << 8 | 'E';
    private static final int PT = 'P' << 8 | 'T';
    private static final int UV = 'U' << 8 | 'V';
    private static final int EX = 'E' << 8 | 'X';
    private static final int CR3 = ('C' << 8 | 'R') << 8 | '3';
    private static final int TG = 'T' << 8 | 'G';
    private static final int FR = 'F' << 8 | 'R';
    private static final int FL = 'F' << 8 | 'L';
    private static final int PR = 'P' << 8 | 'R';
    private static final int PX = 'P' << 8 | 'X';
    private static final int DE = 'D' << 8 | 'E';
    private static final int PF = 'P' << 8 | 'F';
    private static final int DW = 'D' << 8 | 'W';

    private static final long LAST_MFN = (1L << 40) - 1;
    private static final long LAST_MA = (1L << 52) - 1;

    private static final Hypercall[] HYPERCALLS = Hypercall.values();
    private static final Map<String, MmuextCommand> COMMANDS =
            Arrays.stream(MmuextCommand.values())
                    .collect(Collectors.toMap(MmuextCommand::name, Function.identity()));

    private final TraceForm form;
    private final Lines lines;
    private final Fields fields;
    private final String[] tasks = new String[CPUS];
    private long time;
    private int cpu;

    EventParser(TraceForm form, Lines lines) {
        this.form = form;
        this.lines = lines;
        this.fields = new Fields(lines);
        Arrays.fill(tasks, "");
    }

    /** The event of the line. */
    TraceEvent parse() {
        fields.begin();
        takeTime();
        cpu = fields.count("cpu", CPUS - 1);
        String task = fields.word("task");
        if (!task.isEmpty()) {
            tasks[cpu] = task;
        }
        task = tasks[cpu];
        int code = fields.eventCode();
        TraceEvent event = form == TraceForm.FULL ? full(code, task) : stock(code, task);
        fields.end();
        return event;
    }

    private void takeTime() {
        long first = fields.decimal("dt", Long.MAX_VALUE);
        if (form == TraceForm.STOCK) {
            if (first < time) {
                throw lines.complaint(
                        "time",
                        "field 'dt': %d ticks, after %d: time goes back".formatted(first, time));
            }
            time = first;
        } else if (time + first < 0) {
            throw lines.complaint(
                    "time", "field 'dt': %d more ticks leave 64 bits".formatted(first));
        } else {
            time += first;
        }
    }

    private TraceEvent full(int code, String task) {
        return switch (code) {
            case PT -> entryWrite(task);
            case BB -> callBegin(task);
            case BE -> callEnd(task);
            case TG -> toggle(task);
            case UV -> vaMapping(task);
            case FL -> flush(task);
            case FR -> flushRequest(task);
            case EX -> mmuext(task);
            case PX -> tableContent(task);
            case PR -> tableValidated(task);
            case DE -> tableDropped(task);
            case PF -> pageFault(task);
            case MC -> multicall(task);
            case CR3 -> baseLoad(task);
            default ->
                    throw fields.unknownEvent(
                            "MC, BB, PT, UV, EX, BE, CR3, TG, FR, FL, PR, PX, DE and PF");
        };
    }

    private TraceEvent stock(int code, String task) {
        return switch (code) {
            case PT -> linuxWrite(task);
            case BB -> linuxBatch(task);
            case MC -> multicall(task);
            case EX -> linuxMmuext(task);
            case UV -> vaMapping(task);
            case DW -> directWrite(task);
            default -> throw fields.unknownEvent("MC, BB, PT, UV, EX and DW in a stock recording");
        };
    }

    private TraceEvent multicall(String task) {
        fields.expect("MC", 1);
        return new TraceEvent.Multicall(time, cpu, task, fields.count("n"));
    }

    private TraceEvent callBegin(String task) {
        fields.expect("BB", 7);
        return new TraceEvent.CallBegin(
                time,
                cpu,
                task,
                fields.count("id"),
                hypercall(),
                fields.count("count"),
                fields.hex("kpt", LAST_MFN),
                fields.hex("upt", LAST_MFN),
                fields.count("vcpu", CPUS - 1),
                fields.letter("mode", "ku") == 'k');
    }

    private TraceEvent callEnd(String task) {
        fields.expect("BE", 5);
        return new TraceEvent.CallEnd(
                time,
                cpu,
                task,
                fields.count("id"),
                hypercall(),
                fields.count("done"),
                fields.signed("rc"),
                fields.count("fl", 7));
    }

    private TraceEvent entryWrite(String task) {
        fields.expect("PT", 10);
        return new TraceEvent.EntryWrite(
                time,
                cpu,
                task,
                fields.count("id"),
                via(),
                fields.count("lvl", 4),
                entryAddress("ma"),
                fields.hex("old"),
                fields.hex("new"),
                fields.count("cmd", 3),
                fields.bit("ok"),
                fields.bit("pin"),
                fields.count("refs"));
    }

    private TraceEvent vaMapping(String task) {
        fields.expect("UV", 4);
        return new TraceEvent.VaMapping(
                time,
                cpu,
                task,
                fields.count("id"),
                fields.hex("va"),
                fields.hex("val"),
                fields.hex("flags"));
    }

    private TraceEvent mmuext(String task) {
        fields.expect("EX", 4);
        return new TraceEvent.Mmuext(
                time,
                cpu,
                task,
                fields.count("id"),
                command(fields.word("cmd")),
                fields.hex("arg1"),
                fields.hex("arg2"));
    }

    private TraceEvent baseLoad(String task) {
        fields.expect("CR3", 3);
        return new TraceEvent.BaseLoad(
                time,
                cpu,
                task,
                fields.hex("cr3", LAST_MA),
                fields.count("dom"),
                fields.count("vcpu", CPUS - 1));
    }

    private TraceEvent toggle(String task) {
        fields.expect("TG", 4);
        return new TraceEvent.Toggle(
                time,
                cpu,
                task,
                fields.hex("cr3", LAST_MA),
                fields.count("dom"),
                fields.count("vcpu", CPUS - 1),
                fields.bit("k"));
    }

    private TraceEvent flushRequest(String task) {
        fields.expect("FR", 4);
        return new TraceEvent.FlushRequest(
                time,
                cpu,
                task,
                (int) fields.hex("flags", Integer.MAX_VALUE),
                fields.hex("cpumask"),
                fields.hex("va"),
                fields.word("who"));
    }

    private TraceEvent flush(String task) {
        fields.expect("FL", 3);
        return new TraceEvent.Flush(
                time,
                cpu,
                task,
                (int) fields.hex("flags", Integer.MAX_VALUE),
                fields.hex("va"),
                fields.word("who"));
    }

    private TraceEvent tableValidated(String task) {
        fields.expect("PR", 3);
        return new TraceEvent.TableValidated(
                time, cpu, task, fields.hex("mfn", LAST_MFN), level(), fields.count("n", 512));
    }

    private TraceEvent tableContent(String task) {
        fields.expect("PX", 4);
        return new TraceEvent.TableContent(
                time,
                cpu,
                task,
                level(),
                entryAddress("ma"),
                fields.hex("val"),
                fields.count("run", 512));
    }

    private TraceEvent tableDropped(String task) {
        fields.expect("DE", 2);
        return new TraceEvent.TableDropped(time, cpu, task, fields.hex("mfn", LAST_MFN), level());
    }

    private TraceEvent pageFault(String task) {
        fields.expect("PF", 2);
        return new TraceEvent.PageFault(
                time, cpu, task, fields.hex("addr"), (int) fields.hex("ec", Integer.MAX_VALUE));
    }

    private TraceEvent linuxBatch(String task) {
        fields.expect("BB", 3);
        return new TraceEvent.LinuxBatch(
                time, cpu, task, fields.count("id"), hypercall(), fields.count("count"));
    }

    private TraceEvent linuxWrite(String task) {
        fields.expect("PT", 6);
        int id = fields.count("id");
        Via via = via();
        int level = fields.count("lvl", 4);
        long kva = fields.hex("entry");
        boolean oldKnown = !fields.isUnknown();
        long old = oldKnown ? fields.hex("old") : 0;
        return new TraceEvent.LinuxWrite(
                time, cpu, task, id, via, level, kva, oldKnown, old, fields.hex("new"));
    }

    private TraceEvent linuxMmuext(String task) {
        fields.expect("EX", 4);
        int id = fields.count("id");
        String word = fields.word("cmd");
        if (word.equals("FLUSH_MULTI")) {
            return linuxFlush(task, id);
        }
        MmuextCommand command = command(word);
        long arg1 = command.pins() ? fields.prefixedHex("arg1") : fields.hex("arg1");
        return new TraceEvent.Mmuext(time, cpu, task, id, command, arg1, fields.hex("arg2"));
    }

    /** {@code ncpus N mm MM addr START end END}, as Linux prints it. */
    private TraceEvent linuxFlush(String task, int id) {
        fields.text("arg1", "ncpus ");
        fields.separatedBy(' ');
        int cpus = fields.count("arg1", CPUS);
        fields.text("arg1", "mm ");
        long mm = fields.hex("arg1");
        fields.text("arg1", "addr ");
        long start = fields.hex("arg1");
        fields.text("arg1", " end ");
        fields.separatedBy(',');
        long end = fields.hex("arg1");
        fields.hex("arg2", 0);
        return new TraceEvent.LinuxFlush(time, cpu, task, id, cpus, mm, start, end);
    }

    private TraceEvent directWrite(String task) {
        fields.expect("DW", 4);
        return new TraceEvent.DirectWrite(
                time,
                cpu,
                task,
                level(),
                fields.hex("entry"),
                fields.hex("old"),
                fields.hex("new"));
    }

    private Hypercall hypercall() {
        int number = fields.count("op");
        for (Hypercall call : HYPERCALLS) {
            if (call.number() == number) {
                return call;
            }
        }
        throw fields.wrongBefore("op", "1 (mmu_update), 14 (update_va_mapping) or 26 (mmuext_op)");
    }

    private Via via() {
        return switch (fields.letter("via", "MVW")) {
            case 'M' -> Via.MMU_UPDATE;
            case 'V' -> Via.UPDATE_VA_MAPPING;
            default -> Via.TRAPPED;
        };
    }

    /** Of a table. */
    private int level() {
        int level = fields.count("lvl", 4);
        if (level == 0) {
            throw fields.wrongBefore("lvl", "a level from 1 to 4");
        }
        return level;
    }

    private long entryAddress(String field) {
        long ma = fields.hex(field, LAST_MA);
        if ((ma & 7) != 0) {
            throw fields.wrongBefore(field, "the address of an entry, a multiple of 8");
        }
        return ma;
    }

    private MmuextCommand command(String word) {
        MmuextCommand command = COMMANDS.get(word);
        if (command == null) {
            throw fields.wrongBefore(
                    "cmd",
                    "an operation (did you mean '%s'?)"
                            .formatted(Nearest.of(word, COMMANDS.keySet())));
        }
        return command;
    }
}
