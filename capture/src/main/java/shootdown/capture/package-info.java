/**
 * Records workloads: Linux as PV dom0 on real Xen under QEMU, made of Debian's packages, without
 * root.
 *
 * <p>{@link shootdown.capture.Packages} finds or fetches what is needed, {@link
 * shootdown.capture.GuestImage} packs it into an initramfs with the script {@code guest/init},
 * {@link shootdown.capture.RecordingMachine} runs the machine, and {@link
 * shootdown.capture.Capture} takes what it sent and has it imported ({@link
 * shootdown.capture.raw}).
 *
 * <p>Invariant: nothing is left behind but the recordings, their log and the cache of packages,
 * however it ends.
 *
 * <p>Start reading at {@link shootdown.capture.Capture}.
 */
@NullMarked
package shootdown.capture;

import org.jspecify.annotations.NullMarked;
