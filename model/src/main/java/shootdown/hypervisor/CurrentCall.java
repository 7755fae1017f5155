package shootdown.hypervisor;

import shootdown.hypervisor.Operation.UpdateVaMappingCall;

/** The operation that a CPU is doing; ask only between its begin and its end. */
final class CurrentCall {
    private final Alphabet operations;
    private final CpuState cpus;

    CurrentCall(Alphabet operations, CpuState cpus) {
        this.operations = operations;
        this.cpus = cpus;
    }

    Operation call(long[] s, int cpu) {
        return operations.get(cpus.operation(s, cpu));
    }

    Operation.Control control(long[] s, int cpu) {
        return (Operation.Control) call(s, cpu);
    }

    UpdateVaMappingCall uvm(long[] s, int cpu) {
        return (UpdateVaMappingCall) call(s, cpu);
    }

    Operation.Access access(long[] s, int cpu) {
        return (Operation.Access) call(s, cpu);
    }

    int address(long[] s, int cpu) {
        return operations.address(cpus.operation(s, cpu));
    }

    /** Number of the linear page through which Xen reads an entry for the call, or -1. */
    int window(long[] s, int cpu) {
        return operations.window(cpus.operation(s, cpu));
    }
}
