package shootdown.scenario;

import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.Call;
import shootdown.hypervisor.Layout;
import shootdown.hypervisor.LinearMap;
import shootdown.hypervisor.Machine;
import shootdown.hypervisor.MachineSetup;
import shootdown.hypervisor.Operation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Makes the machines that documents describe. */
final class Machines {
    private Machines() {}

    /** The machine with its programs, or its alphabet. */
    static Machine of(Document document) {
        Machine.Builder machine = document.setting().machine();
        Set<Integer> slots = new TreeSet<>(document.setting().namedSlots());
        slots.add(LinearMap.SLOT);
        document.setting().tracked().forEach(va -> add(va, slots));
        switch (document) {
            case Scenario scenario -> {
                for (Program program : scenario.programs()) {
                    machine.program(program.cpu(), program.calls().toArray(new Call[0]));
                    program.calls().forEach(call -> add(call, slots));
                }
                scenario.sections().stream()
                        .flatMap(section -> section.expectations().stream())
                        .forEach(expectation -> add(expectation, slots));
            }
            case UniverseFile universe -> {
                for (UniverseFile.Letter letter : universe.alphabet()) {
                    if (letter.cpu() == UniverseFile.ALL_CPUS) {
                        machine.allow(letter.operation());
                    } else {
                        machine.allowOn(letter.cpu(), letter.operation());
                    }
                    add(letter.operation(), slots);
                }
            }
        }
        return machine.slots(slots.stream().mapToInt(Integer::intValue).toArray()).build();
    }

    // Which slots a text names, in whatever way.

    private static void add(Call call, Set<Integer> slots) {
        switch (call) {
            case Call.Alone alone -> add(alone.operation(), slots);
            case Call.MmuUpdate batch -> batch.requests().forEach(request -> add(request, slots));
            case Call.MmuextOp batch -> batch.operations().forEach(op -> add(op, slots));
            case Call.Multicall multicall -> multicall.calls().forEach(inner -> add(inner, slots));
            case Call.Unknown unknown -> {}
        }
    }

    private static void add(Operation operation, Set<Integer> slots) {
        switch (operation) {
            case Operation.MmuUpdateRequest r -> slots.add(r.slot());
            case Operation.UpdateVaMappingCall u -> add(u.va(), slots);
            case Operation.Invlpg i -> add(i.va(), slots);
            case Operation.SetLdt l -> {
                for (long page = 0; page < Math.min(l.entries(), 8192); page += 512) {
                    add(VirtualAddress.of(l.linear() + page * 8), slots);
                }
            }
            case Operation.UpdateDescriptor d -> slots.add(d.slot());
            case Operation.LoadSelector l -> slots.add(l.selector() >>> 3 & 511);
            case Operation.MapGrant m -> add(m.target(), slots);
            case Operation.UnmapGrant u -> add(u.target(), slots);
            case Operation.UnmapAndReplace u -> {
                add(u.target(), slots);
                add(u.replacement(), slots);
            }
            case Operation.Access a -> {
                add(a.va(), slots);
                slots.add(a.slot());
            }
            case Operation.InvlpgInstruction i -> add(i.va(), slots);
            case Operation.GuestRead r -> add(r.va(), slots);
            case Operation.GuestWrite w -> {
                add(w.va(), slots);
                slots.add(w.slot());
            }
            case Operation.LinearL1Read l -> add(l.va(), slots);
            case Operation.Mmuext m -> {}
            case Operation.SetGdt g -> {}
            case Operation.VmAssist a -> {}
            case Operation.Control c -> {}
            case Operation.Reservation r -> {}
            case Operation.GrantAccess g -> {}
            case Operation.FaultingWrite f -> add(f.va(), slots);
            case Operation.LdtFault l -> add(l.va(), slots);
            case Operation.Iret i -> {}
            case Operation.Syscall c -> {}
            case Operation.MovToCr3 m -> {}
        }
    }

    private static void add(Operation.GrantTarget target, Set<Integer> slots) {
        switch (target) {
            case Operation.GrantTarget.Linear l -> add(l.va(), slots);
            case Operation.GrantTarget.Entry e -> slots.add(e.slot());
        }
    }

    private static void add(VirtualAddress va, Set<Integer> slots) {
        slots.addAll(List.of(va.i4(), va.i3(), va.i2()));
        slots.add(va.i1());
    }

    private static void add(Expectation expectation, Set<Integer> slots) {
        switch (expectation) {
            case Expectation.Always a -> add(a.condition(), slots);
            case Expectation.Sometimes s -> add(s.condition(), slots);
            case Expectation.Never n -> add(n.condition(), slots);
            case Expectation.Keeps k -> {}
            case Expectation.Breaks b -> {}
        }
    }

    private static void add(Condition condition, Set<Integer> slots) {
        switch (condition) {
            case Condition.And a -> {
                add(a.left(), slots);
                add(a.right(), slots);
            }
            case Condition.Or o -> {
                add(o.left(), slots);
                add(o.right(), slots);
            }
            case Condition.Not n -> add(n.condition(), slots);
            case Condition.EntryNames e -> slots.add(e.slot());
            case Condition.EntryIs e -> slots.add(e.slot());
            case Condition.Answered a -> {}
            case Condition.TypeIs t -> {}
            case Condition.FigureIs n -> {}
            case Condition.IsMarked m -> {}
            case Condition.OwnerIs o -> {}
            case Condition.BaseIs b -> {}
        }
    }

    // The first state.

    /**
     * Why a machine cannot start so.
     *
     * @param preparation which one Xen refuses; their number if the machine itself is at fault
     */
    record Problem(int preparation, String text) {}

    /** The first problem of a machine's start, if there is any. */
    static Optional<Problem> firstProblem(Document document) {
        int at = document.setting().preparations().size();
        try {
            Layout layout = new Layout(of(document));
            MachineSetup first = new MachineSetup(layout, layout.saturatedCaches());
            write(document.setting(), first);
            for (int i = 0; i < document.setting().preparations().size(); i++) {
                at = i;
                prepare(document.setting().preparations().get(i), first);
            }
            at = document.setting().preparations().size();
            first.build();
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            Names names = new Names(document.setting());
            String reason =
                    Pattern.compile("frame ([0-9]{1,4})")
                            .matcher(String.valueOf(e.getMessage()))
                            .replaceAll(frame -> names.frame(Long.parseLong(frame.group(1))));
            return Optional.of(new Problem(at, "the machine cannot start so: " + reason));
        }
    }

    /** Makes the first state. */
    static void setUp(Setting setting, MachineSetup first) {
        write(setting, first);
        setting.preparations().forEach(preparation -> prepare(preparation, first));
    }

    private static void write(Setting setting, MachineSetup first) {
        for (int mfn = 0; mfn < setting.frames().size(); mfn++) {
            for (Map.Entry<Integer, Long> content :
                    setting.frames().get(mfn).contents().entrySet()) {
                first.entry(mfn, content.getKey(), content.getValue());
            }
        }
    }

    private static void prepare(Setting.Preparation preparation, MachineSetup first) {
        switch (preparation) {
            case Setting.Preparation.Pinned p -> first.pin(p.level(), p.mfn());
            case Setting.Preparation.Loaded l -> first.load(l.cpu(), l.mfn());
            case Setting.Preparation.UserLoaded u -> first.loadUser(u.cpu(), u.mfn());
        }
    }
}
