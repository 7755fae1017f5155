package shootdown.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What tells one build of the program from another. */
final class ProgramVersion {
    private static final int SHOWN_BYTES = 6;

    private ProgramVersion() {}

    /** The version, and the beginning of the hash of the jar. */
    static String full() {
        CodeSource source = ProgramVersion.class.getProtectionDomain().getCodeSource();
        try {
            Path jar = Path.of(source.getLocation().toURI());
            return Files.isRegularFile(jar)
                    ? Shootdown.version() + " " + hash(jar)
                    : Shootdown.version();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hash(Path file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = Files.newInputStream(file);
                    DigestInputStream read = new DigestInputStream(in, digest)) {
                read.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest(), 0, SHOWN_BYTES);
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new Complaint(Exit.MISSING, "cannot read the program: " + e.getMessage());
        }
    }
}
