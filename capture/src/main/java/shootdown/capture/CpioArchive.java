package shootdown.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.Set;

/**
 * An initramfs: a cpio archive in the format that Linux's documentation calls newc, all of it owned
 * by root. The folders above a file are made by themselves.
 */
final class CpioArchive {
    private static final int FOLDER = 0040755;
    private static final int PROGRAM = 0100755;
    private static final int LINK = 0120777;
    private static final int ALIGNMENT = 4;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Set<String> folders = new HashSet<>();
    private int files;

    void folder(String path) {
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            folder(path.substring(0, slash));
        }
        if (folders.add(path)) {
            entry(path, FOLDER, new byte[0]);
        }
    }

    /** A file that everyone may read and execute. */
    void file(String path, byte[] content) {
        makeParent(path);
        entry(path, PROGRAM, content);
    }

    void link(String path, String target) {
        makeParent(path);
        entry(path, LINK, target.getBytes(UTF_8));
    }

    private void makeParent(String path) {
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            folder(path.substring(0, slash));
        }
    }

    /** The whole archive; nothing may be added afterwards. */
    byte[] toBytes() {
        entry("TRAILER!!!", 0, new byte[0]);
        return out.toByteArray();
    }

    private void entry(String path, int mode, byte[] content) {
        byte[] name = (path + "\0").getBytes(UTF_8);
        int links = 1;
        int[] fields = {++files, mode, 0, 0, links, 0, content.length, 0, 0, 0, 0, name.length, 0};
        StringBuilder header = new StringBuilder("070701");
        for (int field : fields) {
            header.append("%08x".formatted(field));
        }
        out.writeBytes(header.toString().getBytes(UTF_8));
        out.writeBytes(name);
        pad();
        out.writeBytes(content);
        pad();
    }

    private void pad() {
        while (out.size() % ALIGNMENT != 0) {
            out.write(0);
        }
    }
}
