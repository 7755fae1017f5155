package shootdown.hypervisor;

/** The observer and the chooser of the step that is being performed; one for each thread. */
final class Events {
    Observer observer = Observer.NONE;
    Chooser chooser = Chooser.FIRST;

    /** Flags that the policy's flushes leave out in this step: to see what they change. */
    int withheld;
}
