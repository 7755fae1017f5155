package shootdown.capture;

import static java.util.Comparator.comparing;

import org.jspecify.annotations.Nullable;

import shootdown.xen.Cache;
import shootdown.xen.CannotRun;
import shootdown.xen.Components;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The packages of Debian 12 that a recorded machine is made of. One that is installed is used as it
 * is; others are fetched with apt, without root, unpacked into the cache, and found there the next
 * time.
 */
final class Packages {
    private static final String LIBRARIES = "usr/lib/x86_64-linux-gnu/";

    /** A package, and the files of it that are used. */
    enum Part {
        HYPERVISOR("xen-hypervisor-4.17-amd64", 3, "boot/xen-4.17-amd64.gz"),
        /** Its files have the kernel's version in their names: {@link Kernel}. */
        KERNEL("linux-image-amd64", 70),
        XENTRACE("xen-utils-4.17", 2, "usr/lib/xen-4.17/bin/xentrace"),
        XENCTRL("libxenmisc4.17", 1, LIBRARIES + "libxenctrl.so.4.17"),
        XENCALL("libxencall1", 1, LIBRARIES + "libxencall.so.1"),
        XENEVTCHN("libxenevtchn1", 1, LIBRARIES + "libxenevtchn.so.1"),
        XENFOREIGNMEMORY("libxenforeignmemory1", 1, LIBRARIES + "libxenforeignmemory.so.1"),
        XENGNTTAB("libxengnttab1", 1, LIBRARIES + "libxengnttab.so.1"),
        XENDEVICEMODEL("libxendevicemodel1", 1, LIBRARIES + "libxendevicemodel.so.1"),
        XENTOOLCORE("libxentoolcore1", 1, LIBRARIES + "libxentoolcore.so.1"),
        XENTOOLLOG("libxentoollog1", 1, LIBRARIES + "libxentoollog.so.1"),
        LIBC("libc6", 3, "lib/x86_64-linux-gnu/libc.so.6", "lib64/ld-linux-x86-64.so.2"),
        BUSYBOX("busybox-static", 1, "bin/busybox");

        final String debianPackage;

        /** Of the package, rounded up. */
        final int megabytes;

        final List<String> files;

        Part(String debianPackage, int megabytes, String... files) {
            this.debianPackage = debianPackage;
            this.megabytes = megabytes;
            this.files = List.of(files);
        }
    }

    /**
     * A kernel and the folder of its modules.
     *
     * @param image its file
     * @param modules the folder that has {@code kernel/drivers}
     */
    record Kernel(Path image, Path modules) {}

    private static final Pattern IMAGE = Pattern.compile("vmlinuz-(.*-amd64)");
    private static final Pattern REAL_KERNEL =
            Pattern.compile("Depends: (linux-image-[0-9]\\S*-amd64)");

    /** The parts of the kernel's package that are unpacked; the rest is 400 MB. */
    private static final List<String> KERNEL_FILES =
            List.of(
                    "./boot/vmlinuz-*",
                    "./lib/modules/*/kernel/drivers/virtio/*",
                    "./lib/modules/*/kernel/drivers/block/virtio_blk.ko",
                    "./lib/modules/*/kernel/drivers/xen/*");

    private final Path installed;
    private final Path cache;
    private final Map<Part, Path> roots = new EnumMap<>(Part.class);

    private Packages(Path installed, Path cache) {
        this.installed = installed;
        this.cache = cache;
        for (Part part : Part.values()) {
            if (has(installed, part)) {
                roots.put(part, installed);
            } else if (has(cached(part), part)) {
                roots.put(part, cached(part));
            }
        }
    }

    /**
     * Looks at what is there.
     *
     * @param installed where packages are installed; {@code /} but in tests
     * @param chosen the cache; null is the usual one
     */
    static Packages find(Path installed, @Nullable Path chosen) {
        return new Packages(
                installed, (chosen == null ? Cache.usual() : chosen).resolve("debian12"));
    }

    private Path cached(Part part) {
        return cache.resolve(part.debianPackage);
    }

    /** What has to be fetched. */
    List<Part> missing() {
        return Stream.of(Part.values()).filter(part -> !roots.containsKey(part)).toList();
    }

    /** A file of a part that is there. */
    Path file(Part part, String name) {
        return root(part).resolve(name);
    }

    Kernel kernel() {
        Kernel kernel = newestKernel(root(Part.KERNEL));
        if (kernel == null) {
            throw new IllegalStateException("no kernel");
        }
        return kernel;
    }

    /** For the log: where each part comes from. */
    List<String> origins() {
        List<String> lines = new ArrayList<>();
        roots.forEach((part, root) -> lines.add(part.debianPackage + ": " + origin(root)));
        return lines;
    }

    private String origin(Path root) {
        if (root.equals(installed)) {
            return "installed";
        }
        try {
            return Files.readString(root.resolve("VERSION")).strip();
        } catch (IOException e) {
            return "in the cache";
        }
    }

    private Path root(Part part) {
        Path root = roots.get(part);
        if (root == null) {
            throw new IllegalStateException(part.debianPackage + " is not there");
        }
        return root;
    }

    private static boolean has(Path root, Part part) {
        return switch (part) {
            case KERNEL -> newestKernel(root) != null;
            case BUSYBOX -> hasFiles(root, part) && isStatic(root.resolve("bin/busybox"));
            default -> hasFiles(root, part);
        };
    }

    private static boolean hasFiles(Path root, Part part) {
        return part.files.stream().allMatch(file -> Files.isReadable(root.resolve(file)));
    }

    /** Package busybox has a program of the same name that needs libraries. */
    private static boolean isStatic(Path program) {
        try {
            StaticProgram.read(program);
            return true;
        } catch (IOException | StaticProgram.Unfit e) {
            return false;
        }
    }

    private static @Nullable Kernel newestKernel(Path root) {
        Path boot = root.resolve("boot");
        if (!Files.isDirectory(boot)) {
            return null;
        }
        try (Stream<Path> files = Files.list(boot)) {
            return files.filter(Files::isReadable)
                    .map(image -> kernel(root, image))
                    .flatMap(Stream::ofNullable)
                    .max(comparing(kernel -> Components.sortable(kernel.image.getFileName() + "")))
                    .orElse(null);
        } catch (IOException | UncheckedIOException unreadable) {
            return null;
        }
    }

    private static @Nullable Kernel kernel(Path root, Path image) {
        Matcher name = IMAGE.matcher(image.getFileName() + "");
        if (!name.matches()) {
            return null;
        }
        Path modules = root.resolve("lib/modules").resolve(name.group(1));
        return GuestImage.MODULES.stream().allMatch(file -> Files.isReadable(modules.resolve(file)))
                ? new Kernel(image, modules)
                : null;
    }

    // Fetching.

    /**
     * Fetches what is missing.
     *
     * @throws CannotRun if that fails; the message says what to install
     */
    void fetch(BooleanSupplier over, Progress progress) throws IOException {
        for (Part part : missing()) {
            progress.stage("fetching " + part.debianPackage);
            Files.createDirectories(cache);
            Path work = Files.createTempDirectory(cache, "new-");
            try {
                fetch(part, work, over);
            } finally {
                delete(work);
            }
            roots.put(part, cached(part));
        }
    }

    private void fetch(Part part, Path work, BooleanSupplier over) throws IOException {
        String name = part == Part.KERNEL ? realKernel(work, over) : part.debianPackage;
        succeed(work, over, List.of(List.of("apt-get", "-q", "download", name)));
        Path deb = onlyFile(work);
        Path root = Files.createDirectory(work.resolve("root"));
        if (part == Part.KERNEL) {
            List<String> unpack =
                    new ArrayList<>(List.of("tar", "-x", "-C", "root", "--wildcards"));
            unpack.addAll(KERNEL_FILES);
            succeed(work, over, List.of(List.of("dpkg-deb", "--fsys-tarfile", deb + ""), unpack));
        } else {
            succeed(work, over, List.of(List.of("dpkg-deb", "-x", deb + "", "root")));
        }
        Files.writeString(root.resolve("VERSION"), (deb.getFileName() + "").replace("%3a", ":"));
        if (!has(root, part)) {
            throw new CannotRun(
                    "%s is not what is expected of Debian 12's %s"
                            .formatted(deb.getFileName(), part.debianPackage));
        }
        delete(cached(part));
        Files.move(root, cached(part), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The package that has the newest kernel; linux-image-amd64 only names it. */
    private String realKernel(Path work, BooleanSupplier over) throws IOException {
        String said =
                succeed(work, over, List.of(List.of("apt-cache", "depends", "linux-image-amd64")));
        Matcher real = REAL_KERNEL.matcher(said);
        if (!real.find()) {
            throw cannotFetch("apt knows no kernel behind linux-image-amd64");
        }
        return real.group(1);
    }

    private String succeed(Path work, BooleanSupplier over, List<List<String>> pipeline) {
        for (List<String> words : pipeline) {
            if (Components.program(words.getFirst()).isEmpty()) {
                throw cannotFetch(words.getFirst() + " is not installed");
            }
        }
        try {
            Command.Result result = Command.run(work, over, pipeline);
            if (result.failed()) {
                throw cannotFetch(result.lastLine());
            }
            return result.said();
        } catch (IOException e) {
            throw cannotFetch(String.valueOf(e.getMessage()));
        }
    }

    private CannotRun cannotFetch(String why) {
        List<String> names = missing().stream().map(part -> part.debianPackage).toList();
        return new CannotRun(
                "cannot fetch Debian 12's packages: %s. Refresh apt's lists (apt-get update), or"
                                .formatted(why)
                        + " install them: apt-get install --no-install-recommends "
                        + String.join(" ", names));
    }

    private static Path onlyFile(Path work) throws IOException {
        try (Stream<Path> files = Files.list(work)) {
            return files.filter(file -> file.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow(() -> new CannotRun("apt-get download left no file"));
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException problem) throws IOException {
                        Files.delete(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
