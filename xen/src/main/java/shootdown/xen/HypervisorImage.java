package shootdown.xen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A hypervisor that QEMU can start: an ELF file with a multiboot header, and Xen by its own words.
 *
 * @param elf the file's bytes, unpacked; never changed
 */
public record HypervisorImage(byte[] elf) {
    private static final int LIMIT = 64 << 20;
    private static final int MULTIBOOT_MAGIC = 0x1BADB002;
    private static final int MULTIBOOT_WITHIN = 8192;
    private static final byte[] ELF_MAGIC = {0x7f, 'E', 'L', 'F'};
    private static final byte[] BANNER = "Xen version %d.%d".getBytes(US_ASCII);

    /**
     * Reads and checks a file.
     *
     * @throws BadHypervisor if it cannot be the hypervisor
     */
    public static HypervisorImage read(Path file) {
        if (Files.isDirectory(file)) {
            throw new BadHypervisor(file, "it is a folder");
        }
        if (!Files.exists(file)) {
            throw new BadHypervisor(file, "there is no such file");
        }
        if (!Files.isRegularFile(file)) {
            throw new BadHypervisor(file, "it is not a regular file");
        }
        if (!Files.isReadable(file)) {
            throw new BadHypervisor(file, "no permission to read it");
        }
        byte[] bytes = unpacked(file);
        if (bytes.length > LIMIT) {
            throw new BadHypervisor(file, "it is larger than " + (LIMIT >> 20) + " MiB");
        }
        if (!startsWith(bytes, ELF_MAGIC)) {
            throw new BadHypervisor(file, "neither an ELF file nor one packed with gzip");
        }
        if (!hasMultibootHeader(bytes)) {
            throw new BadHypervisor(file, "it has no multiboot header");
        }
        if (!new String(bytes, ISO_8859_1).contains(new String(BANNER, ISO_8859_1))) {
            throw new BadHypervisor(file, "it is not Xen");
        }
        return new HypervisorImage(bytes);
    }

    private static byte[] unpacked(Path file) {
        try (InputStream raw = Files.newInputStream(file)) {
            byte[] head = raw.readNBytes(2);
            boolean packed = head.length == 2 && head[0] == 0x1f && head[1] == (byte) 0x8b;
            try (InputStream again = Files.newInputStream(file);
                    InputStream in = packed ? new GZIPInputStream(again, 1 << 16) : again) {
                return in.readNBytes(LIMIT + 1);
            }
        } catch (ZipException | EOFException broken) {
            throw new BadHypervisor(file, "the gzip data in it is damaged");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length
                && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static boolean hasMultibootHeader(byte[] bytes) {
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + 12 <= Math.min(bytes.length, MULTIBOOT_WITHIN); at += 4) {
            if (words.getInt(at) == MULTIBOOT_MAGIC
                    && words.getInt(at) + words.getInt(at + 4) + words.getInt(at + 8) == 0) {
                return true;
            }
        }
        return false;
    }
}
