package shootdown.explorer;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import shootdown.checker.Trails;
import shootdown.engine.SearchOptions;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A server on the loopback interface that shows a universe under a policy to a browser.
 *
 * <p>Stateless but for the search in progress: each request takes its whole path from the first
 * state, so a link means the same for as long as universe and policy are the same. Each request has
 * a virtual thread, so that one which comes slowly holds nobody up; only a few at a time are worked
 * on.
 */
public final class Explorer implements AutoCloseable {
    private static final int WORKED_ON = 4;
    private static final int SECONDS_OF_WAITING = 10;

    static {
        // Read once by the JDK's server, from properties only: seconds that a request may take to
        // come, and how many connections there may be.
        defaultProperty("sun.net.httpserver.maxReqTime", "10");
        defaultProperty("sun.net.httpserver.maxConnections", "200");
        defaultProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final Semaphore working = new Semaphore(WORKED_ON);
    private final Door door;
    private final Hunts hunts;
    private final Answers answers;
    private final Consumer<Throwable> trouble;

    private Explorer(
            HttpServer server, Trails trails, SearchOptions options, Consumer<Throwable> trouble) {
        this.server = server;
        this.trouble = trouble;
        this.threads = Executors.newVirtualThreadPerTaskExecutor();
        this.door = new Door(new SecureRandom(), server.getAddress().getPort());
        this.hunts = new Hunts(trails, options, trouble);
        this.answers = new Answers(trails, hunts);
    }

    private static void defaultProperty(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    /**
     * Starts a server.
     *
     * @param port 0 for any that is free
     * @param options of searches
     * @param trouble hears what goes wrong with the program itself
     * @throws IOException if the port cannot be had
     */
    public static Explorer open(
            Trails trails, int port, SearchOptions options, Consumer<Throwable> trouble)
            throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
        Explorer explorer = new Explorer(server, trails, options, trouble);
        server.createContext("/", explorer::handle);
        server.setExecutor(explorer.threads);
        server.start();
        return explorer;
    }

    /** The address of the page, its token included. */
    public URI link() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + door.way());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, answer(exchange));
        }
    }

    private Reply answer(HttpExchange exchange) throws IOException {
        try {
            return work(door.admit(exchange));
        } catch (Refused refused) {
            return refused.reply();
        } catch (RuntimeException | StackOverflowError problem) {
            trouble.accept(problem);
            String why = problem.getMessage() == null ? problem.toString() : problem.getMessage();
            return Reply.problem(500, "this cannot be answered: " + why);
        }
    }

    private Reply work(Request request) {
        try {
            if (!working.tryAcquire(SECONDS_OF_WAITING, TimeUnit.SECONDS)) {
                throw new Refused(503, "too many requests at once");
            }
        } catch (InterruptedException e) {
            throw new Refused(503, "the explorer is ending");
        }
        try {
            return answers.to(request);
        } finally {
            working.release();
        }
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", reply.type());
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                        + " img-src 'self' data:; base-uri 'none'; form-action 'none';"
                        + " frame-ancestors 'none'");
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        if (reply.status() == 405) {
            headers.set("Allow", "GET, POST, DELETE");
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(reply.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(reply.status(), reply.body().length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(reply.body());
        }
    }

    /** Closes the port, and ends the search and all threads. */
    @Override
    public void close() {
        server.stop(0);
        hunts.close();
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                throw new UncheckedIOException(new IOException("a request does not end"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
