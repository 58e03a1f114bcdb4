package io.ensembler.model;

import org.apiguardian.api.API;

/**
 * A host and a port, never resolved. Immutable.
 *
 * @param host a name in lower case, an IPv4 literal or an IPv6 literal in its long form without brackets
 * @param port 1 to 65535
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Address(String host, int port) {

    /**
     * Normalises {@code host}.
     *
     * @throws IllegalArgumentException if the host or the port cannot stand in a configuration
     */
    public Address {
        host = Hosts.normalise(host);
        Hosts.checkPort("port", port);
    }

    /** Returns whether the host stands for every address of its machine ({@code 0.0.0.0} or {@code ::}). */
    public boolean isWildcard() {
        return Hosts.isWildcard(host);
    }

    /** Returns whether the host is each machine's own ({@code 127.0.0.0/8}, {@code ::1} or {@code localhost}). */
    public boolean isLoopback() {
        return Hosts.isLoopback(host);
    }

    /** Returns {@code host:port}, with an IPv6 literal in brackets. */
    @Override
    public String toString() {
        return Hosts.bracketed(host) + ":" + port;
    }
}
