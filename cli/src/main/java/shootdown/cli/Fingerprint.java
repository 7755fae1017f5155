package shootdown.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Says in a few letters whether files are still the same. */
final class Fingerprint {
    private static final int SHOWN_BYTES = 6;

    private Fingerprint() {}

    /** The beginning of the hash of the files' contents, each after its length. */
    static String of(List<Path> files) {
        MessageDigest digest = sha256();
        for (Path file : files) {
            try {
                byte[] content = Files.readAllBytes(file);
                digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, content.length));
                digest.update(content);
            } catch (IOException e) {
                throw new Complaint("cannot read " + file + ": " + e.getMessage());
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, SHOWN_BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
