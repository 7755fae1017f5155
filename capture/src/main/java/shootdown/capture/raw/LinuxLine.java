package shootdown.capture.raw;

/**
 * One line of Linux's trace.
 *
 * @param time of the processor's time stamp counter
 * @param task {@code comm-pid}
 */
record LinuxLine(long time, int cpu, String task, LinuxEvent event) {
    LinuxLine at(long otherTime) {
        return new LinuxLine(otherTime, cpu, task, event);
    }
}
