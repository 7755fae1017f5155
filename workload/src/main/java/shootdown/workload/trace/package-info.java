/**
 * Recordings of what Linux, as a PV guest, asked of Xen's MMU, and of what Xen did: the trace
 * format as records, its reader and its writer.
 *
 * <p>A recording is text, a line for an event, usually in gzip:
 *
 * <pre>
 * # shootdown-trace 1 NAME
 * dt,cpu,task,event,fields…
 * </pre>
 *
 * It comes in two forms ({@link shootdown.workload.trace.TraceForm}): from a hypervisor with extra
 * trace points, and from unmodified packages. The invariant: what the reader accepts, the writer
 * writes back byte by byte.
 *
 * <p>Start reading at {@link shootdown.workload.trace.TraceEvent}; then {@link
 * shootdown.workload.trace.TraceReader}, {@link shootdown.workload.trace.OrderCheck} and {@link
 * shootdown.workload.trace.TraceSummary}.
 */
@NullMarked
package shootdown.workload.trace;

import org.jspecify.annotations.NullMarked;
