package shootdown.hypervisor;

/** Is told of references that page counts must account for. */
@FunctionalInterface
public interface ReferenceVisitor {
    /** A general reference on a frame, and one of its type if {@code typed}. */
    void reference(int mfn, boolean typed);
}
