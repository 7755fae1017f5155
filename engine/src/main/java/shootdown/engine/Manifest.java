package shootdown.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The small file that makes a folder a checkpoint: lines of a name and values, and a checksum. It
 * is replaced in one step, so a process that dies leaves the old one or the new one.
 */
final class Manifest {

    static final String NAME = "manifest";

    private static final String NEXT = NAME + ".next";
    private static final String CHECKSUM = "checksum ";

    private final Map<String, String> lines = new LinkedHashMap<>();

    void put(String name, String value) {
        lines.put(name, value);
    }

    void put(String name, long... values) {
        lines.put(name, String.join(" ", Arrays.stream(values).mapToObj(Long::toString).toList()));
    }

    void put(String name, int[] values) {
        put(name, Arrays.stream(values).asLongStream().toArray());
    }

    void put(String name, List<DataFile.Extent> files) {
        List<String> words = new ArrayList<>();
        for (DataFile.Extent file : files) {
            words.add("%s %d %d".formatted(file.name(), file.length(), file.checksum()));
        }
        lines.put(name, String.join(" ", words));
    }

    /** The value of a name; empty if there is none. */
    String text(String name) {
        return lines.getOrDefault(name, "");
    }

    long[] numbers(String name) {
        return words(name).stream().mapToLong(Long::parseLong).toArray();
    }

    int[] ints(String name) {
        return words(name).stream().mapToInt(Integer::parseInt).toArray();
    }

    long number(String name) {
        return numbers(name)[0];
    }

    List<DataFile.Extent> files(String name) {
        List<String> words = words(name);
        List<DataFile.Extent> files = new ArrayList<>();
        for (int i = 0; i < words.size(); i += 3) {
            long length = Long.parseLong(words.get(i + 1));
            long sum = Long.parseLong(words.get(i + 2));
            if (!SearchFolder.isOurs(words.get(i)) || length < 0) {
                throw new IllegalArgumentException("no file of a search: " + words.get(i));
            }
            files.add(new DataFile.Extent(words.get(i), length, sum));
        }
        return files;
    }

    private List<String> words(String name) {
        String text = text(name);
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    /** Replaces the manifest of a folder. All that it names must be on disk already. */
    void write(Path folder) {
        StringBuilder text = new StringBuilder();
        lines.forEach((name, value) -> text.append(name).append(' ').append(value).append('\n'));
        String checksum = checksum(text.toString());
        text.append(CHECKSUM).append(checksum).append('\n');
        try {
            Path next = folder.resolve(NEXT);
            Files.writeString(next, text);
            force(next, StandardOpenOption.WRITE);
            Files.move(next, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
            force(folder, StandardOpenOption.READ);
        } catch (IOException failure) {
            throw new DiskFailure(NAME, failure);
        }
    }

    /** Reads the manifest of a folder. */
    static Manifest read(Path folder) {
        String text;
        try {
            text = Files.readString(folder.resolve(NAME), StandardCharsets.ISO_8859_1);
        } catch (IOException failure) {
            throw new DiskFailure(NAME, failure);
        }
        int end = text.lastIndexOf(CHECKSUM);
        boolean whole = end >= 0 && text.endsWith("\n");
        String sum = whole ? text.substring(end + CHECKSUM.length()).strip() : "";
        byte[] bytes = text.substring(0, Math.max(end, 0)).getBytes(StandardCharsets.ISO_8859_1);
        if (!whole || !sum.equals(checksum(bytes))) {
            throw new UnusableFolder(
                    folder.resolve(NAME) + " is damaged; delete the folder and begin anew");
        }
        Manifest manifest = new Manifest();
        String decoded = new String(bytes, StandardCharsets.UTF_8);
        decoded.lines()
                .forEach(
                        line -> {
                            int space = line.indexOf(' ');
                            manifest.lines.put(line.substring(0, space), line.substring(space + 1));
                        });
        return manifest;
    }

    private static String checksum(String text) {
        return checksum(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return Long.toHexString(checksum.getValue());
    }

    private static void force(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }
}
