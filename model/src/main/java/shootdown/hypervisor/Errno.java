package shootdown.hypervisor;

import shootdown.hardware.Models;

/** Return codes of hypercalls, as the guest sees them (public/errno.h). */
@Models(value = "public/errno.h", simplified = "the codes that occur")
public final class Errno {
    public static final int OK = 0;
    public static final int EPERM = -1;
    public static final int ESRCH = -3;
    public static final int EACCES = -13;
    public static final int EFAULT = -14;
    public static final int EBUSY = -16;
    public static final int EINVAL = -22;
    public static final int ENOSYS = -38;
    public static final int EOPNOTSUPP = -95;

    /** A continuation is due: no guest ever sees it. */
    static final int ERESTART = -85;

    /** Not a code of Xen: the request is suspended in the middle and goes on in a later step. */
    static final int SUSPENDED = Integer.MIN_VALUE;

    private Errno() {}

    /** For people: {@code -EINVAL}. */
    public static String toString(int rc) {
        return switch (rc) {
            case OK -> "0";
            case EPERM -> "-EPERM";
            case ESRCH -> "-ESRCH";
            case EACCES -> "-EACCES";
            case EFAULT -> "-EFAULT";
            case EBUSY -> "-EBUSY";
            case EINVAL -> "-EINVAL";
            case ENOSYS -> "-ENOSYS";
            case ERESTART -> "-ERESTART";
            case EOPNOTSUPP -> "-EOPNOTSUPP";
            default -> Integer.toString(rc);
        };
    }
}
