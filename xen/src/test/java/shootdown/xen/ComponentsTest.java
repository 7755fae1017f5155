package shootdown.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Whether what is missing is named, with the one command that helps. */
class ComponentsTest {
    @TempDir private Path folder;

    private Path bin;
    private Path include;
    private Path boot;

    @BeforeEach
    void everythingIsInstalled() throws IOException {
        bin = Files.createDirectory(folder.resolve("bin"));
        include = Files.createDirectory(folder.resolve("include"));
        boot = Files.createDirectory(folder.resolve("boot"));
        for (String program : List.of("qemu-system-x86_64", "qemu-img", "gcc")) {
            Path file = Files.createFile(bin.resolve(program));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.createDirectory(include.resolve("xen"));
        Files.createFile(include.resolve("xen/xen.h"));
        Files.createFile(include.resolve("stdint.h"));
        Files.createFile(boot.resolve("xen-4.9-amd64.gz"));
        Files.createFile(boot.resolve("xen-4.17-amd64.gz"));
        Files.createFile(boot.resolve("xen-4.17-amd64.config"));
    }

    private Components find(boolean ownHypervisor) {
        return Components.find(
                new Components.Places(List.of(folder, bin), include, boot), ownHypervisor);
    }

    @Test
    void newestHypervisorIsTaken() {
        assertThat(find(false).hypervisor()).contains(boot.resolve("xen-4.17-amd64.gz"));
        assertThat(find(false).qemu()).isEqualTo(bin.resolve("qemu-system-x86_64"));
    }

    @Test
    void missingQemuIsNamedWithItsPackage() throws IOException {
        Files.delete(bin.resolve("qemu-system-x86_64"));
        assertThatThrownBy(() -> find(false))
                .isInstanceOf(ComponentMissing.class)
                .hasMessage(
                        "real Xen cannot be run without QEMU (qemu-system-x86_64); to get it:"
                                + " apt-get install --no-install-recommends qemu-system-x86");
    }

    @Test
    void allThatIsMissingIsNamedInOneCommand() throws IOException {
        Files.delete(bin.resolve("qemu-img"));
        Files.delete(bin.resolve("gcc"));
        Files.delete(include.resolve("xen/xen.h"));
        Files.delete(include.resolve("stdint.h"));
        assertThatThrownBy(() -> find(false))
                .hasMessageEndingWith(
                        "--no-install-recommends qemu-utils libxen-dev gcc libc6-dev");
    }

    @Test
    void hypervisorIsNotMissedByThoseWhoNameOne() throws IOException {
        Files.delete(boot.resolve("xen-4.9-amd64.gz"));
        Files.delete(boot.resolve("xen-4.17-amd64.gz"));
        assertThat(find(true).hypervisor()).isEmpty();
        assertThatThrownBy(() -> find(false))
                .hasMessageEndingWith("--no-install-recommends xen-hypervisor-4.17-amd64");
    }

    @Test
    void fileThatCannotBeExecutedIsNoProgram() throws IOException {
        Files.setPosixFilePermissions(
                bin.resolve("gcc"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> find(false)).hasMessageContaining("without gcc");
    }

    @Test
    void continuousIntegrationInstallsThesePackages() throws IOException {
        Path root = Path.of(System.getProperty("shootdown.root", ".."));
        assertThat(Files.readString(root.resolve(".ci/run"))).contains(Components.PACKAGES);
    }
}
