package shootdown.xen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts processes that the kernel kills when this one dies, however it dies.
 *
 * <p>The kernel's promise (PR_SET_PDEATHSIG) ends with the <em>thread</em> that started the
 * process, so one thread that never ends starts them all.
 */
public final class Spawner {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private static final ExecutorService PARENT =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread thread = new Thread(task, "parent of QEMU");
                        thread.setDaemon(true);
                        return thread;
                    });

    private Spawner() {}

    /** Starts a process that is talked to through its standard input and output. */
    public static Process start(List<String> command, ProcessBuilder.Redirect errors)
            throws IOException {
        List<String> guarded = new ArrayList<>();
        if (Files.isExecutable(SETPRIV)) {
            guarded.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "KILL", "--"));
        }
        guarded.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(guarded).redirectError(errors);
        CompletableFuture<Process> started = new CompletableFuture<>();
        PARENT.execute(
                () -> {
                    try {
                        started.complete(builder.start());
                    } catch (IOException | RuntimeException e) {
                        started.completeExceptionally(e);
                    }
                });
        try {
            return started.join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause());
        }
    }
}
