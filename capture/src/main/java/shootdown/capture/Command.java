package shootdown.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A program of the host that is run to its end; killed if the user wants an end. */
final class Command {
    private Command() {}

    /** How it ended, and what it said. */
    record Result(int code, String said) {
        boolean failed() {
            return code != 0;
        }

        /** What it said last, which is why it failed. */
        String lastLine() {
            List<String> lines = said.strip().lines().toList();
            return lines.isEmpty() ? "exit code " + code : lines.getLast();
        }
    }

    /**
     * Runs one program, or several of which each reads what the one before writes.
     *
     * @throws Interrupted if the user wants an end
     */
    static Result run(Path folder, BooleanSupplier over, List<List<String>> pipeline)
            throws IOException {
        Path said = folder.resolve("said");
        List<ProcessBuilder> builders =
                pipeline.stream()
                        .map(
                                words ->
                                        new ProcessBuilder(words)
                                                .directory(folder.toFile())
                                                .redirectError(
                                                        ProcessBuilder.Redirect.appendTo(
                                                                said.toFile())))
                        .toList();
        builders.getFirst()
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builders.getLast().redirectOutput(ProcessBuilder.Redirect.appendTo(said.toFile()));
        List<Process> processes = ProcessBuilder.startPipeline(builders);
        try {
            int code = 0;
            for (Process process : processes) {
                code = Math.max(code, await(process, over));
            }
            return new Result(code, Files.readString(said, UTF_8));
        } finally {
            processes.forEach(Process::destroyForcibly);
            Files.deleteIfExists(said);
        }
    }

    private static int await(Process process, BooleanSupplier over) {
        try {
            while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
                if (over.getAsBoolean()) {
                    throw new Interrupted();
                }
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Interrupted();
        }
    }
}
