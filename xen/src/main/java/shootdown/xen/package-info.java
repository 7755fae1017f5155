/**
 * Runs programs on real Xen: a small kernel, the agent, runs as domain 0 of Debian's hypervisor
 * under QEMU, and this driver talks to it through the machine's memory, which is a shared file.
 *
 * <p>A {@link shootdown.xen.Program} writes itself through a {@link shootdown.xen.ProgramWriter}:
 * frames and slots in play, initial memory, operands of hypercalls, then steps with raw hypercall
 * numbers. Its {@link shootdown.xen.Outcome} is a {@link shootdown.xen.Result} with what each step
 * returned and the exact page state after it ({@link shootdown.xen.PageStates}), or how it ended
 * the domain, the hypervisor or the machine. The translation from the model's words to these steps
 * is not in here: the driver knows no rule of Xen.
 *
 * <p>Invariant: nothing is left behind. Whatever happens to this process or to QEMU, no process and
 * no file stays, and after each program the machine is as it was before the first.
 *
 * <p>Start reading at {@link shootdown.xen.XenInstance}; {@code protocol.h} beside the agent's
 * sources says what the two sides say to each other.
 */
@NullMarked
package shootdown.xen;

import org.jspecify.annotations.NullMarked;
