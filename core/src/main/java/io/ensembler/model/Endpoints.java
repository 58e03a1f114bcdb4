package io.ensembler.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Where a server can be reached: by the other servers and by clients. Immutable.
 *
 * @param quorum at least one address for the other servers, in a fixed order (a server prints them in its own)
 * @param client the address for clients; empty where a line carries none and the server's own file supplies it
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Endpoints(List<QuorumAddress> quorum, Optional<Address> client) {

    /**
     * Sorts and copies {@code quorum}.
     *
     * @throws IllegalArgumentException if {@code quorum} is empty or holds an address twice
     */
    public Endpoints {
        if (quorum.isEmpty()) {
            throw new IllegalArgumentException("a server needs a quorum address");
        }
        var sorted = quorum.stream().sorted().toList();
        if (sorted.stream().distinct().count() != sorted.size()) {
            throw new IllegalArgumentException("a quorum address is given twice in "
                    + sorted.stream().map(QuorumAddress::toString).collect(Collectors.joining("|")));
        }
        quorum = sorted;
    }

    /** Returns the endpoints with one quorum address and a client address. */
    public static Endpoints of(QuorumAddress quorum, Address client) {
        return new Endpoints(List.of(quorum), Optional.of(client));
    }

    /**
     * Returns the address at which to call the client port from elsewhere: the client address, with a wildcard host
     * replaced by the host of the first quorum address; empty if no client address is known.
     */
    public Optional<Address> reachableClient() {
        return client.map(
                address -> address.isWildcard() ? new Address(quorum.get(0).host(), address.port()) : address);
    }

    /** Returns whether any quorum address is a host name, which the servers resolve whenever they connect. */
    public boolean usesNames() {
        return quorum.stream().anyMatch(address -> !address.isLiteral());
    }
}
