package io.ensembler.testkit;

import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.link.ClientRelays;
import io.ensembler.testkit.runtime.Leases;
import io.ensembler.testkit.runtime.LoopbackPorts;
import io.ensembler.testkit.runtime.RelayAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The relays in front of servers whose clients' connections are to be cut. Thread-safe.
 *
 * <p>They stand where the configuration says that a server serves clients, or at addresses that it does not name.
 */
final class ClientLinks implements AutoCloseable {

    private final ClientRelays relays = new ClientRelays();
    private final Leases leases = new Leases();
    private final Map<ServerId, Integer> ports = new TreeMap<>();
    private final SortedSet<ServerId> listed = new TreeSet<>();

    /** Lays a relay at the client address of a server with these endpoints, and returns them as they are to be listed. */
    synchronized Endpoints list(ServerId id, Endpoints endpoints) {
        var behind = RelayAddress.before(endpoints);
        RelayAddress.of(behind).ifPresent(at -> {
            relays.relay(at, () -> new InetSocketAddress(InetAddress.getLoopbackAddress(), at.getPort()));
            listed.add(id);
        });
        return behind;
    }

    /**
     * Returns the addresses of the relays in front of these servers, separated by commas.
     *
     * @param where finds where a server serves now
     */
    synchronized String connectString(List<Server> to, Function<ServerId, InetSocketAddress> where) {
        return to.stream()
                .flatMap(server -> server.endpoints().reachableClient().stream()
                        .map(client -> listed.contains(server.id())
                                ? client
                                : new Address(LoopbackPorts.HOST, port(server.id(), where))))
                .map(Address::toString)
                .collect(Collectors.joining(","));
    }

    /** Returns the servers that have a relay in front of them. */
    synchronized SortedSet<ServerId> relayed() {
        var all = new TreeSet<>(ports.keySet());
        all.addAll(listed);
        return Collections.unmodifiableSortedSet(all);
    }

    ClientRelays relays() {
        return relays;
    }

    @Override
    public synchronized void close() {
        try {
            relays.close();
        } finally {
            leases.close();
        }
    }

    private int port(ServerId id, Function<ServerId, InetSocketAddress> where) {
        return ports.computeIfAbsent(id, it -> {
            int port = leases.port();
            try {
                relays.relay(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), () -> where.apply(id));
            } catch (RuntimeException e) {
                leases.release(port);
                throw e;
            }
            return port;
        });
    }
}
