package shootdown.xen;

import java.util.List;

/** Something that runs real Xen is not installed. The message names it and how to get it. */
public final class ComponentMissing extends XenException {
    private static final long serialVersionUID = 1L;

    /**
     * @param missing what was not found, in words
     * @param packages Debian's packages that have it, without repetitions
     */
    public ComponentMissing(List<String> missing, List<String> packages) {
        super(
                "real Xen cannot be run without "
                        + String.join(", ", missing)
                        + "; "
                        + how(packages));
    }

    private static String how(List<String> packages) {
        return "to get it: apt-get install --no-install-recommends " + String.join(" ", packages);
    }
}
