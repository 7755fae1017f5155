package shootdown.xen;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What real Xen is started with. Everything that can change a result is also in the key of the
 * saved state.
 *
 * @param hypervisor the hypervisor, as in {@code /boot} (gzip) or unpacked (ELF); null is Debian's
 *     newest
 * @param hypervisorOptions more options for the hypervisor's command line
 * @param xpti whether guests run on a copy of their L4 without most of Xen
 * @param cpus physical CPUs
 * @param memoryMiB the machine's memory, a power of two
 * @param timeout how long one program may take before the guest counts as hanging; longer if QEMU
 *     does not get the processor
 * @param temporaryFolder where the machine's memory and saved state are kept while it runs; null is
 *     {@code /dev/shm} if it has room, else Java's temporary folder
 * @param cacheFolder where the compiled agent and saved states are kept between runs; null is
 *     {@code $XDG_CACHE_HOME/shootdown} or {@code ~/.cache/shootdown}
 */
public record XenOptions(
        @Nullable Path hypervisor,
        List<String> hypervisorOptions,
        boolean xpti,
        int cpus,
        int memoryMiB,
        Duration timeout,
        @Nullable Path temporaryFolder,
        @Nullable Path cacheFolder) {
    /** Debian's hypervisor, two CPUs, XPTI off. */
    public static final XenOptions DEFAULT =
            new XenOptions(null, List.of(), false, 2, 128, Duration.ofSeconds(5), null, null);

    public XenOptions {
        hypervisorOptions = List.copyOf(hypervisorOptions);
        if (cpus < 1 || cpus > 8) {
            throw new IllegalArgumentException("between 1 and 8 CPUs, not " + cpus);
        }
        if (memoryMiB < 64 || memoryMiB > 1024 || Integer.bitCount(memoryMiB) != 1) {
            throw new IllegalArgumentException(
                    "memory is a power of two between 64 and 1024 MiB, not " + memoryMiB);
        }
        if (timeout.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("the time-out must be positive: " + timeout);
        }
    }

    public XenOptions withHypervisor(@Nullable Path file) {
        return new XenOptions(
                file,
                hypervisorOptions,
                xpti,
                cpus,
                memoryMiB,
                timeout,
                temporaryFolder,
                cacheFolder);
    }

    public XenOptions withHypervisorOptions(List<String> options) {
        return new XenOptions(
                hypervisor, options, xpti, cpus, memoryMiB, timeout, temporaryFolder, cacheFolder);
    }

    public XenOptions withXpti(boolean on) {
        return new XenOptions(
                hypervisor,
                hypervisorOptions,
                on,
                cpus,
                memoryMiB,
                timeout,
                temporaryFolder,
                cacheFolder);
    }

    public XenOptions withCpus(int count) {
        return new XenOptions(
                hypervisor,
                hypervisorOptions,
                xpti,
                count,
                memoryMiB,
                timeout,
                temporaryFolder,
                cacheFolder);
    }

    public XenOptions withTimeout(Duration limit) {
        return new XenOptions(
                hypervisor,
                hypervisorOptions,
                xpti,
                cpus,
                memoryMiB,
                limit,
                temporaryFolder,
                cacheFolder);
    }

    public XenOptions withTemporaryFolder(@Nullable Path folder) {
        return new XenOptions(
                hypervisor, hypervisorOptions, xpti, cpus, memoryMiB, timeout, folder, cacheFolder);
    }

    public XenOptions withCacheFolder(@Nullable Path folder) {
        return new XenOptions(
                hypervisor,
                hypervisorOptions,
                xpti,
                cpus,
                memoryMiB,
                timeout,
                temporaryFolder,
                folder);
    }

    /**
     * The hypervisor's command line. Messages about guests are off: one costs as much as a hundred
     * hypercalls, and most refused ones write one. Crashes are told all the same.
     */
    String commandLine() {
        String fixed =
                "console=com1 com1=115200 loglvl=all guest_loglvl=none dom0_mem=16M bootscrub=0"
                        + " xpti="
                        + (xpti ? "1" : "0");
        return hypervisorOptions.isEmpty()
                ? fixed
                : fixed + " " + String.join(" ", hypervisorOptions);
    }
}
