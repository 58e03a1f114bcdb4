package io.ensembler.testkit.fake;

import io.ensembler.EnsembleScaler;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.validation.ValidationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** An ensemble, what is to become of it, and what goes wrong meanwhile, all drawn from one seed. */
final class RandomCase {

    private static final int MOST_FAULTS = 8;
    private static final int FAULTLESS = 4;

    /** Within this time everything begins that goes wrong. */
    static final Duration LONGEST = Duration.ofSeconds(40);

    private final long seed;
    private final Random random;
    private final SimulatedEnsemble ensemble;

    RandomCase(long seed) {
        this.seed = seed;
        this.random = new Random(seed * 0x9e3779b97f4a7c15L);
        var builder = SimulatedEnsemble.builder().seed(seed).observers(random.nextInt(3));
        int participants = List.of(1, 2, 3, 3, 3, 4, 5, 5).get(random.nextInt(8));
        builder.participants(participants);
        if (participants >= 3 && random.nextInt(8) == 0) {
            builder.quorumRule(weighted(participants));
        }
        if (random.nextInt(8) == 0) {
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
        var request = ScalingRequest.change();
        var today = ensemble.committed().ensemble();
        var untouched = new ArrayList<>(today.ids());
        int verbs = 1 + random.nextInt(2);
        for (int verb = 0; verb < verbs && !untouched.isEmpty(); verb++) {
            request = with(request, today, untouched.remove(random.nextInt(untouched.size())));
        }
        return random.nextInt(3) == 0 ? request.consentToTolerance(0) : request;
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

    /** Lets things go wrong while the plan runs, and in a third of the cases the process die that runs it. */
    void arrangeFaults(ScalingPlan plan) {
        var within = Duration.ofMillis(Math.min(1_000L * plan.steps().size(), LONGEST.toMillis()));
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
    }

    private CallMoment moment() {
        return random.nextBoolean() ? CallMoment.BEFORE : CallMoment.AFTER;
    }
}
