package io.ensembler.testkit.fake;

import io.ensembler.EnsembleScaler;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.validation.ValidationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** An ensemble, what is to become of it, and what goes wrong meanwhile, all drawn from one seed. */
final class RandomCase {

    private static final int MOST_FAULTS = 8;
    private static final int FAULTLESS = 4;
    private static final Duration BRIEFLY = Duration.ofMillis(500);

    /** Within this time everything begins that goes wrong. */
    static final Duration LONGEST = Duration.ofSeconds(40);

    private final long seed;
    private final Random random;
    /** What was added to the cases later is drawn apart, so that a seed draws the rest as it did before. */
    private final Random besides;

    private final SimulatedEnsemble ensemble;
    private final boolean hostNames;
    private final Set<ServerId> down = new TreeSet<>();
    private boolean consented;

    RandomCase(long seed) {
        this.seed = seed;
        this.random = new Random(seed * 0x9e3779b97f4a7c15L);
        this.besides = new Random(~seed * 0x9e3779b97f4a7c15L);
        var builder = SimulatedEnsemble.builder().seed(seed).observers(random.nextInt(3));
        int participants = List.of(1, 2, 3, 3, 3, 4, 5, 5).get(random.nextInt(8));
        builder.participants(participants);
        if (participants >= 3 && random.nextInt(8) == 0) {
            builder.quorumRule(weighted(participants));
        }
        this.hostNames = random.nextInt(8) == 0;
        if (hostNames) {
            builder.hostNames().electionPortBindRetry(0);
        }
        this.ensemble = builder.start();
    }

    /** All in one group, one of them heavier. */
    private QuorumRule weighted(int participants) {
        var ids = LongStream.rangeClosed(1, participants).mapToObj(ServerId::of).toList();
        return QuorumRule.hierarchical(
                Map.of(1L, ids), Map.of(ids.get(random.nextInt(participants)), 1L + random.nextInt(3)));
    }

    /** What another process does when the one has died that ran the plan. */
    enum Takeover {
        /** It waits until all is well. */
        LATER,
        /** It goes on with the plan at once. */
        FORTH_AT_ONCE,
        /** It goes back at once to where the plan began. */
        BACK_AT_ONCE
    }

    /**
     * The driver of a run that ends while a reconfiguration lies in a leader that stands still; in most cases none. Where
     * servers are listed by host name, leadership may come to one that alone holds a quorum: nothing can be sent then.
     */
    Optional<EnsembleDriver> dyingWhileItSends(EnsembleDriver driver) {
        return !hostNames && besides.nextInt(3) == 0
                ? Optional.of(new DyingSender(
                        driver, ensemble, 1 + besides.nextInt(2), Duration.ofMillis(3_000 + besides.nextInt(9_000))))
                : Optional.empty();
    }

    Takeover takeover() {
        return Takeover.values()[besides.nextInt(Takeover.values().length)];
    }

    /** The case of a seed without faults; in half of those that bear it one participant is down before all begins. */
    static RandomCase withOneDown(long seed) {
        var drawn = new RandomCase(seed);
        drawn.endOne();
        return drawn;
    }

    private void endOne() {
        var stands = ensemble.committed().ensemble();
        var followers = List.copyOf(SimulatedSelector.followers().select(ensemble));
        if (stands.participants().size() >= 3 && stands.quorumRule().isMajority() && besides.nextBoolean()) {
            var id = followers.get(besides.nextInt(followers.size()));
            ensemble.stop(id);
            ensemble.clock().advance(Duration.ofSeconds(1));
            down.add(id);
        }
    }

    /** The participants that are down before all begins. */
    Set<ServerId> down() {
        return Collections.unmodifiableSet(down);
    }

    SimulatedEnsemble ensemble() {
        return ensemble;
    }

    boolean isFaultless() {
        return seed % FAULTLESS == 0;
    }

    /** Returns a plan that changes something; requests that no plan can fulfil are drawn again. */
    ScalingPlan plan(EnsembleScaler scaler) {
        for (int attempt = 0; attempt < 100; attempt++) {
            var plan = planned(scaler, request());
            if (plan.isPresent()) {
                return plan.get();
            }
        }
        throw new AssertionError("seed " + seed + " draws nothing that can be planned on " + ensemble);
    }

    private static Optional<ScalingPlan> planned(EnsembleScaler scaler, ScalingRequest request) {
        try {
            return Optional.of(scaler.plan(request))
                    .filter(plan -> !plan.steps().isEmpty());
        } catch (ValidationException e) {
            // Nobody could do that, or not without consent.
            return Optional.empty();
        }
    }

    private ScalingRequest request() {
        var request = down.isEmpty()
                ? ScalingRequest.change()
                : ScalingRequest.change().removeDead();
        var today = ensemble.committed().ensemble();
        var untouched = new ArrayList<>(today.ids());
        untouched.removeAll(down);
        int verbs = 1 + random.nextInt(2);
        for (int verb = 0; verb < verbs && !untouched.isEmpty(); verb++) {
            request = with(request, today, untouched.remove(random.nextInt(untouched.size())));
        }
        consented = random.nextInt(3) == 0;
        return consented ? request.consentToTolerance(0) : request;
    }

    private ScalingRequest with(ScalingRequest request, Ensemble today, ServerId id) {
        var listed = today.server(id).orElseThrow();
        return switch (random.nextInt(10)) {
            case 0 -> request.add(ensemble.newServers(1));
            case 1 -> request.add(ensemble.newServers(2));
            case 2 -> request.add(ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER));
            case 3 -> request.remove(id);
            case 4 -> request.replace(id, ensemble.newServers(1).get(0).withRole(listed.role()));
            case 5 -> request.changeRole(id, listed.isParticipant() ? ServerRole.OBSERVER : ServerRole.PARTICIPANT);
            case 6 -> request.changeEndpoints(id, ensemble.newEndpoints(id));
            case 7 -> request.rebuild(id).helper(ensemble.newServers(1).get(0));
            case 8 ->
                today.quorumRule().isMajority() || !listed.isParticipant()
                        ? request.remove(id)
                        : request.changeQuorumRule(heavier(today, id));
            default -> request.add(ensemble.newServers(1)).remove(leader(today));
        };
    }

    private static QuorumRule heavier(Ensemble today, ServerId id) {
        var weights = new TreeMap<>(today.quorumRule().weights());
        weights.merge(id, 1L, Long::sum);
        return QuorumRule.hierarchical(today.quorumRule().groups(), weights);
    }

    private ServerId leader(Ensemble today) {
        return ensemble.leader().orElse(today.ids().first());
    }

    /** The tolerance that a plan must keep: by majority reckoned from what was asked for, else taken from the plan. */
    int floor(ScalingPlan plan) {
        if (!plan.origin().quorumRule().isMajority()) {
            return plan.floor();
        }
        int before = Arithmetic.tolerance(ensemble.simulation().listing(plan.origin(), 0), -1);
        int after = Arithmetic.tolerance(ensemble.simulation().listing(plan.target(), 0), -1);
        return consented ? 0 : Math.min(before, after);
    }

    /** Lets things go wrong while the plan runs, and in a third of the cases the process die that runs it. */
    void arrangeFaults(ScalingPlan plan) {
        var within = Duration.ofMillis(Math.min(1_000L * plan.steps().size(), LONGEST.toMillis()));
        // By themselves: nothing is promised where those of a hand-off do not know whom to follow.
        if (besides.nextInt(10) == 0 && plan.steps().stream().noneMatch(RandomCase::movesLeadership)) {
            forATime(BRIEFLY, this::ignoreReconfigurations);
            return;
        }
        ensemble.faults().arrange(seed, 1 + random.nextInt(MOST_FAULTS), within);
        if (random.nextInt(3) == 0) {
            int call = ensemble.calls() + 1 + random.nextInt(10 * plan.steps().size());
            ensemble.faults().dieAtCall(call, moment());
        }
        if (random.nextInt(20) == 0) {
            ensemble.clock().after(Duration.ofMillis(random.nextInt((int) within.toMillis())), () -> ensemble.faults()
                    .loseLock());
        }
        if (random.nextInt(20) == 0) {
            ensemble.clock().after(Duration.ofMillis(random.nextInt((int) within.toMillis())), () -> ensemble.faults()
                    .failJournal(moment()));
        }
        if (besides.nextInt(40) == 0) {
            ensemble.clock().after(Duration.ofMillis(besides.nextInt((int) within.toMillis())), () -> ensemble.faults()
                    .rivalReconfiguresAndBack(ensemble.committed()
                            .ensemble()
                            .plus(ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER))));
        }
        if (hostNames && besides.nextInt(2) == 0) {
            forATime(within, () -> ensemble.faults().loseNamesHere()::heal);
        }
    }

    private static boolean movesLeadership(PlannedStep planned) {
        return planned.step() instanceof Step.Reconfigure step && step.leadershipMoves() == Step.Leadership.MOVES;
    }

    private void forATime(Duration within, Supplier<Runnable> fault) {
        ensemble.clock().after(Duration.ofMillis(besides.nextInt((int) within.toMillis())), () -> {
            var healing = fault.get();
            ensemble.clock().after(Duration.ofMillis(20 + besides.nextInt(8_000)), healing);
        });
    }

    /** Lets all followers act by no configuration that is new, until they are started anew. */
    private Runnable ignoreReconfigurations() {
        var some = SimulatedSelector.followers().select(ensemble);
        some.forEach(id -> ensemble.simulated(id).enableReconfiguration(false));
        return () -> some.forEach(id -> {
            ensemble.simulated(id).enableReconfiguration(true);
            if (ensemble.isRunning(id)) {
                ensemble.restart(id);
            }
        });
    }

    private CallMoment moment() {
        return random.nextBoolean() ? CallMoment.BEFORE : CallMoment.AFTER;
    }
}
