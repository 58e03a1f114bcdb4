package io.ensembler.testkit.runtime;

import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.QuorumAddress;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/** The ports that one owner has leased from {@link LoopbackPorts}, until it gives all of them back. Thread-safe. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Leases implements AutoCloseable {

    private final List<Integer> ports = new ArrayList<>();

    /**
     * Leases one port.
     *
     * @throws EnsembleException if none is free
     */
    public int port() {
        return lease(1).get(0);
    }

    /**
     * Leases the ports of one server and returns its endpoints, the client's on the loopback address.
     *
     * @param host what other servers know it by
     * @throws EnsembleException if not enough are free
     */
    public Endpoints endpoints(String host) {
        var leased = lease(3);
        var quorum = new QuorumAddress(host, leased.get(0), leased.get(1));
        return Endpoints.of(quorum, new Address(LoopbackPorts.HOST, leased.get(2)));
    }

    /** Gives one port back before the others. */
    public synchronized void release(int port) {
        if (ports.remove(Integer.valueOf(port))) {
            LoopbackPorts.release(List.of(port));
        }
    }

    /** Gives all ports back, each once: what somebody else has leased since is left alone. */
    @Override
    public synchronized void close() {
        LoopbackPorts.release(ports);
        ports.clear();
    }

    private synchronized List<Integer> lease(int count) {
        var leased = LoopbackPorts.lease(count);
        ports.addAll(leased);
        return leased;
    }
}
