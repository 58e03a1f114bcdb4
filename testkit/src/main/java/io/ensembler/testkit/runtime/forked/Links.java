package io.ensembler.testkit.runtime.forked;

import io.ensembler.model.Endpoints;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.link.Flow;
import io.ensembler.testkit.link.Relays;
import io.ensembler.testkit.runtime.LoopbackPorts;
import io.ensembler.testkit.runtime.RelayAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The links between the servers of one ensemble: one for each ordered pair. Thread-safe.
 *
 * <p>Configurations name server 4 {@code zk4}. To server 4 itself that is the loopback address, by a hosts file of its
 * own; to server 1 it is an address where relays listen for server 1's connections, on the same ports. So all servers
 * share one configuration, and every connection between two of them passes a relay that knows who speaks to whom. The
 * ports are leased, so that the addresses of the relays need not be.
 */
final class Links implements AutoCloseable {

    private final Relays relays = Relays.open("ensembler-links");
    private final SortedMap<ServerId, List<Endpoints>> listed = new TreeMap<>();
    private final Map<Direction, Flow> flows = new HashMap<>();
    private final Map<ServerId, Flow> borders = new HashMap<>();

    private record Direction(ServerId from, ServerId to) {}

    /** Returns whether this system lets anybody listen on more loopback addresses than one. */
    static boolean areSupported() {
        return RelayAddress.isSupported();
    }

    /** Returns the name by which configurations know a server. */
    static String name(ServerId id) {
        return "zk" + id;
    }

    /** Writes the hosts file of one server, in which the names of all there could ever be are, unless it is there. */
    static void writeHosts(ServerId id, Path file) {
        if (Files.exists(file)) {
            return;
        }
        var text = new StringBuilder(LoopbackPorts.HOST + " localhost " + name(id) + "\n");
        for (long other = 1; other <= ServerId.HIGHEST; other++) {
            if (other != id.value()) {
                text.append(relayAddress(id).getHostAddress())
                        .append(' ')
                        .append(name(ServerId.of(other)))
                        .append('\n');
            }
        }
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    /** Lays links between this server and all others, for endpoints that it may use. */
    synchronized void lay(ServerId id, Endpoints endpoints) {
        boolean isNew = !listed.containsKey(id);
        listed.forEach((other, theirs) -> {
            if (!other.equals(id)) {
                relay(other, id, endpoints);
                if (isNew) {
                    theirs.forEach(its -> relay(id, other, its));
                }
            }
        });
        listed.computeIfAbsent(id, it -> new ArrayList<>()).add(endpoints);
    }

    synchronized Runnable cut(ServerId from, ServerId to) {
        return flow(from, to).hold();
    }

    synchronized Runnable delay(ServerId from, ServerId to, Duration by) {
        return flow(from, to).delay(by);
    }

    /** Lets nothing pass between a server and any other, whoever joins meanwhile. */
    synchronized Runnable isolate(ServerId id) {
        return border(id).hold();
    }

    @Override
    public void close() {
        relays.close();
    }

    private void relay(ServerId from, ServerId to, Endpoints endpoints) {
        for (var address : endpoints.quorum()) {
            for (int port : List.of(address.quorumPort(), address.electionPort())) {
                relays.relay(
                        new InetSocketAddress(relayAddress(from), port),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        flow(from, to),
                        flow(to, from));
            }
        }
    }

    private Flow flow(ServerId from, ServerId to) {
        return flows.computeIfAbsent(
                new Direction(from, to), direction -> relays.flow(List.of(border(from), border(to))));
    }

    /** What all that a server sends to others, and they to it, has to pass. */
    private Flow border(ServerId id) {
        return borders.computeIfAbsent(id, server -> relays.flow(List.of()));
    }

    /** The address where relays listen for the connections that one server makes. */
    private static InetAddress relayAddress(ServerId from) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 77, 0, (byte) from.value()});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
