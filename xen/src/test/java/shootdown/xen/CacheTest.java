package shootdown.xen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

class CacheTest {
    @TempDir private Path parent;

    @Test
    void keepsFilesInAFolderOfItsOwn() throws IOException {
        Path folder = parent.resolve("cache");
        Path file = Files.writeString(parent.resolve("file"), "text");
        Cache cache = Cache.open(folder);
        assertThat(cache.find("name")).isEmpty();
        cache.keep("name", file);
        assertThat(Cache.open(folder).find("name"))
                .hasValueSatisfying(it -> assertThat(it).hasContent("text"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        cache.forget("name");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void folderThatOthersCanWriteIsNotTrusted() throws IOException {
        Path folder = Files.createDirectory(parent.resolve("cache"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path file = Files.writeString(parent.resolve("file"), "text");
        Cache cache = Cache.open(folder);
        cache.keep("name", file);
        assertThat(folder).isEmptyDirectory();
        assertThat(cache.find("name")).isEmpty();
    }

    @Test
    void withoutAFolderNothingIsKept() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "text");
        Cache cache = Cache.open(Path.of("/proc/cache"));
        cache.keep("name", file);
        assertThat(cache.find("name")).isEmpty();
    }

    @Test
    void oldestFilesAreRemoved() throws IOException {
        Cache cache = Cache.open(parent.resolve("cache"));
        Path file = Files.writeString(parent.resolve("file"), "text");
        for (int i = 0; i < 40; i++) {
            cache.keep("name-" + i, file);
        }
        assertThat(parent.resolve("cache").toFile().list()).hasSizeLessThan(30);
        assertThat(cache.find("name-39")).isPresent();
    }
}
