package shootdown.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Where a member listens.
 *
 * @param port 0 for any that is free
 */
public record Endpoint(InetAddress host, int port) {
    /** The port if none is given. */
    public static final int PORT = 7946;

    private static final int MOST = 65535;

    /** Reads {@code HOST} or {@code HOST:PORT}; an IPv6 address stands in brackets. */
    public static Endpoint parse(String text) {
        int bracket = text.indexOf(']');
        int colon = text.indexOf(':', Math.max(bracket, 0));
        String host = colon < 0 ? text : text.substring(0, colon);
        int port = colon < 0 ? PORT : port(text, text.substring(colon + 1));
        if (host.isBlank()) {
            throw new ClusterException("an address is HOST or HOST:PORT, not '" + text + "'");
        }
        try {
            return new Endpoint(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new ClusterException("no such host: " + host, e);
        }
    }

    /** Reads several, between commas. */
    public static List<Endpoint> parseAll(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::strip).map(Endpoint::parse).toList();
    }

    private static int port(String all, String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= MOST) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new ClusterException("no port: '" + text + "' in '" + all + "'", e);
        }
        throw new ClusterException("no port: '" + text + "' in '" + all + "'");
    }

    /** Whether nobody on another machine can reach it. */
    public boolean isLoopback() {
        return host.isLoopbackAddress();
    }

    @Override
    public String toString() {
        return host.getHostAddress() + ":" + port;
    }
}
