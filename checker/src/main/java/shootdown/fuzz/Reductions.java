package shootdown.fuzz;

import shootdown.fuzz.Blueprint.Frame;
import shootdown.hardware.VirtualAddress;
import shootdown.hypervisor.DomId;
import shootdown.hypervisor.Machine.Allowed;
import shootdown.hypervisor.MachineSetup.Asked;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What can be taken out of a universe, one thing at a time. What comes out may be no universe. */
final class Reductions {
    private Reductions() {}

    /** All that have one thing less, those first that save most. */
    static Stream<Blueprint> of(Blueprint plan) {
        return Stream.of(
                        cpus(plan),
                        switches(plan),
                        operations(plan),
                        setups(plan),
                        tracked(plan),
                        Stream.of(plan).filter(p -> p.grantMaps() > 0).map(Reductions::unlimited))
                .flatMap(less -> less);
    }

    private static Blueprint unlimited(Blueprint plan) {
        return new Blueprint(
                plan.frames(),
                plan.slots(),
                plan.switches(),
                plan.domains(),
                plan.loads(),
                plan.vcpus(),
                plan.operations(),
                plan.tracked(),
                0,
                plan.setup(),
                plan.defects());
    }

    private static Stream<Blueprint> switches(Blueprint plan) {
        return plan.switches().stream().sorted().map(plan::without);
    }

    /** Without an operation; where it is on several CPUs, also on one of them only. */
    private static Stream<Blueprint> operations(Blueprint plan) {
        List<Blueprint> less = new ArrayList<>();
        List<Allowed> all = plan.operations();
        for (int i = 0; i < all.size() && all.size() > 1; i++) {
            less.add(plan.withOperations(without(all, i)));
        }
        long everywhere = (1L << plan.cpus()) - 1;
        for (int i = 0; i < all.size(); i++) {
            long cpus = all.get(i).cpus() & everywhere;
            for (long left = cpus; left != 0 && Long.bitCount(cpus) > 1; left &= left - 1) {
                List<Allowed> changed = new ArrayList<>(all);
                changed.set(i, on(all.get(i), Long.lowestOneBit(left)));
                less.add(plan.withOperations(changed));
            }
        }
        return less.stream();
    }

    static Allowed on(Allowed allowed, long cpus) {
        return new Allowed(allowed.operation(), cpus, allowed.caller(), allowed.about());
    }

    private static <T> List<T> without(List<T> all, int i) {
        List<T> less = new ArrayList<>(all);
        less.remove(i);
        return less;
    }

    private static Stream<Blueprint> setups(Blueprint plan) {
        List<Blueprint> less = new ArrayList<>();
        for (int i = plan.setup().size() - 1; i >= 0; i--) {
            Asked asked = plan.setup().get(i);
            if (!(asked instanceof Asked.Load) && !(asked instanceof Asked.Base)) {
                less.add(plan.withSetup(without(plan.setup(), i)));
            }
        }
        return less.stream();
    }

    private static Stream<Blueprint> tracked(Blueprint plan) {
        List<VirtualAddress> all = plan.tracked();
        return Stream.iterate(0, i -> i < all.size(), i -> i + 1)
                .map(i -> plan.withTracked(without(all, i)));
    }

    private static Stream<Blueprint> cpus(Blueprint plan) {
        return Stream.iterate(plan.cpus() - 1, cpu -> cpu >= 0 && plan.cpus() > 1, cpu -> cpu - 1)
                .map(cpu -> withoutCpu(plan, cpu));
    }

    /** Without a CPU, the vCPU that is loaded on it, and what is allowed there only. */
    static Blueprint withoutCpu(Blueprint plan, int gone) {
        int vcpuGone = vcpu(plan, gone);
        Numbers numbers =
                new Numbers(
                        mfn -> mfn,
                        cpu -> cpu == gone ? -1 : cpu > gone ? cpu - 1 : cpu,
                        vcpu ->
                                vcpuGone < 0 || vcpu < vcpuGone
                                        ? vcpu
                                        : vcpu == vcpuGone ? Integer.MIN_VALUE : vcpu - 1);
        List<Allowed> operations =
                numbers.operations(plan.operations()).stream()
                        .filter(allowed -> !isForNobody(allowed))
                        .toList();
        List<Asked> setup =
                plan.setup().stream().filter(asked -> cpu(asked) != gone).map(numbers::of).toList();
        return new Blueprint(
                plan.frames(),
                plan.slots(),
                plan.switches(),
                plan.domains(),
                without(plan.loads(), gone),
                plan.vcpus(),
                operations,
                plan.tracked(),
                plan.grantMaps(),
                setup,
                plan.defects());
    }

    private static boolean isForNobody(Allowed allowed) {
        return switch (allowed.operation()) {
            case shootdown.hypervisor.Operation.Schedule v -> v.vcpu() == Integer.MIN_VALUE;
            case shootdown.hypervisor.Operation.TlbFlush t -> isEmpty(t.scope());
            case shootdown.hypervisor.Operation.Invlpg i -> isEmpty(i.scope());
            default -> false;
        };
    }

    private static boolean isEmpty(shootdown.hypervisor.Operation.Scope scope) {
        return scope instanceof shootdown.hypervisor.Operation.Scope.Multi m && m.vcpus() == 0;
    }

    private static int vcpu(Blueprint plan, int cpu) {
        if (plan.loads().get(cpu) == DomId.IDLE) {
            return -1;
        }
        return (int) plan.loads().subList(0, cpu).stream().filter(d -> d != DomId.IDLE).count();
    }

    private static int cpu(Asked asked) {
        return switch (asked) {
            case Asked.Load l -> l.cpu();
            case Asked.LoadUser l -> l.cpu();
            case Asked.Assist a -> a.cpu();
            default -> -1;
        };
    }

    /** The same without frames and slots that nothing names. */
    static Blueprint tidied(Blueprint plan) {
        Set<Integer> named = new TreeSet<>();
        Numbers collect =
                new Numbers(
                        mfn -> {
                            named.add(mfn);
                            return mfn;
                        },
                        cpu -> cpu,
                        vcpu -> vcpu);
        plan.operations().forEach(collect::of);
        plan.setup().forEach(collect::of);
        List<Integer> kept = List.copyOf(named);
        List<Frame> frames = kept.stream().map(plan.frames()::get).toList();
        Numbers numbers = new Numbers(kept::indexOf, cpu -> cpu, vcpu -> vcpu);
        return new Blueprint(
                frames,
                plan.slots(),
                plan.switches(),
                plan.domains(),
                plan.loads(),
                plan.vcpus(),
                numbers.operations(plan.operations()),
                plan.tracked(),
                plan.grantMaps(),
                plan.setup().stream().map(numbers::of).toList(),
                plan.defects());
    }
}
