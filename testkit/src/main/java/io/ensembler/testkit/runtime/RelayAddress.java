package io.ensembler.testkit.runtime;

import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Where a relay stands in front of a server's client port: at a loopback address of its own, on the same port. The
 * configuration names the relay; the server, by a factory of its connections, serves behind it.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class RelayAddress {

    /** As the factory has it, which can use nothing of ours. */
    private static final String HOST = "127.88.0.1";

    private RelayAddress() {}

    /** Returns whether this system lets anybody listen on more loopback addresses than one. */
    public static boolean isSupported() {
        return Support.FOUND;
    }

    /** Returns the lines of {@code zoo.cfg} with which a server serves behind its relay. */
    public static Map<String, String> settings() {
        return Map.of("serverCnxnFactory", "org.apache.zookeeper.server.quorum.RelayedCnxnFactory");
    }

    /** Returns endpoints as the configuration is to name them, whose client port is a relay's. */
    public static Endpoints before(Endpoints endpoints) {
        return new Endpoints(endpoints.quorum(), endpoints.client().map(client -> new Address(HOST, client.port())));
    }

    /** Returns where the relay listens; empty if a server has no client port. */
    public static Optional<InetSocketAddress> of(Endpoints endpoints) {
        return endpoints.client().map(client -> new InetSocketAddress(HOST, client.port()));
    }

    /** Found out once. */
    private static final class Support {

        static final boolean FOUND = find();

        private static boolean find() {
            try (var socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), 0));
                return true;
            } catch (IOException e) {
                return false;
            }
        }
    }
}
