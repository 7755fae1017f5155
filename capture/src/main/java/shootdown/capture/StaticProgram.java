package shootdown.capture;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A program that runs in a system without libraries: a static ELF file of x86-64, or a script for
 * the shell that is there, busybox.
 *
 * @param file where it is
 * @param content its bytes; never changed
 */
public record StaticProgram(Path file, byte[] content) {
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F', 2};
    private static final byte[] SHELL = "#!/bin/sh".getBytes(US_ASCII);
    private static final int LARGEST = 64 << 20;
    private static final int X86_64 = 62;
    private static final int INTERPRETER = 3;
    private static final int HEADER = 64;

    /** A file that is no such program. */
    public static final class Unfit extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unfit(Path file, String problem) {
            super(file + ": " + problem);
        }

        /** What to tell the user. */
        public String says() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * Reads a program.
     *
     * @throws Unfit if it could not run
     */
    public static StaticProgram read(Path file) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new Unfit(file, "no file that can be read");
        }
        if (Files.size(file) > LARGEST) {
            throw new Unfit(file, "larger than " + (LARGEST >> 20) + " MiB");
        }
        byte[] content = Files.readAllBytes(file);
        if (!startsWith(content, SHELL)) {
            checkElf(file, content);
        }
        return new StaticProgram(file, content);
    }

    private static void checkElf(Path file, byte[] content) {
        ByteBuffer words = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        if (!startsWith(content, ELF) || content.length < HEADER || words.getShort(18) != X86_64) {
            throw new Unfit(file, "neither a program for x86-64 nor a script for #!/bin/sh");
        }
        if (hasInterpreter(words)) {
            throw new Unfit(
                    file,
                    "it needs shared libraries, and the recorded machine has none; link it with"
                            + " -static");
        }
    }

    /** Whether a program header asks for a dynamic linker. */
    private static boolean hasInterpreter(ByteBuffer words) {
        long at = words.getLong(32);
        int size = words.getShort(54);
        int count = words.getShort(56);
        for (int i = 0; i < count; i++) {
            long header = at + (long) i * size;
            boolean inside = header >= 0 && header + 4 <= words.capacity();
            if (inside && words.getInt((int) header) == INTERPRETER) {
                return true;
            }
        }
        return false;
    }

    private static boolean startsWith(byte[] content, byte[] prefix) {
        return content.length >= prefix.length
                && Arrays.equals(content, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** The name of its recording: the file's, with letters that are good in any file name. */
    public String name() {
        String name = (file.getFileName() + "").replaceAll("[^A-Za-z0-9._-]", "_");
        return name.replaceFirst("^[.-]+", "_");
    }
}
