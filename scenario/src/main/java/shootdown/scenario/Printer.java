package shootdown.scenario;

import org.jspecify.annotations.Nullable;

import shootdown.hypervisor.Call;

import java.util.List;
import java.util.Map;

/** Writes scenarios and universes as canonical text. Used once. */
final class Printer {
    private static final String INDENT = "  ";

    private final StringBuilder out = new StringBuilder();
    private final Setting setting;
    private final Names names;
    private final CallPrinter calls;
    private final ExpectationPrinter expectations;

    Printer(Setting setting) {
        this.setting = setting;
        this.names = new Names(setting);
        this.calls = new CallPrinter(names);
        this.expectations = new ExpectationPrinter(names);
    }

    String scenario(Scenario scenario) {
        line(0, "scenario " + quoted(scenario.title()));
        texts("shows", scenario.shows());
        texts("from", scenario.from());
        setting();
        scenario.programs().forEach(this::program);
        if (scenario.script() != null) {
            script(scenario.script());
        }
        scenario.sections().forEach(this::section);
        return out.toString();
    }

    String universe(UniverseFile universe) {
        line(0, "universe " + quoted(universe.name()));
        text("title", universe.title());
        text("aims", universe.aims());
        text("cannot_show", universe.cannotShow());
        setting();
        int cpu = Integer.MIN_VALUE;
        for (UniverseFile.Letter letter : universe.alphabet()) {
            if (letter.cpu() != cpu) {
                if (cpu != Integer.MIN_VALUE) {
                    line(0, "}");
                }
                cpu = letter.cpu();
                line(0, "");
                line(0, "operations " + (cpu < 0 ? "" : "on cpu" + cpu + " ") + "{");
            }
            line(1, calls.operation(letter.operation()));
        }
        if (universe.alphabet().isEmpty()) {
            line(0, "");
            line(0, "operations {");
        }
        line(0, "}");
        return out.toString();
    }

    private void line(int indent, String text) {
        out.append(INDENT.repeat(indent)).append(text).append('\n');
    }

    private void texts(String word, List<String> texts) {
        String before = word;
        for (String text : texts) {
            line(0, before + " " + quoted(text));
            before = " ".repeat(word.length());
        }
    }

    private void text(String word, String text) {
        if (!text.isEmpty()) {
            line(0, word + " " + quoted(text));
        }
    }

    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    // The machine and its frames.

    private void setting() {
        machine();
        line(0, "");
        line(0, "frames {");
        for (Setting.Frame frame : setting.frames()) {
            line(1, frame(frame));
        }
        line(0, "}");
        if (!setting.preparations().isEmpty()) {
            line(0, "");
        }
        for (Setting.Preparation preparation : setting.preparations()) {
            line(0, preparation(preparation));
        }
        if (!setting.tracked().isEmpty()) {
            line(0, "");
        }
        setting.tracked().forEach(va -> line(0, "track " + CallPrinter.va(va)));
    }

    private void machine() {
        int start = out.length();
        line(0, "");
        line(0, "machine {");
        int empty = out.length();
        if (setting.cpus() != 1) {
            line(1, "cpus " + setting.cpus());
        }
        for (Switch what : Switch.values()) {
            @Nullable Boolean on = setting.switches().get(what);
            if (on != null) {
                line(1, what.word() + (on ? " on" : " off"));
            }
        }
        if (setting.mustDo() != 0) {
            line(1, "must_do 0x" + Integer.toHexString(setting.mustDo()));
        }
        for (int i = 0; i < setting.domains().size(); i++) {
            line(1, domain(setting.domains().get(i), i));
        }
        if (!setting.slots().isEmpty()) {
            StringBuilder slots = new StringBuilder("slots");
            setting.slots().forEach(slot -> slots.append(' ').append(slot));
            line(1, slots.toString());
        }
        if (out.length() == empty) {
            out.setLength(start);
        } else {
            line(0, "}");
        }
    }

    private static String domain(Setting.Domain domain, int index) {
        return "domain "
                + domain.name()
                + (domain.id() == index ? "" : " id " + domain.id())
                + (domain.privileged() ? " privileged" : "")
                + (domain.io() ? " io" : "")
                + switch (domain.kind()) {
                    case PV -> "";
                    case PV_WITHOUT_VCPU -> " no_vcpu";
                    case TRANSLATED -> " translated";
                };
    }

    private String frame(Setting.Frame frame) {
        StringBuilder text = new StringBuilder(frame.name()).append(':');
        if (frame.level() > 0) {
            text.append(" l").append(frame.level());
        }
        if (frame.owner().isPresent()) {
            text.append(" of ").append(names.domain(frame.owner().getAsInt()));
        }
        if (frame.special()) {
            text.append(" special");
        }
        if (frame.denied()) {
            text.append(" denied");
        }
        for (Map.Entry<Integer, Long> content : frame.contents().entrySet()) {
            text.append(" [").append(content.getKey()).append("] -> ");
            text.append(EntryText.text(content.getValue(), names));
        }
        return text.toString();
    }

    private String preparation(Setting.Preparation preparation) {
        return switch (preparation) {
            case Setting.Preparation.Pinned p -> "pin l" + p.level() + " " + names.frame(p.mfn());
            case Setting.Preparation.Loaded l -> "load cpu" + l.cpu() + " " + names.frame(l.mfn());
            case Setting.Preparation.UserLoaded u ->
                    "load_user cpu" + u.cpu() + " " + names.frame(u.mfn());
        };
    }

    // Programs and what must come out.

    private void program(Program program) {
        line(0, "");
        line(0, "cpu" + program.cpu() + " {");
        for (int i = 0; i < program.calls().size(); i++) {
            int number = i + 1;
            call(1, program.calls().get(i), part -> suffix(program.answers(number, part)));
        }
        line(0, "}");
    }

    /** What stands behind a call, by its number in the multicall; 0 for the call itself. */
    private interface Suffixes {
        String of(int part);
    }

    private String suffix(List<Answer> answers) {
        StringBuilder text = new StringBuilder();
        answers.forEach(answer -> text.append(' ').append(expectations.answer(answer)));
        return text.toString();
    }

    private void call(int indent, Call call, Suffixes suffixes) {
        switch (call) {
            case Call.Alone alone ->
                    line(indent, calls.operation(alone.operation()) + suffixes.of(0));
            case Call.Unknown unknown ->
                    line(indent, "hypercall " + unknown.number() + suffixes.of(0));
            case Call.MmuUpdate batch -> {
                line(indent, "mmu_update {");
                batch.requests().forEach(request -> line(indent + 1, calls.request(request)));
                line(indent, "}" + calls.ofBatch(batch) + suffixes.of(0));
            }
            case Call.MmuextOp batch -> {
                line(indent, "mmuext_op {");
                batch.operations().forEach(op -> line(indent + 1, calls.operation(op)));
                line(indent, "}" + calls.ofBatch(batch) + suffixes.of(0));
            }
            case Call.Multicall multicall -> {
                line(indent, "multicall {");
                for (int i = 0; i < multicall.calls().size(); i++) {
                    String own = suffixes.of(i + 1);
                    call(indent + 1, multicall.calls().get(i), part -> part == 0 ? own : "");
                }
                line(indent, "}" + calls.ofMulticall(multicall) + suffixes.of(0));
            }
        }
    }

    private void script(Script script) {
        line(0, "");
        StringBuilder text =
                new StringBuilder(script.grain() == Script.Grain.CALLS ? "order" : "steps");
        int length = text.length();
        for (Script.Turn turn : script.turns()) {
            String next = " " + turn(turn);
            if (length + next.length() > 96) {
                text.append("\n     ");
                length = 5;
            }
            text.append(next);
            length += next.length();
        }
        line(0, text.toString());
    }

    private static String turn(Script.Turn turn) {
        StringBuilder text = new StringBuilder("cpu").append(turn.cpu());
        if (turn.flushed() >= 0) {
            text.append(" flushes cpu").append(turn.flushed());
        }
        if (!turn.answers().isEmpty()) {
            text.append(" chooses");
            turn.answers().forEach(answer -> text.append(' ').append(answer));
        }
        return text.toString();
    }

    private void section(Section section) {
        line(0, "");
        String policies =
                section.policies().isEmpty()
                        ? ""
                        : " for policy " + String.join(", ", section.policies());
        String where =
                switch (section.where()) {
                    case ANYWHERE -> "";
                    case MODEL -> " on model";
                    case XEN ->
                            " on xen"
                                    + (section.version().isEmpty() ? "" : " " + section.version());
                };
        line(0, "expect" + policies + where + " {");
        section.expectations().forEach(one -> line(1, expectations.expectation(one)));
        line(0, "}");
    }
}
