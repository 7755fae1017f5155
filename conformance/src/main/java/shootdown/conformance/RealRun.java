package shootdown.conformance;

import shootdown.scenario.Backend;
import shootdown.xen.Outcome;
import shootdown.xen.ProgramWriter;
import shootdown.xen.Result;
import shootdown.xen.XenInstance;

import java.util.List;

/**
 * One run of a program on real Xen, to its end or to the step that crashes the domain.
 *
 * @param program what was run, without the step that crashes
 * @param encoder where the answers are
 * @param result what came out; valid until the next call of the instance
 * @param bases the agent's last steps, which read CR3, by CPU
 * @param crashed whether the step behind the last one crashes the domain
 */
record RealRun(Program program, Encoder encoder, Result result, int[] bases, boolean crashed) {

    /** Writes a program, and reads every vCPU's base behind it. */
    private record Written(Encoder encoder, int[] bases) implements shootdown.xen.Program {
        @Override
        public void write(ProgramWriter to) {
            encoder.write(to);
            for (int cpu = 0; cpu < bases.length; cpu++) {
                bases[cpu] = to.readCr3(cpu);
            }
            to.record();
        }
    }

    /** Runs a program as often as it takes to know the handles of its grants. */
    static RealRun of(ScenarioProgram scenario, int cpus, XenInstance xen) {
        int count = scenario.program().steps().size();
        boolean crashed = false;
        Program program = scenario.program();
        List<Integer> handles = GrantHandles.unknown(program);
        for (int attempt = 0; attempt <= 2 * count + 2; attempt++) {
            Encoder encoder = new Encoder(program, handles, scenario.cast());
            Written written = new Written(encoder, new int[cpus]);
            switch (xen.run(written)) {
                case Outcome.Finished finished -> {
                    List<Integer> known = GrantHandles.after(program, encoder, finished.result());
                    if (known.equals(handles)) {
                        return new RealRun(
                                program, encoder, finished.result(), written.bases(), crashed);
                    }
                    handles = known;
                }
                case Outcome.DomainCrashed crash -> {
                    // What it did before, a run without this step tells.
                    program = scenario.first(stepAt(encoder, crash.step(), program));
                    handles = GrantHandles.unknown(program);
                    crashed = true;
                }
                case Outcome.HypervisorPanicked panic ->
                        throw new Backend.Refused("the hypervisor gave up: " + panic.serial());
                case Outcome.Hung hung ->
                        throw new Backend.Refused("it does not end: " + hung.serial());
                case Outcome.MachineDied died ->
                        throw new Backend.Refused("the machine ended: " + died.why());
            }
        }
        throw new Backend.Refused("each run gives the grants other handles");
    }

    /** Which step of the program the agent's step belongs to. */
    private static int stepAt(Encoder encoder, int agentStep, Program program) {
        int step = 0;
        while (step + 1 < program.steps().size() && encoder.answers(step).step() < agentStep) {
            step++;
        }
        return step;
    }
}
