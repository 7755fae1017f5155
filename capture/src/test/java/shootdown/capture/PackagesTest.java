package shootdown.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import shootdown.capture.Packages.Part;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where parts are looked for; fetching is in {@link CaptureTest}. */
class PackagesTest {
    /** A script stands for busybox: it needs no library. */
    private static final byte[] STATIC = "#!/bin/sh\n".getBytes(US_ASCII);

    @TempDir Path installed;
    @TempDir Path cache;

    private static void put(Path root, String file, byte[] content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.resolveSibling("."));
        Files.write(path, content);
    }

    private static void putKernel(Path root, String version) throws IOException {
        put(root, "boot/vmlinuz-" + version, STATIC);
        for (String module : GuestImage.MODULES) {
            put(root, "lib/modules/" + version + "/" + module, STATIC);
        }
    }

    private static void putAll(Path root) throws IOException {
        for (Part part : Part.values()) {
            for (String file : part.files) {
                put(root, file, STATIC);
            }
        }
        putKernel(root, "6.1.0-9-amd64");
    }

    private Packages find() {
        return Packages.find(installed, cache);
    }

    @Test
    void nothingIsMissingWhereAllIsInstalled() throws IOException {
        putAll(installed);
        assertThat(find().missing()).isEmpty();
        assertThat(find().origins()).contains("busybox-static: installed");
    }

    @Test
    void allIsMissingOnAnEmptyMachine() {
        assertThat(find().missing()).containsExactly(Part.values());
    }

    @Test
    void cacheServesForWhatIsNotInstalled() throws IOException {
        put(cache, "debian12/busybox-static/bin/busybox", STATIC);
        put(cache, "debian12/busybox-static/VERSION", "busybox_1.35.deb".getBytes(US_ASCII));
        assertThat(find().missing()).doesNotContain(Part.BUSYBOX);
        assertThat(find().origins()).containsExactly("busybox-static: busybox_1.35.deb");
        assertThat(find().file(Part.BUSYBOX, "bin/busybox"))
                .isEqualTo(cache.resolve("debian12/busybox-static/bin/busybox"));
    }

    @Test
    void busyboxThatNeedsLibrariesIsAnotherPackage() throws IOException {
        putAll(installed);
        put(installed, "bin/busybox", "dynamic".getBytes(US_ASCII));
        assertThat(find().missing()).containsExactly(Part.BUSYBOX);
    }

    @Test
    void newestKernelIsTaken() throws IOException {
        putAll(installed);
        putKernel(installed, "6.1.0-56-amd64");
        assertThat(find().kernel().image()).hasFileName("vmlinuz-6.1.0-56-amd64");
        assertThat(find().kernel().modules()).hasFileName("6.1.0-56-amd64");
    }

    @Test
    void kernelWithoutItsModulesDoesNotCount() throws IOException {
        putAll(installed);
        put(installed, "boot/vmlinuz-6.1.0-99-amd64", STATIC);
        assertThat(find().kernel().image()).hasFileName("vmlinuz-6.1.0-9-amd64");
    }

    @Test
    void partThatIsNotThereCannotBeUsed() {
        assertThatThrownBy(() -> find().file(Part.LIBC, "lib"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("libc6 is not there");
    }
}
