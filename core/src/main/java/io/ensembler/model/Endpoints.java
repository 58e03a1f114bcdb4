package io.ensembler.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Where a server can be reached: by the other servers and by clients. Immutable.
 *
 * @param quorum at least one address for the other servers, ordered (a server prints them in an order of its own)
 * @param client the address for clients; empty where a line carries none and the server's own file supplies it
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Endpoints(List<QuorumAddress> quorum, Optional<Address> client) {

    /**
     * Copies {@code quorum}, sorts it, and pairs the ports of each host in ascending order. A server keeps quorum and
     * election addresses as two sets and pairs them anew whenever it prints, so how they stood means nothing.
     *
     * @throws IllegalArgumentException if {@code quorum} is empty or uses a port of a host twice
     */
    public Endpoints {
        if (quorum.isEmpty()) {
            throw new IllegalArgumentException("a server needs a quorum address");
        }
        quorum = paired(quorum);
        Objects.requireNonNull(client, "client");
    }

    private static List<QuorumAddress> paired(List<QuorumAddress> quorum) {
        if (quorum.size() == 1) {
            return List.copyOf(quorum);
        }
        var byHost = new TreeMap<String, List<QuorumAddress>>();
        quorum.forEach(address -> byHost.computeIfAbsent(address.host(), host -> new ArrayList<>())
                .add(address));
        var paired = new ArrayList<QuorumAddress>();
        byHost.forEach((host, addresses) -> {
            var quorumPorts = new TreeSet<Integer>();
            var electionPorts = new TreeSet<Integer>();
            for (var address : addresses) {
                addOnce(address.quorumPort(), quorumPorts, electionPorts, addresses);
                addOnce(address.electionPort(), electionPorts, quorumPorts, addresses);
            }
            var electionPort = electionPorts.iterator();
            quorumPorts.forEach(quorumPort -> paired.add(new QuorumAddress(host, quorumPort, electionPort.next())));
        });
        return List.copyOf(paired);
    }

    private static void addOnce(int port, Set<Integer> ports, Set<Integer> others, List<QuorumAddress> addresses) {
        if (others.contains(port) || !ports.add(port)) {
            throw new IllegalArgumentException("port " + port + " is used twice in "
                    + addresses.stream().map(QuorumAddress::toString).collect(Collectors.joining("|")));
        }
    }

    /** Returns the endpoints with one quorum address and a client address. */
    public static Endpoints of(QuorumAddress quorum, Address client) {
        return new Endpoints(List.of(quorum), Optional.of(client));
    }

    /**
     * Returns the address at which to call the client port from elsewhere: the client address, with a wildcard host
     * replaced by the host of the first quorum address (which may be a wildcard as well); empty if no client address is known.
     */
    public Optional<Address> reachableClient() {
        return client.map(
                address -> address.isWildcard() ? new Address(quorum.get(0).host(), address.port()) : address);
    }

    /**
     * Returns every address at which it is called: quorum and election port of each host, then the client port as
     * {@link #reachableClient} has it.
     */
    public List<Address> addresses() {
        var addresses = new ArrayList<Address>(2 * quorum.size() + 1);
        for (var address : quorum) {
            addresses.add(new Address(address.host(), address.quorumPort()));
            addresses.add(new Address(address.host(), address.electionPort()));
        }
        reachableClient().ifPresent(addresses::add);
        return addresses;
    }

    /**
     * Returns whether the other servers reach it at the same hosts and quorum ports there; election ports and client
     * addresses may differ. A leader stays in office only if so.
     */
    public boolean hasQuorumAddressesOf(Endpoints other) {
        return quorum.equals(other.quorum) || quorumAddresses().equals(other.quorumAddresses());
    }

    private List<Address> quorumAddresses() {
        return quorum.stream()
                .map(address -> new Address(address.host(), address.quorumPort()))
                .toList();
    }

    /** Returns whether any quorum address is a host name, which the servers resolve whenever they connect. */
    public boolean usesNames() {
        return quorum.stream().anyMatch(address -> !address.isLiteral());
    }
}
