package shootdown.hardware;

import java.util.List;

/** One step of a program for a machine of nothing but hardware. */
sealed interface Step {
    /** A store to an entry. */
    record Write(int mfn, int slot, long pte) implements Step {
        @Override
        public String toString() {
            String flags =
                    (Pte.isPresent(pte) ? "" : ", absent")
                            + (Pte.isWritable(pte) ? "" : ", read-only")
                            + ((pte & Pte.USER) != 0 ? "" : ", supervisor")
                            + ((pte & Pte.NX) != 0 ? ", no execution" : "")
                            + (Pte.isGlobal(pte) ? ", G" : "");
            return "Write[table " + mfn + " slot " + slot + " = " + Pte.mfn(pte) + flags + "]";
        }
    }

    record MovCr3(int cpu, int root, int pcid, boolean noflush) implements Step {}

    record MovCr4(int cpu, long value) implements Step {}

    record Invlpg(int cpu, int address) implements Step {}

    record InvpcidAddress(int cpu, int pcid, int address) implements Step {}

    record InvpcidContext(int cpu, int pcid) implements Step {}

    record InvpcidAll(int cpu) implements Step {}

    record InvpcidAllButGlobal(int cpu) implements Step {}

    record PageFault(int cpu, int address) implements Step {}

    record ForgetRootSlot(int cpu, int slot) implements Step {}

    /**
     * Runs the step.
     *
     * @return whether it was done, rather than refused with #GP
     */
    default boolean run(TranslationCaches caches, Geometry geometry, long[] state) {
        try {
            switch (this) {
                case Write(int mfn, int slot, long pte) -> {
                    state[geometry.entry(mfn, slot)] = pte;
                    caches.memoryChanged(state);
                }
                case MovCr3(int cpu, int root, int pcid, boolean noflush) ->
                        caches.movCr3(
                                state,
                                cpu,
                                ControlRegister.cr3(root, pcid)
                                        | (noflush ? ControlRegister.CR3_NOFLUSH : 0));
                case MovCr4(int cpu, long value) -> caches.movCr4(state, cpu, value);
                case Invlpg(int cpu, int address) -> caches.invlpg(state, cpu, address);
                case InvpcidAddress(int cpu, int pcid, int address) ->
                        caches.invpcidAddress(state, cpu, pcid, address);
                case InvpcidContext(int cpu, int pcid) -> caches.invpcidContext(state, cpu, pcid);
                case InvpcidAll(int cpu) -> caches.invpcidAll(state, cpu);
                case InvpcidAllButGlobal(int cpu) -> caches.invpcidAllButGlobal(state, cpu);
                case PageFault(int cpu, int address) -> caches.pageFault(state, cpu, address);
                case ForgetRootSlot(int cpu, int slot) -> caches.forgetRootSlot(state, cpu, slot);
            }
            return true;
        } catch (IllegalStateException protectionFault) {
            return false;
        }
    }

    /** A program, one step a line. */
    static String print(List<Step> program) {
        StringBuilder text = new StringBuilder();
        program.forEach(step -> text.append("  ").append(step).append('\n'));
        return text.toString();
    }
}
