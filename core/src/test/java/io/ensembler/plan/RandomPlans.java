package io.ensembler.plan;

import static io.ensembler.plan.Sight.observer;
import static io.ensembler.plan.Sight.participant;

import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.validation.ValidationException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Plans for random requests of every kind to random ensembles: one plan a seed, or none where a rule forbids it. */
public final class RandomPlans {

    private static final List<String> REASONS = List.of(
            "", "disk of 3 fails", "\"quoted\" \\ line\nbreak\ttab", "caf\u00e9 \ud83d\ude00 \ud800 \u2028 <b>&#;|`");

    private final Random random;
    private final List<Server> participants = new ArrayList<>();
    private final List<Server> observers = new ArrayList<>();

    private RandomPlans(long seed) {
        this.random = new Random(seed);
    }

    /** Returns the plan of this seed, empty if a rule forbids what is asked for. */
    public static Optional<ScalingPlan> plan(long seed) {
        return new RandomPlans(seed).plan();
    }

    private Optional<ScalingPlan> plan() {
        var sight = sight();
        try {
            return Optional.of(new Planner().plan(sight.see(), request()));
        } catch (ValidationException e) {
            return Optional.empty();
        }
    }

    private Sight sight() {
        int count = 1 + random.nextInt(5);
        for (int id = 1; id <= count; id++) {
            participants.add(participant(id));
        }
        for (int id = count + 1; id <= count + random.nextInt(3); id++) {
            observers.add(observer(id));
        }
        var sight = Sight.participants(
                participants.stream().mapToLong(server -> server.id().value()).toArray());
        observers.forEach(sight::with);
        if (random.nextInt(4) == 0) {
            sight.groups(inGroups());
        }
        if (random.nextInt(4) == 0) {
            sight.leaderUnknown();
        } else {
            sight.leader(1 + random.nextInt(count));
        }
        if (count > 2 && random.nextInt(4) == 0) {
            sight.down(1 + random.nextInt(count));
        }
        return sight;
    }

    private QuorumRule inGroups() {
        var groups = new TreeMap<Long, List<ServerId>>();
        var weights = new TreeMap<ServerId, Long>();
        participants.forEach(server -> {
            groups.computeIfAbsent(1L + random.nextInt(2), group -> new ArrayList<>())
                    .add(server.id());
            weights.put(server.id(), 1L + random.nextInt(2));
        });
        return QuorumRule.hierarchical(groups, weights);
    }

    /** One to three different changes, each of another server. */
    private ScalingRequest request() {
        var request = ScalingRequest.change().because(REASONS.get(random.nextInt(REASONS.size())));
        var untouched = new ArrayList<>(participants);
        untouched.addAll(observers);
        Collections.shuffle(untouched, random);
        long next = 10;
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            var server = untouched.isEmpty() ? participant(99) : untouched.remove(0);
            var id = server.id();
            switch (random.nextInt(7)) {
                case 0 -> request = request.add(participant(next++));
                case 1 -> request = request.add(observer(next++), observer(next++));
                case 2 -> request = request.remove(id);
                case 3 -> request = request.rebuild(id);
                case 4 ->
                    request = request.changeRole(
                            id, server.isParticipant() ? ServerRole.OBSERVER : ServerRole.PARTICIPANT);
                case 5 -> request = request.changeEndpoints(id, elsewhere(id));
                default -> request = request.replace(id, participant(next++));
            }
        }
        if (random.nextBoolean()) {
            request = request.helper(participant(90));
        }
        if (random.nextBoolean()) {
            request = request.consentToTolerance(0);
        }
        return request.pace(random.nextBoolean() ? Pace.ONE_AFTER_ANOTHER : Pace.TOGETHER);
    }

    private Endpoints elsewhere(ServerId id) {
        var host = random.nextBoolean() ? "zk-" + id + ".example.org" : "2001:db8::" + id;
        var quorum = new ArrayList<QuorumAddress>();
        quorum.add(new QuorumAddress(host, 2888, 3888));
        if (random.nextBoolean()) {
            quorum.add(new QuorumAddress("10.1.0." + id, 2888, 3888));
        }
        return new Endpoints(quorum, Optional.of(new Address(host, 2181)));
    }
}
