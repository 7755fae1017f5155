package shootdown.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;

/** What tells one build of the program from another. */
final class ProgramVersion {
    private ProgramVersion() {}

    /** The version, and the fingerprint of the jar. */
    static String full() {
        CodeSource source = ProgramVersion.class.getProtectionDomain().getCodeSource();
        try {
            Path jar = Path.of(source.getLocation().toURI());
            return Files.isRegularFile(jar)
                    ? Shootdown.version() + " " + Fingerprint.of(List.of(jar))
                    : Shootdown.version();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
