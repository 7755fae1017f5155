package shootdown.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

class PrivateFolderTest {
    @TempDir private Path parent;

    @Test
    void nobodyElseCanReadItAndNothingIsLeft() throws IOException {
        try (PrivateFolder folder = PrivateFolder.create(Optional.of(parent), 1)) {
            assertThat(Files.getPosixFilePermissions(folder.path())).hasSize(3);
            Files.createDirectory(folder.file("nested"));
            Files.writeString(folder.file("nested/file"), "text");
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void whatAKilledProcessLeftIsRemoved() throws IOException {
        Path left = Files.createDirectory(parent.resolve("shootdown-xen-999999999-1"));
        Files.writeString(left.resolve("ram"), "text");
        Path ours =
                Files.createDirectory(
                        parent.resolve("shootdown-xen-" + ProcessHandle.current().pid() + "-1"));
        Path others = Files.createDirectory(parent.resolve("shootdown-xen-and-more"));
        PrivateFolder.create(Optional.of(parent), 1).close();
        assertThat(left).doesNotExist();
        assertThat(ours).exists();
        assertThat(others).exists();
    }

    @Test
    void folderWithoutRoomIsRefused() {
        assertThatThrownBy(() -> PrivateFolder.create(Optional.of(parent), Long.MAX_VALUE))
                .isInstanceOf(CannotRun.class)
                .hasMessageStartingWith("not enough room in " + parent);
    }

    @Test
    void folderThatCannotBeWrittenIsRefused() {
        // Not even the superuser can make a folder there.
        assertThatThrownBy(() -> PrivateFolder.create(Optional.of(Path.of("/proc")), 0))
                .isInstanceOf(CannotRun.class)
                .hasMessageContaining("/proc");
        Path missing = parent.resolve("missing");
        assertThatThrownBy(() -> PrivateFolder.create(Optional.of(missing), 0))
                .hasMessage("the temporary folder is not a folder: " + missing);
    }
}
