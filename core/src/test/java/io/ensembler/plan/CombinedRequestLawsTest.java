package io.ensembler.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Observation;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.validation.Calls;
import io.ensembler.validation.Rule;
import io.ensembler.validation.Transition;
import io.ensembler.validation.TransitionRules;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * What holds of every plan, over ensembles of 1 to 5 participants and 0 to 2 observers, by majority or by groups, with
 * at most one participant down and any of the others leading or nobody known to, and any combination of verbs, any
 * whole target, or an exchange of ports on one host.
 */
class CombinedRequestLawsTest {

    private static final int TRIES = 1_000;
    private static final String SEED = "20260102";

    private final Planner planner = new Planner();

    /** A situation and a request, both told by the number they were drawn from. */
    record Case(long seed, Observation observation, ScalingRequest request) {

        @Override
        public String toString() {
            return "seed " + seed + "L: " + request + " of " + observation;
        }
    }

    @Provide
    Arbitrary<Case> cases() {
        return Arbitraries.longs().map(CombinedRequestLawsTest::draw);
    }

    @Property(tries = TRIES, seed = SEED, shrinking = ShrinkingMode.OFF)
    void planning_twice_gives_one_plan_and_one_text(@ForAll("cases") Case drawn) {
        var first = planned(drawn);
        var second = planned(drawn);
        assertThat(second).isEqualTo(first);
        assertThat(second.map(ScalingPlan::toString)).isEqualTo(first.map(ScalingPlan::toString));
    }

    @Property(tries = TRIES, seed = SEED, shrinking = ShrinkingMode.OFF)
    void the_reconfigurations_lead_from_the_origin_to_the_target(@ForAll("cases") Case drawn) {
        planned(drawn).ifPresent(plan -> {
            var at = plan.origin();
            for (var change : PlanWalk.reconfigurations(plan.steps())) {
                assertThat(change.before()).isEqualTo(at);
                at = change.after();
            }
            assertThat(at).isEqualTo(plan.target());
        });
    }

    @Property(tries = TRIES, seed = SEED, shrinking = ShrinkingMode.OFF)
    void every_reconfiguration_keeps_the_rules_with_who_is_live_then(@ForAll("cases") Case drawn) {
        planned(drawn).ifPresent(plan -> {
            var live = new TreeSet<>(drawn.observation().live());
            Optional<ServerId> leader = plan.leader();
            for (var planned : plan.steps()) {
                if (planned.step() instanceof Step.Reconfigure change) {
                    change.joining().forEach(joiner -> live.add(joiner.id()));
                    var transition = new Transition(change.before(), change.after(), leader);
                    assertThat(TransitionRules.check(transition, live, plan.floor())
                                    .errors())
                            .as("%s of\n%s", change, plan)
                            .isEmpty();
                    assertThat(Calls.everyQuorumMeets(change.before(), change.after())
                                    || Calls.isFirstGrowth(transition))
                            .as("quorums meet in %s of\n%s", change, plan)
                            .isTrue();
                    assertThat(planned.tolerance())
                            .as("tolerance of %s of\n%s", change, plan)
                            .isEqualTo(TransitionRules.tolerance(transition, live));
                    arrive(change, live);
                    leader = change.leadershipMoves() == Step.Leadership.MOVES
                            ? nextLeader(plan, planned.number(), change.after(), live, leader)
                            : leader;
                } else {
                    assertThat(planned.tolerance())
                            .as("tolerance of %s of\n%s", planned, plan)
                            .isEqualTo(planned.leadsTo().tolerance(live));
                }
            }
        });
    }

    @Property(tries = TRIES, seed = SEED, shrinking = ShrinkingMode.OFF)
    void the_forecast_tells_the_tolerance_of_the_steps(@ForAll("cases") Case drawn) {
        planned(drawn).ifPresent(plan -> {
            for (var planned : plan.steps()) {
                var expected = plan.forecast().steps().get(planned.number() - 1);
                assertThat(expected.lowestTolerance())
                        .as("lowest tolerance of %s of\n%s", planned, plan)
                        .isEqualTo(planned.tolerance())
                        .isLessThanOrEqualTo(expected.highestTolerance());
            }
        });
    }

    @Property(tries = TRIES, seed = SEED, shrinking = ShrinkingMode.OFF)
    void only_a_leader_that_reconnects_takes_tolerance_below_the_floor(@ForAll("cases") Case drawn) {
        planned(drawn).ifPresent(plan -> {
            for (var planned : plan.dips()) {
                assertThat(planned.tolerance()).isNotNegative();
                assertThat(planned.step())
                        .as("%s of\n%s", planned, plan)
                        .isInstanceOfSatisfying(Step.Reconfigure.class, change -> assertThat(change.changing())
                                .isNotEmpty());
                assertThat(plan.forecast().steps().get(planned.number() - 1).handOff())
                        .as("hand-off of %s of\n%s", planned, plan)
                        .isNotEqualTo(StepForecast.HandOff.NONE);
            }
        });
    }

    @Property(tries = TRIES, seed = SEED, shrinking = ShrinkingMode.OFF)
    void what_is_left_after_any_step_is_the_rest_of_the_plan(@ForAll("cases") Case drawn) {
        planned(drawn).ifPresent(plan -> {
            var dead = new TreeSet<>(plan.origin().participants());
            dead.removeAll(drawn.observation().live());
            var setAside = new TreeSet<ServerId>();
            var leader = plan.leader();
            for (var planned : plan.steps()) {
                var candidates = List.of(leader);
                if (planned.step() instanceof Step.WipeServer wipe) {
                    setAside.add(wipe.server().id());
                } else if (planned.step() instanceof Step.Reconfigure change) {
                    change.leaving().stream()
                            .map(Server::id)
                            .filter(id -> plan.rebuilt().contains(id))
                            .forEach(dead::remove);
                    candidates = successors(change, leader);
                }
                leader = assumed(plan, planned, candidates, dead, setAside);
            }
        });
    }

    /** Who may lead after a call. Of those that are silent nobody can tell, and they may. */
    private static List<Optional<ServerId>> successors(Step.Reconfigure change, Optional<ServerId> leader) {
        return change.leadershipMoves() == Step.Leadership.STAYS
                ? List.of(leader)
                : change.after().participants().stream()
                        .filter(id -> !Optional.of(id).equals(leader))
                        .map(Optional::of)
                        .toList();
    }

    /**
     * For whom what is left after a step is what the plan says; after a hand-off it does so for the worst who may lead.
     */
    private Optional<ServerId> assumed(
            ScalingPlan plan,
            PlannedStep done,
            List<Optional<ServerId>> candidates,
            Set<ServerId> dead,
            Set<ServerId> setAside) {
        var left = plan.steps().subList(done.number(), plan.steps().size());
        var assumed = candidates.stream()
                .filter(candidate -> {
                    var rest = planner.remaining(plan, seen(done.leadsTo(), candidate, dead), setAside);
                    return PlanWalk.reconfigurations(rest).equals(PlanWalk.reconfigurations(left))
                            && stops(rest).containsAll(stops(left));
                })
                .findFirst();
        assertThat(assumed)
                .as("who leads when what is left after %s is the rest of\n%s", done, plan)
                .isPresent();
        return assumed.orElseThrow();
    }

    /** The servers to be stopped or set aside. */
    private static Set<Step> stops(List<PlannedStep> steps) {
        return steps.stream()
                .map(PlannedStep::step)
                .filter(step -> step instanceof Step.StopServer || step instanceof Step.WipeServer)
                .collect(Collectors.toSet());
    }

    @Property(tries = TRIES, seed = SEED, shrinking = ShrinkingMode.OFF)
    void a_request_that_is_fulfilled_gives_an_empty_plan(@ForAll("cases") Case drawn) {
        planned(drawn).ifPresent(plan -> {
            var target = plan.target();
            var leader = target.participants().first();
            var again = planner.plan(
                    seen(target, Optional.of(leader), Set.of()),
                    ScalingRequest.change().reach(target));
            assertThat(again.steps()).isEmpty();
        });
    }

    /** But for servers that are named and gone: whoever names such a one may mean another. */
    @Property(tries = TRIES, seed = SEED, shrinking = ShrinkingMode.OFF)
    void the_same_request_again_has_nothing_left_to_do(@ForAll("cases") Case drawn) {
        planned(drawn).filter(plan -> plan.rebuilt().isEmpty()).ifPresent(plan -> {
            var seen =
                    seen(plan.target(), Optional.of(plan.target().participants().first()), Set.of());
            if (plan.target().ids().containsAll(changed(drawn.request()))) {
                assertThat(planner.plan(seen, drawn.request()).steps())
                        .as("again, of\n%s", plan)
                        .isEmpty();
            } else {
                var refusal =
                        catchThrowableOfType(ValidationException.class, () -> planner.plan(seen, drawn.request()));
                assertThat(refusal.report().errors())
                        .as("again, of\n%s", plan)
                        .extracting(Violation::rule)
                        .containsOnly(Rule.UNKNOWN_SERVER);
            }
        });
    }

    private static Set<ServerId> changed(ScalingRequest request) {
        var ids = new TreeSet<>(request.removals());
        request.of(Wish.ChangeRole.class).forEach(change -> ids.add(change.id()));
        request.of(Wish.ChangeEndpoints.class).forEach(change -> ids.add(change.id()));
        return ids;
    }

    private Optional<ScalingPlan> planned(Case drawn) {
        try {
            return Optional.of(planner.plan(drawn.observation(), drawn.request()));
        } catch (ValidationException e) {
            assertThat(e.report().errors()).isNotEmpty();
            return Optional.empty();
        }
    }

    /** Who comes to lead is told by who hands over next; if nobody does, any live participant will do. */
    private static Optional<ServerId> nextLeader(
            ScalingPlan plan, int after, Ensemble stands, Set<ServerId> live, Optional<ServerId> before) {
        var nextHandOff = plan.steps().stream()
                .skip(after)
                .map(PlannedStep::step)
                .filter(Step.Reconfigure.class::isInstance)
                .map(Step.Reconfigure.class::cast)
                .filter(change -> change.leadershipMoves() == Step.Leadership.MOVES)
                .flatMap(change -> Stream.concat(change.leaving().stream(), change.changing().stream()))
                .map(Server::id)
                .findFirst();
        return nextHandOff.or(() -> stands.participants().stream()
                .filter(id -> live.contains(id) && !before.equals(Optional.of(id)))
                .findFirst());
    }

    private static void arrive(Step.Reconfigure change, Set<ServerId> live) {
        for (var id : change.after().participants()) {
            if (!change.before().participants().contains(id)) {
                live.add(id);
            }
        }
        change.leaving().forEach(server -> live.remove(server.id()));
    }

    private static Observation seen(Ensemble ensemble, Optional<ServerId> leader, Collection<ServerId> dead) {
        var sight = Sight.of(ensemble).groups(ensemble.quorumRule()).leader(leader);
        dead.stream().filter(ensemble::contains).forEach(id -> sight.down(id.value()));
        return sight.see();
    }

    private static Case draw(long seed) {
        var random = new Random(seed);
        int participants = 1 + random.nextInt(5);
        var sight = Sight.participants(1);
        for (long id = 2; id <= participants; id++) {
            sight.with(Sight.participant(id));
        }
        int observers = random.nextInt(3);
        for (long id = 11; id < 11 + observers; id++) {
            sight.observers(id);
        }
        boolean grouped = random.nextInt(4) == 0;
        if (grouped) {
            sight.groups(groups(random, ids(participants)));
        }
        int dead = participants >= 3 && random.nextInt(3) == 0 ? participants : 0;
        if (dead > 0) {
            sight.down(dead);
        }
        int candidates = participants - (dead > 0 ? 1 : 0);
        if (random.nextInt(6) == 0) {
            sight.leaderUnknown();
        } else {
            sight.leader(1L + random.nextInt(candidates));
        }
        var seen = sight.see();
        return switch (random.nextInt(4)) {
            case 0 -> new Case(seed, seen, bounds(random, whole(random, participants, observers)));
            case 1 -> exchange(seed, random, sight, participants);
            default -> new Case(seed, seen, request(random, participants, observers));
        };
    }

    /** All servers there are to be: most of those listed, some in another role or elsewhere, and up to three more. */
    private static ScalingRequest whole(Random random, int participants, int observers) {
        var servers = new ArrayList<Server>();
        for (long id = 1; id <= participants; id++) {
            servers.add(altered(random, Sight.participant(id)));
        }
        for (long id = 11; id < 11 + observers; id++) {
            servers.add(altered(random, Sight.observer(id)));
        }
        servers.removeIf(server -> random.nextInt(4) == 0);
        int more = random.nextInt(4);
        for (long id = 21; id < 21 + more; id++) {
            servers.add(random.nextInt(4) > 0 ? Sight.participant(id) : Sight.observer(id));
        }
        if (servers.stream().noneMatch(Server::isParticipant)) {
            servers.add(Sight.participant(61));
        }
        var voters =
                servers.stream().filter(Server::isParticipant).map(Server::id).toList();
        boolean grouped = random.nextInt(3) == 0;
        return random.nextInt(3) == 0
                ? ScalingRequest.change().migrateTo(servers)
                : ScalingRequest.change()
                        .reach(Ensemble.of(servers, grouped ? groups(random, voters) : QuorumRule.majority()));
    }

    private static Server altered(Random random, Server server) {
        return switch (random.nextInt(8)) {
            case 0 -> server.withRole(server.isParticipant() ? ServerRole.OBSERVER : ServerRole.PARTICIPANT);
            case 1 -> server.withEndpoints(moved(server.id().value()));
            default -> server;
        };
    }

    /** Two servers of one host take one port of each other, or all. */
    private static Case exchange(long seed, Random random, Sight sight, int participants) {
        var one = shared(2881, 3881, 2181);
        var other = shared(2882, 3882, 2182);
        boolean votes = participants > 1 && random.nextInt(3) > 0;
        var second = votes ? Sight.participant(2) : Sight.observer(12);
        sight.with(Sight.participant(1).withEndpoints(one)).with(second.withEndpoints(other));
        var request =
                switch (random.nextInt(4)) {
                    case 0 -> swap(second.id(), shared(2882, 3881, 2181), shared(2881, 3882, 2182));
                    case 1 -> swap(second.id(), shared(2881, 3882, 2181), shared(2882, 3881, 2182));
                    case 2 -> swap(second.id(), shared(2881, 3881, 2182), shared(2882, 3882, 2181));
                    default -> swap(second.id(), other, one);
                };
        request = random.nextInt(3) == 0 ? request.add(Sight.participant(21)) : request;
        request = participants > 2 && random.nextInt(3) == 0 ? request.remove(ServerId.of(3)) : request;
        request = random.nextInt(2) == 0 ? request.helper(Sight.participant(32)) : request;
        return new Case(seed, sight.see(), bounds(random, request));
    }

    private static ScalingRequest swap(ServerId second, Endpoints ofFirst, Endpoints ofSecond) {
        return ScalingRequest.change().changeEndpoints(ServerId.of(1), ofFirst).changeEndpoints(second, ofSecond);
    }

    private static Endpoints shared(int quorumPort, int electionPort, int clientPort) {
        return Endpoints.of(
                new QuorumAddress("10.0.0.1", quorumPort, electionPort), new Address("10.0.0.1", clientPort));
    }

    private static ScalingRequest bounds(Random random, ScalingRequest request) {
        var helped = random.nextInt(3) == 0 ? request.helper(Sight.participant(31)) : request;
        var consented = random.nextInt(2) == 0 ? helped.consentToTolerance(0) : helped;
        return random.nextInt(3) == 0 ? consented.pace(Pace.TOGETHER) : consented;
    }

    private static List<ServerId> ids(int participants) {
        var ids = new ArrayList<ServerId>();
        for (long id = 1; id <= participants; id++) {
            ids.add(ServerId.of(id));
        }
        return ids;
    }

    private static QuorumRule groups(Random random, Collection<ServerId> participants) {
        var groups = new TreeMap<Long, Set<ServerId>>();
        var weights = new TreeMap<ServerId, Long>();
        int number = participants.size() >= 3 ? 1 + random.nextInt(2) : 1;
        int turn = 0;
        for (var id : participants) {
            groups.computeIfAbsent(1L + turn % number, it -> new TreeSet<>()).add(id);
            weights.put(id, turn == 0 ? 1L : (long) random.nextInt(3));
            turn++;
        }
        return QuorumRule.hierarchical(groups, weights);
    }

    private static ScalingRequest request(Random random, int participants, int observers) {
        var request = ScalingRequest.change();
        var staying = new TreeSet<ServerId>();
        for (long id = 1; id <= participants; id++) {
            int kind = random.nextInt(10);
            request = verb(request, kind, id);
            if (kind != 0 && kind != 1 && kind != 3) {
                staying.add(ServerId.of(id));
            }
        }
        for (long id = 11; id < 11 + observers; id++) {
            int kind = random.nextInt(5);
            if (kind == 0) {
                request = request.remove(ServerId.of(id));
            } else if (kind == 1) {
                request = request.changeRole(ServerId.of(id), ServerRole.PARTICIPANT);
                staying.add(ServerId.of(id));
            } else if (kind == 2) {
                request = request.changeEndpoints(ServerId.of(id), moved(id));
            }
        }
        for (long id = 21; id < 21 + random.nextInt(4); id++) {
            boolean votes = random.nextInt(4) > 0;
            request = request.add(votes ? Sight.participant(id) : Sight.observer(id));
            if (votes) {
                staying.add(ServerId.of(id));
            }
        }
        request = bounds(random, request);
        request = random.nextInt(6) == 0 ? request.removeDead() : request;
        if (random.nextInt(8) == 0) {
            request = request.resizeTo(1 + random.nextInt(5)).offer(Sight.participant(41), Sight.participant(42));
        } else if (random.nextInt(4) == 0 && !staying.isEmpty()) {
            request = request.changeQuorumRule(groups(random, staying));
        }
        return request;
    }

    private static ScalingRequest verb(ScalingRequest request, int kind, long id) {
        var server = ServerId.of(id);
        return switch (kind) {
            case 0 -> request.remove(server);
            case 1 -> request.replace(server, Sight.participant(50 + id));
            case 2 -> request.rebuild(server);
            case 3 -> request.changeRole(server, ServerRole.OBSERVER);
            case 4 -> request.changeEndpoints(server, moved(id));
            default -> request;
        };
    }

    private static Endpoints moved(long id) {
        return Endpoints.of(new QuorumAddress("10.0.0." + id, 2889, 3889), new Address("10.0.0." + id, 2181));
    }
}
