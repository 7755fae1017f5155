package shootdown.explorer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Lets in who has the link, and nobody else.
 *
 * <p>Every program and every page in a browser on this machine can reach a port of the loopback
 * interface. So each request must name the token, which only the link has; must be addressed to
 * this server by a name that is always this machine's (else a name on the net that is pointed here
 * would make a foreign page one of ours); and must not come from a page of another origin.
 */
final class Door {
    private static final Set<String> METHODS = Set.of("GET", "POST", "DELETE");
    private static final int LONGEST_ADDRESS = 8_000;
    private static final int LARGEST_BODY = 4_096;
    private static final int TOKEN_BYTES = 16;

    private final String token;
    private final Set<String> hosts;
    private final Set<String> origins;

    Door(SecureRandom random, int port) {
        byte[] secret = new byte[TOKEN_BYTES];
        random.nextBytes(secret);
        token = HexFormat.of().formatHex(secret);
        hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
        origins = Set.of("http://127.0.0.1:" + port, "http://localhost:" + port);
    }

    /** What the page's address ends with. */
    String way() {
        return "/" + token + "/";
    }

    /**
     * The request, if it may come in.
     *
     * @throws Refused otherwise
     */
    Request admit(HttpExchange exchange) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        List<String> host = headers.getOrDefault("Host", List.of());
        if (host.size() != 1 || !hosts.contains(host.getFirst())) {
            throw new Refused(403, "this server is not known by that name");
        }
        List<String> origin = headers.getOrDefault("Origin", List.of());
        if (!origins.containsAll(origin)) {
            throw new Refused(403, "pages of other origins get nothing here");
        }
        URI address = exchange.getRequestURI();
        if (address.isAbsolute() || address.getRawAuthority() != null) {
            throw new Refused(400, "this server is no proxy");
        }
        if (address.toString().length() > LONGEST_ADDRESS) {
            throw new Refused(414, "the address is longer than " + LONGEST_ADDRESS);
        }
        String resource = resource(String.valueOf(address.getRawPath()));
        if (!METHODS.contains(exchange.getRequestMethod())) {
            throw new Refused(405, "there are only " + String.join(", ", METHODS));
        }
        String query = address.getRawQuery() == null ? "" : address.getRawQuery();
        return new Request(
                exchange.getRequestMethod(), resource, Request.query(query), body(exchange));
    }

    private String resource(String path) {
        int end = path.indexOf('/', 1);
        String given = end < 0 ? "" : path.substring(1, end);
        if (!MessageDigest.isEqual(given.getBytes(UTF_8), token.getBytes(UTF_8))) {
            throw new Refused(403, "the token is missing or wrong; open the link that was printed");
        }
        return path.substring(end + 1);
    }

    private static String body(HttpExchange exchange) throws IOException {
        try (InputStream in = exchange.getRequestBody()) {
            byte[] body = in.readNBytes(LARGEST_BODY + 1);
            if (body.length > LARGEST_BODY) {
                throw new Refused(413, "the body has more than " + LARGEST_BODY + " bytes");
            }
            return new String(body, UTF_8);
        }
    }
}
