package shootdown.cluster;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * Knocks at the door before the library does, which would not tell why nobody opens. Says nothing
 * that is not part of a TLS handshake.
 */
final class Probe {
    private static final int CONNECT_MILLIS = 5000;

    /** A member that refuses our certificate says so at once; one that takes it says nothing. */
    private static final int REFUSAL_MILLIS = 300;

    private Probe() {}

    /** Returns when somebody with the same key listens at one of these; throws if nobody does. */
    static void requireOne(List<Endpoint> others, @Nullable Key key) {
        @Nullable ClusterException first = null;
        for (Endpoint other : others) {
            try {
                knock(other, key);
                return;
            } catch (ClusterException refused) {
                first = first == null ? refused : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private static void knock(Endpoint other, @Nullable Key key) {
        InetSocketAddress address = new InetSocketAddress(other.host(), other.port());
        try (Socket plain = new Socket()) {
            plain.connect(address, CONNECT_MILLIS);
            if (key != null) {
                shake(plain, other, key);
            }
        } catch (SSLException e) {
            throw new ClusterException(
                    "the cluster at %s has another key, or none".formatted(other), e);
        } catch (IOException e) {
            throw new ClusterException(
                    "no cluster listens at %s: %s".formatted(other, e.getMessage()), e);
        }
    }

    private static void shake(Socket plain, Endpoint other, Key key) throws IOException {
        plain.setSoTimeout(CONNECT_MILLIS);
        String host = other.host().getHostAddress();
        try (SSLSocket socket =
                (SSLSocket)
                        key.context()
                                .getSocketFactory()
                                .createSocket(plain, host, other.port(), true)) {
            try {
                socket.startHandshake();
            } catch (SocketTimeoutException e) {
                throw new SSLException("no handshake", e);
            }
            socket.setSoTimeout(REFUSAL_MILLIS);
            try {
                if (socket.getInputStream().read() < 0) {
                    throw new SSLException("closed");
                }
            } catch (SocketTimeoutException accepted) {
                return;
            }
        }
    }
}
