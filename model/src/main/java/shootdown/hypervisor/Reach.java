package shootdown.hypervisor;

/**
 * What an <em>ideal</em> policy may ask: whether a walk from a base pointer can come to a table.
 */
public interface Reach {
    /** Whether a walk from this L4 may come to this table. */
    boolean reaches(int base, int table);
}
