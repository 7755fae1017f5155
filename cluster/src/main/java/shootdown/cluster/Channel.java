package shootdown.cluster;

import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.IpAddress;
import org.jgroups.stack.Protocol;
import org.jgroups.util.TLS;
import org.jgroups.util.TLSClientAuth;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The way to the others: JGroups over TCP, with mutual TLS if there is a key. Knows who is there.
 * Messages between each two arrive in order, as long as both are there.
 */
final class Channel implements AutoCloseable {
    /** Hears what comes. Called by threads of the network: must not wait. */
    interface Listener {
        void message(Address from, byte[] bytes);

        void members(List<Address> all);
    }

    private static final String CLUSTER = "shootdown";

    /**
     * Held, so that their levels stay: what the library would log, the user is told in our words.
     */
    private static final List<Logger> LOGS =
            List.of(
                    Logger.getLogger("org.jgroups"),
                    Logger.getLogger(UnblockedTcp.class.getName()));

    /**
     * How long to look for others; whoever answers ends the wait. Handshakes of new JVMs are slow.
     */
    private static final int FIND_MILLIS = 10_000;

    /** The same without a key. */
    private static final int FIND_PLAIN_MILLIS = 3000;

    private static final int ALONE_MILLIS = 100;

    private static final int CONNECT_MILLIS = 5000;
    private static final int HEARTBEAT_MILLIS = 3000;
    private static final int SILENCE_MILLIS = 15_000;

    private final JChannel channel;

    private Channel(JChannel channel) {
        this.channel = channel;
    }

    /**
     * Joins the cluster of those who listen at {@code others}, or begins one.
     *
     * @param key none only if nobody can be reached from, or reach, another machine
     */
    static Channel open(
            Endpoint listen, List<Endpoint> others, @Nullable Key key, Listener listener) {
        boolean local = listen.isLoopback() && others.stream().allMatch(Endpoint::isLoopback);
        if (key == null && !local) {
            throw new ClusterException(
                    "beyond this machine a cluster needs a key: make one with 'shootdown cluster"
                            + " key FILE', copy it to every machine, and give it with --key FILE");
        }
        Probe.requireOne(others, key);
        LOGS.forEach(log -> log.setLevel(Level.OFF));
        @Nullable JChannel opened = null;
        try {
            JChannel channel = new JChannel(protocols(listen, others, key));
            opened = channel;
            channel.setDiscardOwnMessages(true);
            channel.setReceiver(
                    new Receiver() {
                        @Override
                        public void receive(Message message) {
                            byte[] bytes = new byte[message.getLength()];
                            System.arraycopy(
                                    message.getArray(),
                                    message.getOffset(),
                                    bytes,
                                    0,
                                    bytes.length);
                            listener.message(message.getSrc(), bytes);
                        }

                        @Override
                        public void viewAccepted(View view) {
                            listener.members(view.getMembers());
                        }
                    });
            channel.connect(CLUSTER);
            return new Channel(channel);
        } catch (Exception e) {
            if (opened != null) {
                opened.close();
            }
            throw new ClusterException(
                    "cannot listen at " + listen + ": " + rootOf(e).getMessage(), e);
        }
    }

    private static Throwable rootOf(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return cause == null ? thrown : rootOf(cause);
    }

    /**
     * What of JGroups is used. No FD_SOCK2, which opens ports of its own without TLS: a connection
     * that breaks is the hint that a member is lost, and a frozen one is found by its silence.
     */
    private static List<Protocol> protocols(
            Endpoint listen, List<Endpoint> others, @Nullable Key key) {
        TCP tcp = new UnblockedTcp();
        tcp.setBindAddress(listen.host());
        tcp.setBindPort(listen.port() == 0 ? freePort(listen.host()) : listen.port());
        tcp.setPortRange(0);
        tcp.setSockConnTimeout(CONNECT_MILLIS);
        tcp.setPeerAddrReadTimeout(CONNECT_MILLIS);
        tcp.enableSuspectEvents(true);
        // Threads of their own: a processor or two must not be held up by writes that wait.
        tcp.useVirtualThreads(false);
        tcp.tcpNodelay(true); // most messages are small and waited for
        if (key != null) {
            TLS tls = new TLS().enabled(true);
            tls.setSSLContext(key.context());
            tls.setClientAuth(TLSClientAuth.NEED);
            tls.setProtocols(new String[] {"TLSv1.3"});
            tcp.tls(tls);
        }
        TCPPING ping = new TCPPING();
        ping.setInitialHosts(
                others.stream().map(o -> new InetSocketAddress(o.host(), o.port())).toList());
        ping.setPortRange(0);
        GMS gms = new GMS();
        int wait = key == null ? FIND_PLAIN_MILLIS : FIND_MILLIS;
        gms.setJoinTimeout(others.isEmpty() ? ALONE_MILLIS : wait);
        gms.printLocalAddress(false);
        FD_ALL3 heartbeats = new FD_ALL3();
        heartbeats.setInterval(HEARTBEAT_MILLIS);
        heartbeats.setTimeout(SILENCE_MILLIS);
        return List.of(
                tcp,
                ping,
                new MERGE3(),
                heartbeats,
                new VERIFY_SUSPECT2(),
                new NAKACK2(),
                new UNICAST3(),
                new STABLE(),
                gms,
                new UFC(),
                new FRAG4());
    }

    /** The library wants to know the port beforehand. */
    private static int freePort(InetAddress host) {
        try (ServerSocket socket = new ServerSocket(0, 1, host)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new ClusterException("cannot listen at " + host.getHostAddress(), e);
        }
    }

    /** Returns where this one listens. */
    Endpoint endpoint() {
        Object physical = channel.down(new Event(Event.GET_PHYSICAL_ADDRESS, channel.getAddress()));
        if (physical instanceof IpAddress address) {
            return new Endpoint(address.getIpAddress(), address.getPort());
        }
        throw new IllegalStateException("no address: " + physical);
    }

    Address self() {
        return channel.getAddress();
    }

    boolean isOpen() {
        return channel.isConnected();
    }

    /** Returns all who are there, this one included, those that came first at the front. */
    List<Address> members() {
        @Nullable View view = channel.getView();
        return view == null ? List.of() : view.getMembers(); // none after the end
    }

    void send(Address to, byte[] message) {
        try {
            channel.send(new BytesMessage(to, message));
        } catch (Exception e) {
            throw new ClusterException("cannot send: " + rootOf(e).getMessage(), e);
        }
    }

    @Override
    public void close() {
        channel.close();
    }
}
