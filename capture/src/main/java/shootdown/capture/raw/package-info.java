/**
 * Raw recordings of Linux on unmodified Xen, and how they become a recording in the trace format.
 *
 * <p>Two files tell what one machine did: Linux's trace as text ({@link
 * shootdown.capture.raw.LinuxText}), with what Linux asked for, and xentrace's binary file ({@link
 * shootdown.capture.raw.XentraceFile}), with the writes that Xen trapped and the hypercalls that it
 * saw. Both have the processor's time stamp counter as their clock, so one order holds for both.
 *
 * <p>Invariant: what one side counts is held against what the other counts ({@link
 * shootdown.capture.raw.ImportReport}), and whatever cannot be used is counted and told.
 *
 * <p>Start reading at {@link shootdown.capture.raw.RawImport}, then {@link
 * shootdown.capture.raw.LinuxCpu}. docs/workloads.md says how to make such files.
 */
@NullMarked
package shootdown.capture.raw;

import org.jspecify.annotations.NullMarked;
