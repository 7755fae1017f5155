package shootdown.xen;

import static java.util.Comparator.comparing;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The installed programs and files that real Xen is run with.
 *
 * @param qemu the machine
 * @param qemuImg makes the file that holds the machine's saved state
 * @param gcc compiles the agent
 * @param headers where Xen's public headers are: the folder that has {@code xen/xen.h}
 * @param hypervisor Debian's hypervisor, the newest; empty if another one was named
 */
public record Components(
        Path qemu, Path qemuImg, Path gcc, Path headers, Optional<Path> hypervisor) {
    /** Every package that a test or a run on real Xen needs, in apt's words. */
    public static final String PACKAGES =
            "qemu-system-x86 qemu-utils xen-hypervisor-4.17-amd64 libxen-dev gcc libc6-dev";

    /** Why a test on real Xen does not run; whoever skips one gives this reason. */
    public static final String NOT_INSTALLED =
            "real Xen is not installed: apt-get install --no-install-recommends " + PACKAGES;

    private static final Pattern HYPERVISOR = Pattern.compile("xen-[0-9.]+-amd64\\.gz");

    /** Where to look; tests look elsewhere. */
    record Places(List<Path> programs, Path headers, Path boot) {
        static Places ofThisMachine() {
            List<Path> programs = new ArrayList<>();
            String path = System.getenv("PATH");
            for (String folder : (path == null ? "" : path).split(File.pathSeparator)) {
                if (!folder.isEmpty()) {
                    programs.add(Path.of(folder));
                }
            }
            return new Places(programs, Path.of("/usr/include"), Path.of("/boot"));
        }

        @Nullable Path program(String name) {
            return programs.stream()
                    .map(folder -> folder.resolve(name))
                    .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                    .findFirst()
                    .orElse(null);
        }

        @Nullable Path headersOfXen() {
            return Files.isReadable(headers.resolve("xen/xen.h")) ? headers : null;
        }

        /** The C library's headers are a package of their own. */
        @Nullable Path headersOfC() {
            return Files.isReadable(headers.resolve("stdint.h")) ? headers : null;
        }

        @Nullable Path newestHypervisor() {
            if (!Files.isDirectory(boot)) {
                return null;
            }
            try (Stream<Path> files = Files.list(boot)) {
                return files.filter(file -> HYPERVISOR.matcher(file.getFileName() + "").matches())
                        .max(comparing(file -> sortable(file.getFileName() + "")))
                        .orElse(null);
            } catch (IOException unreadable) {
                return null;
            }
        }
    }

    /**
     * Finds everything that a run needs.
     *
     * @param ownHypervisor whether the user names a hypervisor, so that Debian's is not needed
     * @throws ComponentMissing if something is not installed
     */
    public static Components find(boolean ownHypervisor) {
        return find(Places.ofThisMachine(), ownHypervisor);
    }

    /** A name with version numbers in a form that sorts: 4.9 before 4.17. */
    public static String sortable(String name) {
        StringBuilder key = new StringBuilder();
        Pattern.compile("[0-9]+")
                .matcher(name)
                .results()
                .forEach(number -> key.append("%6s.".formatted(number.group())));
        return key.toString();
    }

    /** An installed program, found as a shell finds it. */
    public static Optional<Path> program(String name) {
        return Optional.ofNullable(Places.ofThisMachine().program(name));
    }

    /** Whether tests on real Xen can run. */
    public static boolean areInstalled() {
        try {
            find(false);
            return true;
        } catch (ComponentMissing e) {
            return false;
        }
    }

    static Components find(Places places, boolean ownHypervisor) {
        Search search = new Search();
        Path qemu =
                search.need(
                        places.program("qemu-system-x86_64"),
                        "QEMU (qemu-system-x86_64)",
                        "qemu-system-x86");
        Path qemuImg = search.need(places.program("qemu-img"), "qemu-img", "qemu-utils");
        Path hypervisor =
                ownHypervisor
                        ? null
                        : search.need(
                                places.newestHypervisor(),
                                "a hypervisor (" + places.boot + "/xen-*-amd64.gz)",
                                "xen-hypervisor-4.17-amd64");
        Path headers =
                search.need(
                        places.headersOfXen(),
                        "Xen's public headers (" + places.headers + "/xen)",
                        "libxen-dev");
        Path gcc = search.need(places.program("gcc"), "gcc", "gcc");
        search.need(places.headersOfC(), "the C library's headers", "libc6-dev");
        search.complain();
        return new Components(qemu, qemuImg, gcc, headers, Optional.ofNullable(hypervisor));
    }

    /** Collects all that is missing, so that one message names it. */
    private static final class Search {
        private static final Path NOTHING = Path.of("");

        private final List<String> missing = new ArrayList<>();
        private final Set<String> packages = new LinkedHashSet<>();

        Path need(@Nullable Path found, String what, String debianPackage) {
            if (found != null) {
                return found;
            }
            missing.add(what);
            packages.add(debianPackage);
            return NOTHING;
        }

        void complain() {
            if (!missing.isEmpty()) {
                throw new ComponentMissing(missing, List.copyOf(packages));
            }
        }
    }
}
