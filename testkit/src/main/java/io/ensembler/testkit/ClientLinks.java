package io.ensembler.testkit;

import io.ensembler.model.Address;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.link.ClientRelays;
import io.ensembler.testkit.runtime.Leases;
import io.ensembler.testkit.runtime.LoopbackPorts;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** One relay in front of each server whose clients' connections are to be cut. Thread-safe. */
final class ClientLinks implements AutoCloseable {

    private final Servers servers;
    private final ClientRelays relays = new ClientRelays();
    private final Leases leases = new Leases();
    private final Map<ServerId, Integer> ports = new TreeMap<>();

    ClientLinks(Servers servers) {
        this.servers = servers;
    }

    /** Returns the addresses of the relays in front of these servers, separated by commas. */
    synchronized String connectString(List<Server> to) {
        return to.stream()
                .filter(server -> server.endpoints().reachableClient().isPresent())
                .map(server -> new Address(LoopbackPorts.HOST, port(server.id())).toString())
                .collect(Collectors.joining(","));
    }

    /** Returns the servers that have a relay in front of them. */
    synchronized SortedSet<ServerId> relayed() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(ports.keySet()));
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

    private int port(ServerId id) {
        return ports.computeIfAbsent(id, it -> {
            int port = leases.port();
            try {
                relays.relay(port, () -> target(id));
            } catch (RuntimeException e) {
                leases.release(port);
                throw e;
            }
            return port;
        });
    }

    /** Where the server serves now. */
    private InetSocketAddress target(ServerId id) {
        return servers.all().stream()
                .filter(server -> server.id().equals(id))
                .flatMap(server -> server.endpoints().reachableClient().stream())
                .findFirst()
                .map(client -> new InetSocketAddress(client.host(), client.port()))
                .orElseThrow();
    }
}
