package shootdown.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ends the process if a policy of the user does not return, or ends the process itself: neither may
 * look like a verdict.
 *
 * <p>It counts its own looks, not time, so that a process that was stopped and goes on is not
 * blamed.
 */
final class Watchdog {
    private static final long LOOK_MILLIS = 250;

    /** Where one thread is with one policy: odd while a call runs. Written by that thread only. */
    static final class Post {
        private final Path file;
        private final Thread thread;
        private final AtomicLong calls = new AtomicLong();
        private long seen = -1;
        private long looks;

        private Post(Path file, Thread thread) {
            this.file = file;
            this.thread = thread;
        }

        void enter() {
            calls.lazySet(calls.getPlain() + 1);
        }

        void leave() {
            calls.lazySet(calls.getPlain() + 1);
        }

        private boolean isInside() {
            return (calls.get() & 1) != 0;
        }
    }

    private final Set<Post> posts = ConcurrentHashMap.newKeySet();
    private final long patience;
    private final Console console;

    Watchdog(Duration limit, Console console) {
        this.patience = Math.max(1, limit.toMillis() / LOOK_MILLIS);
        this.console = console;
        Thread.ofPlatform().daemon().name("watchdog").start(this::watch);
        Runtime.getRuntime().addShutdownHook(new Thread(this::lookAtTheEnd));
    }

    /** A post for the calling thread. */
    Post post(Path file) {
        Post post = new Post(file, Thread.currentThread());
        posts.add(post);
        return post;
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK_MILLIS);
                posts.forEach(this::look);
                posts.removeIf(post -> !post.thread.isAlive());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Post post) {
        long calls = post.calls.get();
        post.looks = calls == post.seen && post.isInside() ? post.looks + 1 : 0;
        post.seen = calls;
        if (post.looks >= patience) {
            end("the policy does not return", post);
        }
    }

    /** A policy that calls {@code System.exit} waits inside it for the end of the process. */
    private void lookAtTheEnd() {
        for (Post post : posts) {
            if (post.isInside()) {
                for (StackTraceElement frame : post.thread.getStackTrace()) {
                    if (frame.getClassName().equals("java.lang.System")
                            && frame.getMethodName().equals("exit")) {
                        end("the policy ends the process", post);
                    }
                }
            }
        }
    }

    private void end(String what, Post post) {
        String file = String.valueOf(post.file.getFileName());
        int line = PolicyFailure.lineIn(file, post.thread.getStackTrace());
        console.say(post.file + (line > 0 ? ":" + line : "") + ": " + what);
        Runtime.getRuntime().halt(Exit.USAGE);
    }
}
