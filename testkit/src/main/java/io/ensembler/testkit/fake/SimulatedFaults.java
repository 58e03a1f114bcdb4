package io.ensembler.testkit.fake;

import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.ServerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apiguardian.api.API;

/**
 * What can be done to a simulated ensemble, to its network, to the process that runs plans, and to what that asks.
 * Faults begin at once; {@link ManualTimeSource#after} arranges for one to begin later. Two of a kind last until both
 * are healed, but for crashes. A selector that selects nobody is an {@link EnsembleException}. Thread-safe, as its
 * ensemble is.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SimulatedFaults {

    private final SimulatedEnsemble ensemble;
    private final Simulation simulation;
    private final SpiCalls calls;
    private final StaleReads staleReads;
    private final SimulatedLauncher.Hosts hosts;
    private final SimulatedJournal.Kept kept;
    private final SimulatedLock.Holder holder;
    private final List<SimulatedFault> all = new ArrayList<>();

    SimulatedFaults(
            SimulatedEnsemble ensemble,
            Simulation simulation,
            SpiCalls calls,
            StaleReads staleReads,
            SimulatedLauncher.Hosts hosts,
            SimulatedJournal.Kept kept,
            SimulatedLock.Holder holder) {
        this.ensemble = ensemble;
        this.simulation = simulation;
        this.calls = calls;
        this.staleReads = staleReads;
        this.hosts = hosts;
        this.kept = kept;
        this.holder = holder;
    }

    /** Kills the processes of servers. It is healed by starting those anew that have not been started since. */
    public SimulatedFault crash(SimulatedSelector whom) {
        return hit("crash of ", whom, server -> {
            server.end("crashes");
            int run = server.run();
            return () -> {
                if (server.run() == run && server.disk().configuration() != null) {
                    server.boot();
                }
            };
        });
    }

    /** Lets the processes of servers stand still: what is sent to them waits, and they do nothing. */
    public SimulatedFault pause(SimulatedSelector whom) {
        return hit("pause of ", whom, server -> {
            server.pause();
            int run = server.run();
            return () -> {
                if (server.run() == run) {
                    server.resume();
                }
            };
        });
    }

    /** Cuts servers off from all others, those included that come later. Clients still reach them. */
    public SimulatedFault isolate(SimulatedSelector whom) {
        return hit("isolation of ", whom, server -> {
            isolate(server.index(), 1);
            return () -> {
                isolate(server.index(), -1);
                simulation.healed();
            };
        });
    }

    private void isolate(int index, int change) {
        for (int other = 0; other < Roster.MOST; other++) {
            if (other != index) {
                simulation.network().cut(index, other, change);
                simulation.network().cut(other, index, change);
            }
        }
    }

    /**
     * Cuts the links between servers, both ways: connections stand, and what is sent arrives once the fault is healed.
     */
    public SimulatedFault cut(SimulatedSelector one, SimulatedSelector other) {
        return cut("cut between ", one, other, (a, b, change) -> {
            simulation.network().cut(a, b, change);
            simulation.network().cut(b, a, change);
        });
    }

    /** Cuts one direction of the links between servers. A new connection comes about in neither. */
    public SimulatedFault cutOneWay(SimulatedSelector from, SimulatedSelector to) {
        return cut("cut one way from ", from, to, simulation.network()::cut);
    }

    /** Cuts the links between clients and servers, both ways. Servers still reach each other. */
    public SimulatedFault cutFromClients(SimulatedSelector whom) {
        return hit("cut from clients of ", whom, server -> {
            simulation.network().cutFromClients(server.index(), 1, simulation.now());
            return () -> {
                simulation.network().cutFromClients(server.index(), -1, simulation.now());
                simulation.healed();
            };
        });
    }

    /** Holds servers in the middle of their sync with the leader, once they come there. */
    public SimulatedFault stallSync(SimulatedSelector whom) {
        return hit("stalled sync of ", whom, server -> {
            server.stallSync();
            return server::letSync;
        });
    }

    /** Ends servers once they have acknowledged a reconfiguration, before they act by it. Strikes each once. */
    public SimulatedFault crashBeforeActivation(SimulatedSelector whom) {
        return hit("crash before activation of ", whom, server -> server.crashesBeforeActivation()
                .arm());
    }

    /** Cuts the connection over which a plan sends its next reconfiguration, before any server gets that. */
    public SimulatedFault cutBeforeRequest() {
        return arm("cut before the request", simulation.cuts().beforeRequest());
    }

    /**
     * Cuts the connection over which a plan sends its next reconfiguration, once that was decided, before the reply.
     */
    public SimulatedFault cutBeforeReply() {
        return arm("cut before the reply", simulation.cuts().beforeReply());
    }

    /** Lets the driver answer its next observation with the one before. */
    public SimulatedFault staleRead() {
        return arm("stale read", staleReads.armed());
    }

    /** Lets the next call of a launcher fail before it has done anything, or once it has done all. */
    public SimulatedFault failLauncher(CallMoment moment) {
        var what = moment == CallMoment.BEFORE
                ? "launcher that fails before it acts"
                : "launcher that fails after it acted";
        return arm(what, hosts.failures(moment));
    }

    /** Lets the next line of the journal fail before it is kept, or once it is. */
    public SimulatedFault failJournal(CallMoment moment) {
        var what = moment == CallMoment.BEFORE
                ? "journal that fails before it keeps a line"
                : "journal that fails after it kept a line";
        return arm(what, kept.failures(moment));
    }

    /** Takes the lock from the process that holds it, as when its session ends. It cannot be healed. */
    public SimulatedFault loseLock() {
        return during("lost lock", () -> {
            holder.lose();
            return () -> {};
        });
    }

    /** Lets no name be resolved by servers. */
    public SimulatedFault loseNames(SimulatedSelector whom) {
        return hit("lost names at ", whom, server -> {
            simulation.names().loseAt(server.index(), 1);
            return () -> simulation.names().loseAt(server.index(), -1);
        });
    }

    /** Lets no name be resolved where plans are run. */
    public SimulatedFault loseNamesHere() {
        return during("lost names", () -> {
            simulation.names().loseHere(1);
            return () -> simulation.names().loseHere(-1);
        });
    }

    /** Lets the host names of servers lead elsewhere. */
    public SimulatedFault moveNames(SimulatedSelector whom) {
        return hit("moved names of ", whom, server -> {
            simulation.names().move(server.index());
            return () -> simulation.names().moveBack(server.index());
        });
    }

    /** Takes the right to reconfigure away. */
    public SimulatedFault denyReconfiguration() {
        return during("denied reconfiguration", () -> {
            simulation.denyReconfiguration(1);
            return () -> simulation.denyReconfiguration(-1);
        });
    }

    /** Sets the time of day where plans are run to another, as somebody does who sets a machine's clock. */
    public SimulatedFault jumpClock(Duration by) {
        return during("clock put forward by " + by, () -> {
            simulation.clock().shiftWallClock(by);
            return () -> simulation.clock().shiftWallClock(by.negated());
        });
    }

    /** Lets the process that makes the n-th call from the beginning die in it; calls are counted from 1. */
    public SimulatedFault dieAtCall(int number, CallMoment moment) {
        SpiCalls.Action dying = call -> {
            simulation.chronicle().note(simulation.now(), null, "our process dies", number);
            simulation.invariants().processDied();
            throw new ProcessDeath((moment == CallMoment.BEFORE ? "before " : "after ") + call + ", call " + number);
        };
        return during("death at call " + number, () -> {
            calls.arrange(number, moment, dying);
            return () -> calls.forget(number, moment, dying);
        });
    }

    /** Lets something happen in the n-th call from the beginning; calls are counted from 1. */
    public SimulatedFault atCall(int number, CallMoment moment, Runnable what) {
        SpiCalls.Action action = call -> what.run();
        return during("something at call " + number, () -> {
            calls.arrange(number, moment, action);
            return () -> calls.forget(number, moment, action);
        });
    }

    /** Lets somebody else send a reconfiguration, without a condition, to the server that leads. */
    public void rivalReconfigures(Ensemble target) {
        synchronized (simulation.clock()) {
            send(target, () -> {});
        }
    }

    /**
     * Lets somebody else reconfigure, and back again once that is done: what stands then differs in its version only.
     */
    public void rivalReconfiguresAndBack(Ensemble target) {
        synchronized (simulation.clock()) {
            var before = ensemble.committed().ensemble();
            send(target, () -> send(before, () -> {}));
        }
    }

    private void send(Ensemble target, Runnable then) {
        var leader = ensemble.leader();
        if (leader.isEmpty()) {
            return;
        }
        var server = simulation.roster().get(leader.get());
        simulation.note(server, "is asked to reconfigure by somebody else");
        var request = Request.toReconfigure(
                0, Reconfiguration.between(ensemble.committed().ensemble(), target, Reconfiguration.UNCONDITIONAL));
        request.onReply(answered -> {
            if (answered.reply() == Reply.OK) {
                then.run();
            }
        });
        server.later(simulation.latency(), () -> server.submit(request));
    }

    /**
     * Arranges for faults to servers, network, launcher and clock, and rivals, to begin within a time from now, at
     * moments and on servers that the seed draws; each is healed some time later. What is done is in
     * {@link SimulatedEnsemble#history()}.
     */
    public void arrange(long seed, int number, Duration within) {
        synchronized (simulation.clock()) {
            new ArrangedFaults(ensemble, seed).arrange(number, within);
        }
    }

    /** Heals all faults that are present, the last one first. */
    public void healAll() {
        synchronized (simulation.clock()) {
            for (int i = all.size() - 1; i >= 0; i--) {
                all.get(i).heal();
            }
            all.clear();
        }
    }

    /** How something is done to one server; what it returns undoes it. */
    @FunctionalInterface
    private interface Injection {
        Runnable into(SimulatedServer server);
    }

    @FunctionalInterface
    private interface Cut {
        void of(int from, int to, int change);
    }

    private SimulatedFault hit(String what, SimulatedSelector whom, Injection injection) {
        synchronized (simulation.clock()) {
            var hit = select(what, whom);
            var healings = hit.stream()
                    .map(simulation.roster()::get)
                    .map(injection::into)
                    .toList();
            return remember(
                    new SimulatedFault(simulation, what + "servers " + hit, () -> healings.forEach(Runnable::run)));
        }
    }

    private Set<ServerId> select(String what, SimulatedSelector whom) {
        var hit = new TreeSet<>(whom.select(ensemble));
        if (hit.isEmpty()) {
            throw new EnsembleException("Cannot begin a " + what + "servers: nobody is meant in " + ensemble + ".");
        }
        return hit;
    }

    private SimulatedFault cut(String what, SimulatedSelector from, SimulatedSelector to, Cut cut) {
        synchronized (simulation.clock()) {
            var senders = select(what, from);
            var receivers = select(what, to);
            change(senders, receivers, cut, 1);
            return remember(new SimulatedFault(simulation, what + senders + " and " + receivers, () -> {
                change(senders, receivers, cut, -1);
                simulation.healed();
            }));
        }
    }

    private void change(Set<ServerId> senders, Set<ServerId> receivers, Cut cut, int change) {
        for (var from : senders) {
            for (var to : receivers) {
                if (!from.equals(to)) {
                    cut.of(simulation.roster().index(from), simulation.roster().index(to), change);
                }
            }
        }
    }

    private SimulatedFault arm(String what, Armed armed) {
        return during(what, armed::arm);
    }

    private SimulatedFault during(String what, Supplier<Runnable> beginning) {
        synchronized (simulation.clock()) {
            var healing = beginning.get();
            return remember(new SimulatedFault(simulation, what, healing));
        }
    }

    private SimulatedFault remember(SimulatedFault fault) {
        all.add(fault);
        return fault;
    }
}
