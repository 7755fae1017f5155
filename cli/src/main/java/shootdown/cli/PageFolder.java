package shootdown.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A folder of pages: an index and the stories that it leads to. A mark in it says which command
 * made it; the same command writes it anew, and nobody writes over what has no such mark.
 */
final class PageFolder {
    static final String INDEX = "index.html";
    private static final String STORIES = "stories";
    private static final String MARK = "made-by-shootdown.txt";

    private final OutputFolder folder;
    private final String mark;
    private final Set<String> written = ConcurrentHashMap.newKeySet();
    private boolean isMarked;

    private PageFolder(OutputFolder folder, String mark) {
        this.folder = folder;
        this.mark = mark;
    }

    /**
     * Finds out, before a long search, whether the folder can be written to.
     *
     * @param command that writes it, such as {@code check}
     */
    static PageFolder open(Path path, String command) {
        String mark =
                "Pages made by 'shootdown %s --html'; its next run into this folder replaces them.%n"
                        .formatted(command);
        OutputFolder folder = OutputFolder.open("--html", path);
        try {
            if (Files.exists(path) && !isEmpty(path) && !mark.equals(markOf(path))) {
                throw new Complaint(
                        "--html: %s is not empty, and not made by 'shootdown %s --html'; name another folder"
                                .formatted(path, command));
            }
        } catch (IOException e) {
            throw folder.cannotWrite(path, e);
        }
        return new PageFolder(folder, mark);
    }

    private static boolean isEmpty(Path path) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.findAny().isEmpty();
        }
    }

    private static String markOf(Path path) throws IOException {
        Path file = path.resolve(MARK);
        return Files.isRegularFile(file) ? Files.readString(file, UTF_8) : "";
    }

    /** Before anything else, so that a run that is killed leaves no folder that nobody may use. */
    private synchronized void mark() {
        if (!isMarked) {
            folder.write(MARK, mark);
            isMarked = true;
        }
    }

    /** Writes a story's page and returns where it is, as the index links to it. */
    String write(String name, String page) {
        mark();
        written.add(name);
        folder.write(STORIES + "/" + name, page);
        return STORIES + "/" + name;
    }

    /** Writes the index, removes stories of earlier runs, and says where it is. */
    void finish(String index, Session session) {
        mark();
        folder.write(INDEX, index);
        for (Path file : stories()) {
            if (!written.contains(String.valueOf(file.getFileName()))) {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw folder.cannotWrite(file, e);
                }
            }
        }
        session.console()
                .say(
                        "--html: %s%s%s"
                                .formatted(
                                        folder.path().resolve(INDEX),
                                        written.isEmpty() ? "" : " and stories: " + written.size(),
                                        session.interruption().isRequested()
                                                ? "; interrupted, so only what had ended"
                                                : ""));
    }

    private List<Path> stories() {
        Path stories = folder.path().resolve(STORIES);
        if (!Files.isDirectory(stories)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(stories)) {
            return files.filter(file -> file.toString().endsWith(".html")).toList();
        } catch (IOException e) {
            throw folder.cannotWrite(stories, e);
        }
    }
}
