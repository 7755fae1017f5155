package shootdown.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static shootdown.engine.SearchAssertions.assertSame;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A checkpoint that does not fit, or is not what was written, is refused with a message. */
class CheckpointFaultsTest {

    private static final SplitSystem SYSTEM = new SplitSystem(5, 30_000);
    private static final SearchOptions PLAIN = SearchOptions.defaults();

    @TempDir private Path folder;

    @BeforeEach
    void leaveACheckpoint() {
        try (SearchFolder begun = open("1", "search")) {
            SearchResult cut = Search.run(SYSTEM, PLAIN.withMaxStates(20_000).withFolder(begun));
            assertThat(cut.end()).isEqualTo(End.STATE_LIMIT);
        }
    }

    @Test
    void untouchedItGoesOn() {
        assertGoesOn();
    }

    @Test
    void anotherProgramOrSearchIsRefused() {
        assertThatThrownBy(() -> open("2", "search"))
                .isInstanceOf(UnusableFolder.class)
                .hasMessageContainingAll("is of program 1, not 2");
        assertThatThrownBy(() -> open("1", "other"))
                .isInstanceOf(UnusableFolder.class)
                .hasMessageContainingAll("another search: search, not other");
    }

    @Test
    void anotherFormatIsRefused() {
        Manifest manifest = Manifest.read(folder);
        manifest.put("format", "0");
        manifest.write(folder);

        assertThatThrownBy(() -> open("1", "search"))
                .isInstanceOf(UnusableFolder.class)
                .hasMessageContaining("was written in format 0, not " + SearchFolder.FORMAT);
    }

    @Test
    void systemOfAnotherShapeIsRefused() {
        try (SearchFolder begun = open("1", "search")) {
            assertThatThrownBy(() -> Search.run(GraphSystem.chain(9), PLAIN.withFolder(begun)))
                    .isInstanceOf(UnusableFolder.class)
                    .hasMessageContaining("another system");
        }
    }

    @Test
    void damageIsFoundInEveryFile() throws IOException {
        for (Path file : files()) {
            byte[] whole = Files.readAllBytes(file);
            byte[] changed = whole.clone();
            changed[whole.length / 2] ^= 4;
            Files.write(file, changed);
            assertRefused(file, "is damaged");
            Files.write(file, whole);
            try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                channel.truncate(whole.length - 1);
            }
            assertRefused(file, "manifest".equals(name(file)) ? "is damaged" : "is truncated");
            Files.write(file, whole);
        }
        assertGoesOn();
    }

    @Test
    void whatWasWrittenAfterTheCheckpointIsIgnored() throws IOException {
        for (Path file : files()) {
            if (!name(file).equals("manifest")) {
                Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
            }
        }
        Files.write(folder.resolve("run-7"), new byte[100]);
        Files.write(folder.resolve("manifest.next"), new byte[100]);
        assertGoesOn();
    }

    @Test
    void folderInUseIsRefused() {
        try (SearchFolder begun = open("1", "search")) {
            assertThat(begun.isResumed()).isTrue();
            assertThatThrownBy(() -> open("1", "search"))
                    .isInstanceOf(UnusableFolder.class)
                    .hasMessageContaining("in use");
        }
    }

    private void assertGoesOn() {
        assertSame("resumed", resume(), Search.run(SYSTEM, PLAIN));
    }

    private void assertRefused(Path file, String how) {
        assertThatThrownBy(this::resume)
                .as(name(file))
                .isInstanceOf(UnusableFolder.class)
                .hasMessageContainingAll(name(file), how);
    }

    private SearchResult resume() {
        try (SearchFolder begun = open("1", "search")) {
            return Search.run(SYSTEM, PLAIN.withFolder(begun));
        }
    }

    private SearchFolder open(String program, String search) {
        return SearchFolder.open(folder, program, search, Duration.ofDays(1), true);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> !name(file).equals("lock")).toList();
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
