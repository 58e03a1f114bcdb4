package io.ensembler.testkit.fake;

import io.ensembler.model.Address;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerMode;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What one server says of itself when it is asked at its client port; silent until the answer is here. */
final class Probe {

    private final Server asked;
    private final Optional<Address> address;
    private Presence presence;
    private @Nullable SimulatedServer answering;
    private @Nullable ServerMode mode;
    private long zxid;
    private long inForce;
    private int connections;
    private int learners = -1;
    private int observers = -1;
    private boolean done;

    private Probe(Server asked) {
        this.asked = asked;
        this.address = asked.endpoints().reachableClient();
        this.presence = address.isPresent() ? Presence.SILENT : Presence.UNKNOWN;
        this.done = address.isEmpty();
    }

    /** Asks a server. */
    static Probe of(Simulation simulation, Server asked) {
        var probe = new Probe(asked);
        probe.address.ifPresent(at -> simulation.after(simulation.latency(), () -> probe.arrive(simulation, at)));
        return probe;
    }

    private void arrive(Simulation simulation, Address at) {
        var listener = simulation.listenerAt(at);
        if (listener.isEmpty()) {
            var host = simulation.roster().contains(asked.id())
                    ? simulation.roster().get(asked.id())
                    : null;
            boolean reachable = host == null || simulation.network().isOpenToClients(host.index());
            if (reachable) {
                answer(simulation, Presence.REFUSES);
            }
            return;
        }
        var server = listener.get();
        if (simulation.network().isOpenToClients(server.index())) {
            server.arrive(server.run(), () -> {
                read(server);
                if (simulation.network().isOpenToClients(server.index())) {
                    answer(simulation, Presence.ANSWERS);
                }
            });
        }
    }

    private void read(SimulatedServer server) {
        answering = server;
        if (server.isServing()) {
            mode = switch (server.role()) {
                case LEADING -> ServerMode.LEADER;
                case OBSERVING -> ServerMode.OBSERVER;
                default -> ServerMode.FOLLOWER;
            };
            var leading = server.leading();
            zxid = Math.max(server.applied().zxid(), leading == null ? 0 : leading.epoch() << 32);
            inForce = server.inForce().version();
            // The one that asks is among them.
            connections = server.connections() + 1;
            if (leading != null) {
                learners = leading.links().size();
                observers = (int)
                        leading.links().stream().filter(LearnerLink::isObserver).count();
            }
        }
    }

    private void answer(Simulation simulation, Presence found) {
        simulation.after(simulation.latency(), () -> {
            presence = found;
            done = true;
        });
    }

    /** Whether all have answered, or never will; those that have are taken out, since they are asked no more. */
    static boolean areDone(Queue<Probe> awaited) {
        for (var next = awaited.peek(); next != null && next.done; next = awaited.peek()) {
            awaited.remove();
        }
        return awaited.isEmpty();
    }

    Server asked() {
        return asked;
    }

    Optional<Address> address() {
        return address;
    }

    Presence presence() {
        return presence;
    }

    /** The server that answered, if one did. */
    @Nullable
    SimulatedServer answering() {
        return presence == Presence.ANSWERS ? answering : null;
    }

    boolean isAnother() {
        var server = answering();
        return server != null && !server.id().equals(asked.id());
    }

    boolean isServing() {
        return presence == Presence.ANSWERS && mode != null && !isAnother();
    }

    /** What it says it does, if it serves. */
    Optional<ServerMode> mode() {
        return isServing() ? Optional.ofNullable(mode) : Optional.empty();
    }

    long zxid() {
        return zxid;
    }

    long inForce() {
        return inForce;
    }

    int connections() {
        return connections;
    }

    int learners() {
        return learners;
    }

    int observers() {
        return observers;
    }

    /** Why nothing is known of it, as the end of a sentence. */
    String reason() {
        if (address.isEmpty()) {
            return "its line names no client address";
        }
        var server = answering();
        if (server != null && isAnother()) {
            return "server " + server.id() + " answers at " + address.get();
        }
        return switch (presence) {
            case REFUSES -> "the connection to " + address.get() + " is refused";
            case SILENT -> "nothing heard from " + address.get() + ": no answer in time";
            default -> "it is not serving";
        };
    }
}
