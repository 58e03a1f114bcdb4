package io.ensembler.testkit.fake;

import io.ensembler.model.Address;
import io.ensembler.model.Configuration;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.testkit.EnsembleVerbs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apiguardian.api.API;

/**
 * An ensemble that exists in memory only, on a clock that moves when somebody waits: servers that elect, sync, propose
 * and commit message by message, with the latencies and faults that a seed or a test chooses. Nothing of it depends on
 * the machine: the same calls with the same seed give the same course.
 *
 * <pre>{@code
 * var ensemble = SimulatedEnsemble.builder().participants(3).seed(7).start();
 * var scaler = EnsembleScaler.builder(ensemble.driver())
 *         .launcher(ensemble.launcher())
 *         .timeSource(ensemble.clock())
 *         .build();
 * scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(2))));
 * assertThat(ensemble.invariants().violations()).isEmpty();
 * }</pre>
 *
 * <p>It does what ZooKeeper does where plans depend on it, hazards included, and leaves out what they do not: znodes
 * other than the driver's own, access rights but for one, snapshots, disks that fail.
 *
 * <p>Thread-safe: one thread at a time moves the clock.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SimulatedEnsemble implements EnsembleVerbs {

    private static final Duration SETTLE_TIME = Duration.ofSeconds(30);
    private static final int QUORUM_PORT = 2888;
    private static final int ELECTION_PORT = 3888;
    private static final int CLIENT_PORT = 2181;

    private final ManualTimeSource clock = new ManualTimeSource();
    private final Simulation simulation;
    private final SpiCalls calls = new SpiCalls();
    private final StaleReads staleReads = new StaleReads();
    private final SimulatedLauncher.Hosts hosts = new SimulatedLauncher.Hosts();
    private final SimulatedJournal.Kept kept = new SimulatedJournal.Kept();
    private final SimulatedLock.Holder holder = new SimulatedLock.Holder();
    private final SimulatedFaults faults;
    private final Traffic traffic;
    private long highestId;
    private int nextPort = CLIENT_PORT + 1;

    private SimulatedEnsemble(SimulatedEnsembleBuilder builder) {
        this.simulation = new Simulation(clock, builder.seed(), builder.settings());
        this.faults = new SimulatedFaults(this, simulation, calls, staleReads, hosts, kept, holder);
        this.traffic = new Traffic(simulation, builder.traffic().toNanos());
    }

    /** Returns a builder of an ensemble of three participants. */
    public static SimulatedEnsembleBuilder builder() {
        return new SimulatedEnsembleBuilder();
    }

    static SimulatedEnsemble start(SimulatedEnsembleBuilder builder) {
        var ensemble = new SimulatedEnsemble(builder);
        ensemble.found(builder);
        ensemble.awaitSettled();
        ensemble.traffic.begin();
        return ensemble;
    }

    private void found(SimulatedEnsembleBuilder builder) {
        var servers = new ArrayList<Server>();
        for (int i = 0; i < builder.participants() + builder.observers(); i++) {
            var role = i < builder.participants() ? ServerRole.PARTICIPANT : ServerRole.OBSERVER;
            servers.add(newServer().withRole(role));
        }
        var listing = simulation.listing(Ensemble.of(servers, builder.rule()), 0);
        for (var line : servers) {
            var server = simulation.server(line);
            server.disk().writeMarker("id=" + line.id() + "\nincarnation=0\n");
            server.disk().writeConfiguration(listing);
            server.enableReconfiguration(!Choice.contains(builder.withoutReconfiguration(), line.id()));
            server.boot();
        }
    }

    private Server newServer() {
        var id = ServerId.of(++highestId);
        var host = simulation.settings().hostNames() ? "zk" + id : "10.0.0." + id;
        return new Server(
                id,
                ServerRole.PARTICIPANT,
                Endpoints.of(new QuorumAddress(host, QUORUM_PORT, ELECTION_PORT), new Address(host, CLIENT_PORT)));
    }

    /** Returns the clock of this ensemble: runs of plans must go by it. */
    public ManualTimeSource clock() {
        return clock;
    }

    /** Returns a process of its own, as many as one likes. */
    public SimulatedProcess process() {
        synchronized (clock) {
            var caller = new Caller(simulation, calls);
            return new SimulatedProcess(
                    caller,
                    new SimulatedDriver(
                            simulation,
                            caller,
                            staleReads,
                            committed().ensemble().servers()),
                    new SimulatedLauncher(simulation, caller, hosts),
                    new SimulatedJournal(caller, kept),
                    new SimulatedLock(simulation, caller, holder));
        }
    }

    /** Returns the driver of a {@link #process()} of its own. */
    public EnsembleDriver driver() {
        return process().driver();
    }

    /** Returns the launcher of a {@link #process()} of its own, which can set data aside. */
    public ServerLauncher launcher() {
        return process().launcher();
    }

    /** Returns what can be done to this ensemble. */
    public SimulatedFaults faults() {
        return faults;
    }

    /** Returns what watches this ensemble. */
    public Invariants invariants() {
        return simulation.invariants();
    }

    /**
     * Returns how many calls of the processes of this ensemble have begun: to driver, sender, proof, launcher, journal,
     * lock.
     */
    public int calls() {
        synchronized (clock) {
            return calls.entered();
        }
    }

    /** Returns how many writes of clients were acknowledged. */
    public long acknowledgedWrites() {
        synchronized (clock) {
            return traffic.acknowledged();
        }
    }

    /** Returns how many things have happened: messages, decisions and whatever else takes its time. */
    public long events() {
        return clock.happened();
    }

    /**
     * Returns {@code count} servers that do not exist yet, as participants with ids following the highest ever used.
     */
    @Override
    public List<Server> newServers(int count) {
        synchronized (clock) {
            var servers = new ArrayList<Server>();
            for (int i = 0; i < count; i++) {
                servers.add(newServer());
            }
            return servers;
        }
    }

    /** Returns endpoints with ports that nobody uses, on the host of this server. */
    public Endpoints newEndpoints(ServerId id) {
        synchronized (clock) {
            var host = server(id).endpoints().quorum().get(0).host();
            int port = nextPort;
            nextPort += 3;
            return Endpoints.of(new QuorumAddress(host, port, port + 1), new Address(host, port + 2));
        }
    }

    /** Returns every server this ensemble has had to do with, running or not, in the order of their ids. */
    public List<Server> servers() {
        synchronized (clock) {
            return simulation.roster().ids(-1).stream().map(this::server).toList();
        }
    }

    /** Returns a server as it was listed last, or launched. */
    public Server server(ServerId id) {
        return simulated(id).line();
    }

    SimulatedServer simulated(ServerId id) {
        synchronized (clock) {
            if (!simulation.roster().contains(id)) {
                throw new IllegalArgumentException("there is no server " + id);
            }
            return simulation.roster().get(id);
        }
    }

    Simulation simulation() {
        return simulation;
    }

    /** Returns the newest configuration that a leader has committed or taken office with. */
    public Configuration committed() {
        synchronized (clock) {
            var standing = simulation.invariants().standing();
            if (standing == null) {
                throw new EnsembleException("Nobody has led yet in " + this + ".");
            }
            return standing.configuration();
        }
    }

    /** Returns the server that leads and serves in the highest epoch, or empty if none does. */
    @Override
    public Optional<ServerId> leader() {
        synchronized (clock) {
            return leading().map(leading -> leading.server().id());
        }
    }

    private Optional<Leading> leading() {
        Leading highest = null;
        for (var server : simulation.roster().all()) {
            var leading = server.leading();
            if (leading != null && leading.isServing() && (highest == null || leading.epoch() > highest.epoch())) {
                highest = leading;
            }
        }
        return Optional.ofNullable(highest);
    }

    /** Returns by which configuration a server acts, or would if it were started. */
    public Configuration inForce(ServerId id) {
        synchronized (clock) {
            var server = simulated(id);
            var file = server.disk().configuration();
            return server.isRunning() || file == null ? server.inForce().configuration() : file.configuration();
        }
    }

    /** Returns the configuration that a server shows clients. */
    public Configuration shown(ServerId id) {
        synchronized (clock) {
            return simulated(id).shown().listing().configuration();
        }
    }

    /** Returns whether a file of this server has a proposal that it acknowledged and did not act by. */
    public boolean hasProposal(ServerId id) {
        synchronized (clock) {
            return simulated(id).disk().next() != null;
        }
    }

    /** Returns whether a server's process runs, or stands still. */
    @Override
    public boolean isRunning(ServerId id) {
        synchronized (clock) {
            return simulation.roster().contains(id) && simulated(id).isRunning();
        }
    }

    /** Returns whether a server serves clients. */
    public boolean isServing(ServerId id) {
        synchronized (clock) {
            return simulation.roster().contains(id) && simulated(id).isServing();
        }
    }

    /** Returns each time that a server ended its own process, in order: "server 4 exited: status 1, ...". */
    public List<String> exits() {
        synchronized (clock) {
            return List.copyOf(simulation.exits());
        }
    }

    /** Starts a server that is to join, on its directory, with the committed participants and itself as observer. */
    @Override
    public void join(Server line) {
        synchronized (clock) {
            var server = simulation.server(line);
            server.line(line);
            server.disk()
                    .writeMarker(
                            "id=" + line.id() + "\nincarnation=" + committed().version() + "\n");
            server.disk().writeConfiguration(joinerFiles(line));
            server.boot();
        }
    }

    /** What the files of a joiner list: the other committed participants, and itself as observer. */
    private Listing joinerFiles(Server line) {
        var others = committed().ensemble().servers().stream()
                .filter(other -> other.isParticipant() && !other.id().equals(line.id()))
                .toList();
        return simulation.listing(
                Ensemble.of(others, QuorumRule.majority()).plus(line.withRole(ServerRole.OBSERVER)), 0);
    }

    /** Stops a server. One that does not run is left alone. */
    @Override
    public void stop(ServerId id) {
        synchronized (clock) {
            simulated(id).end("is stopped");
        }
    }

    /** Stops a server if it runs, and starts it from its own files. */
    @Override
    public void restart(ServerId id) {
        synchronized (clock) {
            stop(id);
            simulated(id).boot();
        }
    }

    /** Stops a server if it runs, and starts it from its own files twice in a row. */
    @Override
    public void bootTwice(ServerId id) {
        restart(id);
        restart(id);
    }

    /** Starts the servers that ended before they acted by a reconfiguration, if nobody did so since. */
    void startCrashed() {
        synchronized (clock) {
            for (var server : simulation.roster().all()) {
                if (server.hasCrashedByItself()) {
                    server.boot();
                }
            }
        }
    }

    /** Sets the data of a stopped server aside, as if its disk had been replaced; its configuration files stay. */
    @Override
    public void wipe(ServerId id) {
        synchronized (clock) {
            var server = simulated(id);
            if (server.isRunning()) {
                throw new EnsembleException("Cannot set the data of server " + id + " aside: it runs.");
            }
            server.disk().setAside();
        }
    }

    /** Writes files of a joiner for a server that does not run, whatever it is listed as. */
    public void seedAsObserver(ServerId id) {
        synchronized (clock) {
            var server = simulated(id);
            server.disk().writeConfiguration(joinerFiles(server.line()));
        }
    }

    /** Gets a write acknowledged by way of this server, or returns false if that took more time than this. */
    public boolean write(ServerId by, Duration timeLeft) {
        synchronized (clock) {
            var request = traffic.write(simulated(by));
            return awaitFor(timeLeft, () -> request.reply() == Reply.OK);
        }
    }

    /** Moves the clock until something is so, at most for this time. Returns whether it is so. */
    public boolean awaitFor(Duration timeLeft, BooleanSupplier isSo) {
        return clock.moveUntil(clock.nanoTime() + timeLeft.toNanos(), isSo);
    }

    /**
     * Moves the clock until one server leads, nothing it proposed is pending, and each listed server serves and acts by
     * the committed version, unless it runs with {@code reconfigEnabled=false}. Returns the ensemble.
     *
     * @throws EnsembleException if it has not settled within 30 s
     */
    @Override
    public Ensemble awaitSettled() {
        if (!awaitFor(SETTLE_TIME, this::hasSettled)) {
            throw new EnsembleException("Not settled within " + SETTLE_TIME.toSeconds() + " s: " + this + "\n"
                    + String.join("\n", simulation.chronicle().last(60)));
        }
        return committed().ensemble();
    }

    boolean hasSettled() {
        var leading = leading();
        if (leading.isEmpty()
                || leading.get().isReconfiguring()
                || !leading.get().isAllowedToCommit()) {
            return false;
        }
        var inForce = leading.get().server().inForce();
        for (var line : inForce.ensemble().servers()) {
            var server = simulation.roster().get(line.id());
            boolean acts = !server.isReconfigEnabled() || server.inForce().version() == inForce.version();
            if (!server.isServing() || server.isPaused() || !acts) {
                return false;
            }
        }
        return true;
    }

    /** Returns what happened last, oldest first, one line each. */
    public List<String> history() {
        synchronized (clock) {
            return simulation.chronicle().last(Integer.MAX_VALUE);
        }
    }

    /** Returns who leads, and what each server does. */
    @Override
    public String toString() {
        synchronized (clock) {
            var text = new StringBuilder("simulated ensemble");
            var standing = simulation.invariants().standing();
            if (standing != null) {
                text.append(' ').append(standing);
            }
            for (var server : simulation.roster().all()) {
                text.append(", ").append(server.id()).append(' ').append(!server.isRunning() ? "down" : server.role());
            }
            return text.toString();
        }
    }
}
