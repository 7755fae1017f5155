package shootdown.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Archives as tar writes them. */
class TarStreamTest {
    @TempDir Path folder;

    private final ByteArrayOutputStream disk = new ByteArrayOutputStream();

    @BeforeEach
    void twoArchivesOnADisk() throws Exception {
        for (String workload : List.of("fork", "mt")) {
            Files.createDirectory(folder.resolve(workload));
            Files.writeString(folder.resolve(workload).resolve("linux"), workload.repeat(1000));
            Files.writeString(folder.resolve(workload).resolve("xentrace"), "");
            Process tar =
                    new ProcessBuilder("tar", "-c", "-C", folder + "", "--sort=name", workload)
                            .start();
            disk.writeBytes(tar.getInputStream().readAllBytes());
            assertThat(tar.waitFor()).isZero();
        }
    }

    private static List<String> files(byte[] disk) throws IOException {
        TarStream tar = new TarStream(new ByteArrayInputStream(disk));
        List<String> files = new ArrayList<>();
        for (TarStream.Entry entry = tar.next(); entry != null; entry = tar.next()) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            tar.copyTo(content);
            files.add(entry.name() + " " + content.size() + " " + start(content));
        }
        return files;
    }

    private static String start(ByteArrayOutputStream content) {
        String text = content.toString(UTF_8);
        return text.substring(0, Math.min(4, text.length()));
    }

    @Test
    void archivesFollowEachOtherUntilTheDiskIsEmpty() throws IOException {
        byte[] large = Arrays.copyOf(disk.toByteArray(), 1 << 20);
        assertThat(files(large))
                .containsExactly(
                        "fork/linux 4000 fork",
                        "fork/xentrace 0 ",
                        "mt/linux 2000 mtmt",
                        "mt/xentrace 0 ");
        assertThat(files(disk.toByteArray())).hasSize(4);
    }

    @Test
    void filesMayBePassedOver() throws IOException {
        TarStream tar = new TarStream(new ByteArrayInputStream(disk.toByteArray()));
        List<String> names = new ArrayList<>();
        for (TarStream.Entry entry = tar.next(); entry != null; entry = tar.next()) {
            names.add(entry.name());
        }
        assertThat(names).hasSize(4);
    }

    @Test
    void diskThatEndsInAFileIsAnError() {
        byte[] cut = Arrays.copyOf(disk.toByteArray(), 2000);
        assertThatThrownBy(() -> files(cut))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ends in the middle of a file");
    }

    @Test
    void emptyDiskHasNoFiles() throws IOException {
        assertThat(files(new byte[1 << 16])).isEmpty();
    }
}
