package shootdown.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files that should be a page of text. */
final class TextFile {
    /** Larger than any scenario that a person, or a story, writes. */
    static final int MOST_BYTES = 1 << 20;

    private TextFile() {}

    static String read(Path path) {
        byte[] bytes = bytes(path);
        if (bytes.length > MOST_BYTES) {
            throw ScenarioError.about(
                    path.toString(), "this is larger than 1 MiB, and no scenario is");
        }
        try {
            String text =
                    UTF_8.newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(bytes))
                            .toString();
            if (text.indexOf('\0') >= 0) {
                throw ScenarioError.about(path.toString(), "this is not a text");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw ScenarioError.about(path.toString(), "this is not a text in UTF-8");
        }
    }

    private static byte[] bytes(Path path) {
        if (!Files.exists(path)) {
            throw ScenarioError.about(path.toString(), "there is no such file");
        }
        if (Files.isDirectory(path)) {
            throw ScenarioError.about(path.toString(), "this is a folder");
        }
        if (!Files.isRegularFile(path) && !isGivenByTheShell(path)) {
            throw ScenarioError.about(path.toString(), "this is not a regular file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(MOST_BYTES + 1);
        } catch (IOException e) {
            throw ScenarioError.about(path.toString(), "cannot be read: " + e.getMessage());
        }
    }

    /** Whether somebody writes at the other end; of any other pipe nobody knows that. */
    private static boolean isGivenByTheShell(Path path) {
        return path.equals(Path.of("/dev/stdin")) || path.startsWith("/dev/fd");
    }
}
