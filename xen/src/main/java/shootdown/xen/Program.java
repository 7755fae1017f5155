package shootdown.xen;

/**
 * A program for real Xen. It is written straight into the shared memory, possibly more than once:
 * after a crash of another program, or when the machine had to be started again, the programs that
 * waited are written anew. So it must write the same each time, in terms of the {@link Frames} that
 * it is given.
 */
@FunctionalInterface
public interface Program {
    void write(ProgramWriter to);
}
