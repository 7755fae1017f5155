package shootdown.xen;

import java.nio.file.Path;

/** Bad input: the file that was given as the hypervisor is not one. */
public final class BadHypervisor extends XenException {
    private static final long serialVersionUID = 1L;

    BadHypervisor(Path file, String why) {
        super(file + " is not a Xen hypervisor that can be started: " + why);
    }
}
