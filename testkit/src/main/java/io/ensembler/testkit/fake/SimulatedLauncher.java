package io.ensembler.testkit.fake;

import io.ensembler.model.ConfigurationText;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.ServerId;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.ServerLauncher;
import java.util.EnumSet;
import java.util.Set;

/** Starts and stops simulated servers and sets their data aside, as whoever does so on real machines must. */
final class SimulatedLauncher implements ServerLauncher {

    private static final long FASTEST = 20 * Settings.MILLI;
    private static final long SLOWEST = 60 * Settings.MILLI;

    private final Simulation simulation;
    private final Caller caller;
    private final Hosts hosts;

    SimulatedLauncher(Simulation simulation, Caller caller, Hosts hosts) {
        this.simulation = simulation;
        this.caller = caller;
        this.hosts = hosts;
    }

    /** What the machines remember, whoever asks them. */
    static final class Hosts {

        private FencingToken highest = FencingToken.LOWEST;
        private final Armed failuresBefore = new Armed();
        private final Armed failuresAfter = new Armed();

        Armed failures(CallMoment moment) {
            return moment == CallMoment.BEFORE ? failuresBefore : failuresAfter;
        }

        private void refuseIfOvertaken(String verb, ServerId id, FencingToken asOf) {
            if (asOf.compareTo(highest) < 0) {
                throw new DriverException(
                        Kind.REFUSED,
                        "Cannot " + verb + " server " + id + ": this was decided on " + asOf + ", and " + highest
                                + " has been seen since. Observe again.");
            }
            highest = asOf;
        }

        private void failBefore() {
            if (failuresBefore.strikes()) {
                throw new IllegalStateException("the host cannot be reached");
            }
        }

        private void failAfter() {
            if (failuresAfter.strikes()) {
                throw new IllegalStateException("the host can be reached no more");
            }
        }
    }

    @Override
    public void start(StartRequest request) throws InterruptedException {
        caller.call("start", request.timeLeft(), end -> {
            hosts.refuseIfOvertaken("start", request.seed().id(), request.asOf());
            hosts.failBefore();
            takeTime(end);
            start(request.seed());
            hosts.failAfter();
            return true;
        });
    }

    private void takeTime(long end) throws InterruptedException {
        caller.pause(simulation.chance().between(FASTEST, SLOWEST), end);
    }

    private void start(JoinerSeed seed) {
        var server = simulation.server(seed.server());
        if (server.isRunning()) {
            return;
        }
        var parsed = ConfigurationText.parse(seed.dynamicConfiguration());
        var listing = simulation.listing(parsed.ensemble(), parsed.version().value());
        check(seed, server, (listing.participants() & server.bit()) != 0);
        simulation.invariants().starting(server, listing);
        server.line(seed.server());
        server.disk().writeMarker(seed.marker());
        server.disk().writeConfiguration(listing);
        server.boot();
    }

    private static void check(JoinerSeed seed, SimulatedServer server, boolean votes) {
        var disk = server.disk();
        var marker = disk.marker();
        boolean unused = !disk.isUsed() && !votes;
        boolean goesOn =
                seed.data().isKept() && !votes && (marker == null || marker.startsWith("id=" + seed.id() + "\n"));
        if (disk.isUsed() && marker == null && !goesOn) {
            throw refused(seed, "its directory holds data without a marker that tells whose it is");
        } else if (marker != null && !marker.equals(seed.marker()) && !unused && !goesOn) {
            throw refused(
                    seed,
                    "its directory belongs to \"" + shown(marker) + "\", not to \"" + shown(seed.marker()) + "\"");
        } else if ((votes || seed.data().isRequired()) && !disk.holdsTransactions()) {
            throw refused(seed, "it is, or may become, a participant and its directory holds no data");
        }
    }

    private static String shown(String marker) {
        return marker.trim().replace('\n', ' ');
    }

    private static DriverException refused(JoinerSeed seed, String facts) {
        return new DriverException(
                Kind.REFUSED,
                "Cannot start server " + seed.id() + ": " + facts
                        + ". Set the directory aside and let the server start with an empty one.");
    }

    @Override
    public void stop(StopRequest request) throws InterruptedException {
        caller.call("stop", request.timeLeft(), end -> {
            hosts.refuseIfOvertaken("stop", request.server().id(), request.asOf());
            hosts.failBefore();
            var server = simulation.server(request.server());
            simulation.invariants().stopping(server);
            takeTime(end);
            server.endForGood("is stopped by its launcher");
            hosts.failAfter();
            return true;
        });
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.WIPE);
    }

    @Override
    public void wipe(WipeRequest request) throws InterruptedException {
        caller.call("wipe", request.timeLeft(), end -> {
            var id = request.server().id();
            hosts.refuseIfOvertaken("set the data aside of", id, request.asOf());
            hosts.failBefore();
            var server = simulation.server(request.server());
            if (server.isRunning()) {
                throw new DriverException(
                        Kind.REFUSED, "Cannot set the data of server " + id + " aside: it runs. Stop it first.");
            }
            takeTime(end);
            if (server.disk().isUsed() && !request.marker().equals(server.disk().marker())) {
                simulation.invariants().wiping(server);
                server.disk().setAside();
            }
            hosts.failAfter();
            return true;
        });
    }

    @Override
    public String toString() {
        return "launcher of a simulated ensemble";
    }
}
