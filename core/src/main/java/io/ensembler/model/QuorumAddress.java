package io.ensembler.model;

import java.util.Comparator;
import org.apiguardian.api.API;

/**
 * One address under which the other servers reach a server: a host with its quorum and its election port. Immutable;
 * ordered by host, then by ports.
 *
 * @param host a name in lower case, an IPv4 literal or an IPv6 literal in its long form without brackets
 * @param quorumPort the port on which it leads or from which it follows, 1 to 65535
 * @param electionPort the port on which it elects, 1 to 65535 and another than the quorum port
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record QuorumAddress(String host, int quorumPort, int electionPort) implements Comparable<QuorumAddress> {

    private static final Comparator<QuorumAddress> ORDER = Comparator.comparing(QuorumAddress::host)
            .thenComparingInt(QuorumAddress::quorumPort)
            .thenComparingInt(QuorumAddress::electionPort);

    /**
     * Normalises {@code host}.
     *
     * @throws IllegalArgumentException if the host or a port cannot stand in a configuration, or the ports are equal
     */
    public QuorumAddress {
        host = Hosts.normalise(host);
        Hosts.checkPort("quorum port", quorumPort);
        Hosts.checkPort("election port", electionPort);
        if (quorumPort == electionPort) {
            throw new IllegalArgumentException("quorum port and election port are both " + quorumPort);
        }
    }

    /** Returns whether the host stands for every address of its machine, so that no other server can call it. */
    public boolean isWildcard() {
        return Hosts.isWildcard(host);
    }

    /** Returns whether the host is each machine's own ({@code 127.0.0.0/8}, {@code ::1} or {@code localhost}). */
    public boolean isLoopback() {
        return Hosts.isLoopback(host);
    }

    /** Returns whether the host is an IPv4 or IPv6 literal, which needs no name service. */
    public boolean isLiteral() {
        return Hosts.isLiteral(host);
    }

    @Override
    public int compareTo(QuorumAddress other) {
        return ORDER.compare(this, other);
    }

    /** Returns {@code host:quorumPort:electionPort}, with an IPv6 literal in brackets. */
    @Override
    public String toString() {
        return Hosts.bracketed(host) + ":" + quorumPort + ":" + electionPort;
    }
}
