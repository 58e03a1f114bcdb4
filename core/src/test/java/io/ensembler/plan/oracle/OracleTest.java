package io.ensembler.plan.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.ensembler.model.Observation;
import io.ensembler.model.ServerId;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.validation.Rule;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The planner finds what a search of every way finds: a way that costs no more, or none. */
class OracleTest {

    /** A number coprime to how many leaders and floors a task has, so that the subset holds every kind of case. */
    private static final int SUBSET_IS_ONE_IN = 13;

    private static final int MOST_SHOWN = 20;

    private final Planner planner = new Planner();
    private final SortedMap<String, Integer> figures = new TreeMap<>();
    private final List<Disagreement> disagreements = new ArrayList<>();
    private int number;

    @Test
    void of_some_thousand_tasks_each_plan_costs_what_the_best_of_all_ways_costs() {
        compareAll(SUBSET_IS_ONE_IN);
        assertThat(figures.get("cases")).isGreaterThanOrEqualTo(5_000);
        assertThat(figures.get("planned")).isGreaterThanOrEqualTo(3_000);
        assertThat(smallestClass()).isGreaterThanOrEqualTo(500);
    }

    @Test
    @Tag("chaos")
    void of_all_tasks_each_plan_costs_what_the_best_of_all_ways_costs() {
        compareAll(1);
        assertThat(figures.get("cases")).isGreaterThanOrEqualTo(30_000);
        assertThat(figures.get("planned")).isGreaterThanOrEqualTo(20_000);
        assertThat(smallestClass()).isGreaterThanOrEqualTo(3_000);
    }

    private int smallestClass() {
        return Stream.of("leader-leaves", "one-dead", "promotion", "readdress")
                .mapToInt(name -> figures.getOrDefault(name, 0))
                .min()
                .orElseThrow();
    }

    private void compareAll(int oneIn) {
        Tasks.all().forEach(task -> compare(task, oneIn));
        figures.forEach((name, count) -> System.out.println("figure: oracle." + name + " = " + count + " cases"));
        if (!disagreements.isEmpty()) {
            fail(disagreements.size() + " cases where planner and oracle disagree, the smallest:\n\n" + smallest());
        }
    }

    /**
     * Compares a task for every leader it can have, with the floor it has by itself, every lower one consented to, and
     * one higher, which is more than anybody keeps.
     */
    private void compare(Task task, int oneIn) {
        int ownFloor = Math.max(0, Oracle.floor(task.origin(), task.target(), task.dead()));
        for (int consent = ownFloor + 1; consent >= 0; consent--) {
            int floor = Math.min(consent, ownFloor);
            var oracle = new Oracle(task.origin(), task.target(), task.dead(), floor);
            for (var kind : Kind.values()) {
                var leader = task.leader(kind);
                if (leader.isPresent() && number++ % oneIn == 0) {
                    boolean consents =
                            consent != ownFloor || !task.toConsentTo().isEmpty();
                    compare(new Case(task, kind, leader.get(), floor, consent, consents, oracle));
                }
            }
        }
    }

    private String smallest() {
        return disagreements.stream()
                .sorted(Comparator.comparingInt(Disagreement::servers))
                .limit(MOST_SHOWN)
                .map(Disagreement::text)
                .collect(Collectors.joining("\n\n"));
    }

    private record Disagreement(int servers, String text) {}

    private record Case(
            Task task, Kind leaderKind, ServerId leader, int floor, int consent, boolean consents, Oracle oracle) {

        Observation seen() {
            return task.see(task.origin(), leader);
        }

        ScalingRequest request() {
            return consents ? unconsented().consentToTolerance(consent) : unconsented();
        }

        ScalingRequest unconsented() {
            var request = ScalingRequest.change().reach(task.target());
            for (var server : task.target().servers()) {
                boolean moves = task.origin()
                        .server(server.id())
                        .filter(before -> !before.endpoints().equals(server.endpoints()))
                        .isPresent();
                // Whether it is the same machine under another address, a list of all servers does not say.
                request = moves ? request.changeEndpoints(server.id(), server.endpoints()) : request;
            }
            return request;
        }

        /** What may be named where there is no way. */
        List<Rule> reasons() {
            boolean promotesTheDead = task.deadKind().equals(Optional.of(Kind.PROMOTED));
            if (promotesTheDead) {
                return List.of(Rule.PROMOTION_NOT_SYNCED);
            }
            return leaderKind.movesQuorumAddress()
                    ? List.of(Rule.TOLERANCE_FLOOR, Rule.LONE_QUORUM_STAYS)
                    : List.of(Rule.TOLERANCE_FLOOR);
        }

        @Override
        public String toString() {
            return task + "; leader " + leader + "; floor " + floor + (consents ? " by consent" : "") + "\n"
                    + task.origin() + " -> " + task.target();
        }
    }

    private void compare(Case drawn) {
        count("cases", true);
        var best = drawn.oracle().best(drawn.leader());
        if (best.isPresent()) {
            countPlanned(drawn);
        }
        try {
            comparePlan(drawn, planner.plan(drawn.seen(), drawn.request()), best);
            compareWithoutConsent(drawn, best);
        } catch (ValidationException e) {
            compareRefusal(drawn, e, best);
        }
    }

    private void compareWithoutConsent(Case drawn, Optional<Preference> best) {
        var unconsented = drawn.task().toConsentTo();
        try {
            if (!unconsented.isEmpty()) {
                planner.plan(drawn.seen(), drawn.unconsented());
                disagree(drawn, best, "asks nobody to consent to " + unconsented);
            }
        } catch (ValidationException e) {
            if (!rules(e).equals(unconsented)) {
                disagree(drawn, best, "refuses without consent: " + e.getMessage());
            }
        }
    }

    private void countPlanned(Case drawn) {
        count("planned", true);
        count("leader-leaves", drawn.leaderKind() == Kind.LEAVES);
        count("one-dead", !drawn.task().dead().isEmpty());
        count("promotion", drawn.task().count(Kind.PROMOTED) > 0);
        count("circles", drawn.task().count(Kind.EXCHANGES) + drawn.task().count(Kind.OBSERVER_EXCHANGES) > 0);
        count("readdress", drawn.task().count(Kind.READDRESSED) + drawn.task().count(Kind.MOVES_IN) > 0);
    }

    private void count(String figure, boolean counts) {
        figures.merge(figure, counts ? 1 : 0, Integer::sum);
    }

    private void comparePlan(Case drawn, ScalingPlan plan, Optional<Preference> best) {
        if (best.isEmpty()) {
            disagree(drawn, best, "plans although no way is admissible:\n" + plan);
            return;
        }
        try {
            var outcome = new Strategy(drawn.task(), drawn.oracle(), planner, plan).follow(drawn.leader());
            if (!outcome.cost().equals(best.get())) {
                disagree(drawn, best, "costs " + outcome.cost() + "\n         " + outcome.way());
            } else if (plan.floor() != drawn.floor()) {
                disagree(drawn, best, "keeps floor " + plan.floor());
            }
        } catch (Strategy.Fault e) {
            disagree(drawn, best, "fails: " + e.getMessage() + "\n" + plan);
        }
    }

    private void compareRefusal(Case drawn, ValidationException refusal, Optional<Preference> best) {
        if (best.isPresent()) {
            disagree(drawn, best, "refuses: " + refusal.getMessage());
        } else if (rules(refusal).size() != 1 || !drawn.reasons().containsAll(rules(refusal))) {
            disagree(
                    drawn,
                    best,
                    "refuses for another reason than one of " + drawn.reasons() + ": " + refusal.getMessage());
        }
    }

    private static List<Rule> rules(ValidationException refusal) {
        return refusal.report().errors().stream().map(Violation::rule).toList();
    }

    private void disagree(Case drawn, Optional<Preference> best, String planner) {
        var oracle = drawn.oracle();
        var way = best.map(cost -> "costs " + cost + "\n         " + oracle.bestWay(oracle.start(), drawn.leader()))
                .orElse("knows no way");
        disagreements.add(
                new Disagreement(drawn.task().size(), drawn + "\n  oracle " + way + "\n  planner " + planner));
    }
}
