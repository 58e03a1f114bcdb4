package io.ensembler.testkit.fake;

import io.ensembler.model.EnsembleException;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Draws faults from a seed, and when they begin and are healed. */
final class ArrangedFaults {

    private static final long SHORTEST = 20 * Settings.MILLI;
    private static final long LONGEST = 8000 * Settings.MILLI;

    private final SimulatedEnsemble ensemble;
    private final SimulatedFaults faults;
    private final Chance chance;
    private final List<Supplier<Runnable>> kinds;

    ArrangedFaults(SimulatedEnsemble ensemble, long seed) {
        this.ensemble = ensemble;
        this.faults = ensemble.faults();
        this.chance = new Chance(~seed);
        this.kinds = List.of(
                () -> faults.crash(SimulatedSelector.leader())::heal,
                () -> faults.crash(anybody())::heal,
                () -> faults.pause(SimulatedSelector.leader())::heal,
                () -> faults.pause(anybody())::heal,
                () -> faults.isolate(SimulatedSelector.leader())::heal,
                () -> faults.isolate(anybody())::heal,
                () -> faults.cut(anybody(), anybody())::heal,
                () -> faults.cutOneWay(anybody(), anybody())::heal,
                () -> faults.cutFromClients(anybody())::heal,
                () -> faults.stallSync(anybody())::heal,
                () -> returning(faults.crashBeforeActivation(anybody())),
                () -> returning(faults.crashBeforeActivation(SimulatedSelector.followers())),
                () -> faults.cutBeforeRequest()::heal,
                () -> faults.cutBeforeReply()::heal,
                () -> faults.staleRead()::heal,
                () -> faults.failLauncher(CallMoment.BEFORE)::heal,
                () -> faults.failLauncher(CallMoment.AFTER)::heal,
                () -> faults.jumpClock(Duration.ofMillis(chance.between(-60_000, 60_000)))::heal,
                this::bootTwice,
                this::rival);
    }

    void arrange(int number, Duration within) {
        for (int i = 0; i < number; i++) {
            ensemble.simulation().after(chance.between(0, within.toNanos()), this::begin);
        }
    }

    private void begin() {
        try {
            var healing = kinds.get(chance.below(kinds.size())).get();
            ensemble.simulation().after(chance.between(SHORTEST, LONGEST), healing);
        } catch (EnsembleException e) {
            // Nobody is there whom this fault could hit.
            ensemble.simulation().chronicle().note(ensemble.simulation().now(), null, "no fault", -1);
        }
    }

    /** One server, whatever it does, or as often one that is joining. */
    private SimulatedSelector anybody() {
        var joining = SimulatedSelector.joining().select(ensemble);
        var all = List.copyOf(
                joining.isEmpty() || chance.below(2) == 0 ? Choice.of(ensemble, ensemble::isRunning) : joining);
        var chosen = all.isEmpty() ? Set.<ServerId>of() : Set.of(all.get(chance.below(all.size())));
        return it -> chosen;
    }

    /** A fault that ends servers, which are started again when it is healed, unless a launcher stopped them. */
    private Runnable returning(SimulatedFault fault) {
        return () -> {
            fault.heal();
            ensemble.startCrashed();
        };
    }

    private Runnable bootTwice() {
        anybody().select(ensemble).forEach(ensemble::bootTwice);
        return () -> {};
    }

    /** Seldom, since it is the one fault after which neither target nor origin need be reached. */
    private Runnable rival() {
        if (chance.below(8) != 0) {
            return () -> {};
        }
        var before = ensemble.committed().ensemble();
        var target = before.plus(ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER));
        if (chance.below(2) == 0) {
            faults.rivalReconfigures(target);
        } else {
            faults.rivalReconfiguresAndBack(target);
        }
        return () -> {};
    }
}
