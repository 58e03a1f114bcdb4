package io.ensembler.testkit.fake;

import io.ensembler.model.Address;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What all parts of one simulation share: clock, chance, servers, network, sessions, and who watches. Whoever uses it
 * holds the clock's lock.
 */
final class Simulation {

    private static final long FASTEST = 150_000;
    private static final long SLOWEST = 700_000;

    private final ManualTimeSource clock;
    private final Chance chance;
    private final Settings settings;
    private final Roster roster = new Roster();
    private final Network network = new Network();
    private final Chronicle chronicle = new Chronicle();
    private final List<ClientSession> sessions = new ArrayList<>();
    private final List<Channel> waiting = new ArrayList<>();
    private final EnsembleIdentity identity;
    private final Names names = new Names();
    private final RequestCuts cuts = new RequestCuts();
    private final List<String> exits = new ArrayList<>();
    private final Invariants invariants;
    private long znodes;
    private int denials;

    Simulation(ManualTimeSource clock, long seed, Settings settings) {
        this.clock = clock;
        this.chance = new Chance(seed);
        this.settings = settings;
        this.identity = new EnsembleIdentity("simulated-" + seed);
        this.invariants = new Invariants(this);
        clock.afterEach(invariants::afterEach);
    }

    ManualTimeSource clock() {
        return clock;
    }

    long now() {
        return clock.nanos();
    }

    void after(long delay, Runnable what) {
        clock.arrange(delay, what);
    }

    Chance chance() {
        return chance;
    }

    /** How long a message is under way. */
    long latency() {
        return chance.between(FASTEST, SLOWEST);
    }

    Settings settings() {
        return settings;
    }

    /** Ensembles of different seeds are told apart by it. */
    EnsembleIdentity identity() {
        return identity;
    }

    Roster roster() {
        return roster;
    }

    Network network() {
        return network;
    }

    Names names() {
        return names;
    }

    RequestCuts cuts() {
        return cuts;
    }

    Invariants invariants() {
        return invariants;
    }

    Chronicle chronicle() {
        return chronicle;
    }

    /** Remembers what happened, for whoever has to find out why. */
    void note(SimulatedServer server, String what) {
        chronicle.note(now(), server.id(), what, -1);
    }

    void note(SimulatedServer server, String what, long number) {
        chronicle.note(now(), server.id(), what, number);
    }

    /** The server with this line's id, entered if nobody has heard of it. */
    SimulatedServer server(Server line) {
        return roster.contains(line.id())
                ? roster.get(line.id())
                : roster.enter(line.id(), index -> new SimulatedServer(this, line, index));
    }

    /** A configuration, all of whose servers are entered. */
    Listing listing(Ensemble ensemble, long version) {
        ensemble.servers().forEach(this::server);
        return Listing.of(ensemble, version, roster);
    }

    /** The server that accepts clients at an address, if any does. */
    Optional<SimulatedServer> listenerAt(Address address) {
        for (var server : roster.all()) {
            if (server.listensAt(address)) {
                return Optional.of(server);
            }
        }
        return Optional.empty();
    }

    ClientSession session(long id) {
        return sessions.get((int) id - 1);
    }

    /** Enters a session and returns the id that it will have. */
    long enter(ClientSession session) {
        sessions.add(session);
        return sessions.size();
    }

    long newZnode() {
        return ++znodes;
    }

    void waitsForHealing(Channel channel) {
        waiting.add(channel);
    }

    /** Something was healed: what waited for it goes on. */
    void healed() {
        waiting.removeIf(Channel::flush);
    }

    boolean isReconfigurationPermitted() {
        return denials == 0;
    }

    void denyReconfiguration(int change) {
        denials += change;
    }

    /** A server has ended its own process. */
    void exited(ServerId id, int code, String why) {
        exits.add("server " + id + " exited: status " + code + ", " + why);
    }

    List<String> exits() {
        return exits;
    }
}
