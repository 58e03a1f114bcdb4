package org.apache.zookeeper.server.quorum;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.jspecify.annotations.NullMarked;

/**
 * Serves clients on the loopback address where the configuration names a relay's host for clients, on the same port:
 * at the address itself the relay listens. Any other address is served as it is.
 */
@NullMarked
public final class RelayedCnxnFactory extends NIOServerCnxnFactory {

    private static final String RELAY = "127.88.0.1";

    /** For ZooKeeper, which makes the factory that its system property names. */
    public RelayedCnxnFactory() {}

    @Override
    public void configure(InetSocketAddress address, int maxConnections, int backlog, boolean secure)
            throws IOException {
        super.configure(behindRelay(address), maxConnections, backlog, secure);
    }

    @Override
    public void reconfigure(InetSocketAddress address) {
        super.reconfigure(behindRelay(address));
    }

    private static InetSocketAddress behindRelay(InetSocketAddress address) {
        return address.getHostString().equals(RELAY)
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
                : address;
    }
}
