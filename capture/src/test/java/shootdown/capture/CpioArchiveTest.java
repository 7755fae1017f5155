package shootdown.capture;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class CpioArchiveTest {
    private static final int HEADER = 110;

    /** Reads the format as Linux's documentation describes it: {@code name mode content}. */
    private static List<String> entries(byte[] archive) {
        List<String> entries = new ArrayList<>();
        String text = new String(archive, ISO_8859_1);
        int at = 0;
        while (at < archive.length) {
            assertThat(text.substring(at, at + 6)).isEqualTo("070701");
            int mode = field(text, at, 1);
            int size = field(text, at, 6);
            int nameSize = field(text, at, 11);
            String name = text.substring(at + HEADER, at + HEADER + nameSize - 1);
            int content = aligned(at + HEADER + nameSize);
            entries.add("%s %o %s".formatted(name, mode, text.substring(content, content + size)));
            at = aligned(content + size);
        }
        return entries;
    }

    private static int field(String text, int at, int number) {
        int from = at + 6 + 8 * number;
        return Integer.parseInt(text.substring(from, from + 8), 16);
    }

    private static int aligned(int offset) {
        return (offset + 3) / 4 * 4;
    }

    @Test
    void foldersComeBeforeWhatIsInThem() {
        CpioArchive archive = new CpioArchive();
        archive.file("a/b/one", "1".getBytes(US_ASCII));
        archive.file("a/b/two", "22222".getBytes(US_ASCII));
        archive.folder("proc");
        archive.link("a/three", "b/one");
        assertThat(entries(archive.toBytes()))
                .containsExactly(
                        "a 40755 ",
                        "a/b 40755 ",
                        "a/b/one 100755 1",
                        "a/b/two 100755 22222",
                        "proc 40755 ",
                        "a/three 120777 b/one",
                        "TRAILER!!! 0 ");
    }
}
