package io.ensembler.plan.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Address;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The oracle judges the planner; these cases, solved by hand, judge the oracle. */
class OracleSelfTest {

    @Test
    void replaces_all_of_three_in_turn_with_the_leader_last() {
        assertThat(ways(participants(1, 2, 3), participants(4, 5, 6), 1))
                .isEqualTo(
                        """
                        floor 1, [0, 1, 0, 0, 0, 6, 3, 3] = 1 hand-offs, 6 calls, 3 participants beyond the target's number, 3 even sizes
                        +4
                        -2
                        +5
                        -3
                        +6
                        -1, the leader, and 4 leads
                        """);
    }

    @Test
    void grows_one_to_three_in_one_call() {
        assertThat(ways(participants(1), participants(1, 2, 3), 1))
                .isEqualTo(
                        """
                        floor 0, [0, 0, 0, 0, 0, 1, 0, 0] = 1 calls
                        +2 +3
                        """);
    }

    @Test
    void grows_two_to_four_in_one_call() {
        assertThat(ways(participants(1, 2), participants(1, 2, 3, 4), 1))
                .isEqualTo(
                        """
                        floor 0, [0, 0, 0, 0, 0, 1, 0, 1] = 1 calls, 1 even sizes
                        +3 +4
                        """);
    }

    @Test
    void grows_three_to_five_one_at_a_time() {
        assertThat(ways(participants(1, 2, 3), participants(1, 2, 3, 4, 5), 2))
                .isEqualTo(
                        """
                        floor 1, [0, 0, 0, 0, 0, 2, 0, 1] = 2 calls, 1 even sizes
                        +4
                        +5
                        """);
    }

    @Test
    void cannot_but_depend_on_the_joiner_from_one_to_two() {
        assertThat(ways(participants(1), participants(1, 2), 1))
                .isEqualTo(
                        """
                        floor 0, [1, 0, 0, 0, 0, 1, 0, 1] = 1 calls with a joiner whose loss leaves no quorum, 1 calls, 1 even sizes
                        +2
                        """);
    }

    @Test
    void replaces_the_only_participant() {
        assertThat(ways(participants(1), participants(2), 1))
                .isEqualTo(
                        """
                        floor 0, [1, 1, 0, 0, 0, 2, 1, 1] = 1 calls with a joiner whose loss leaves no quorum, 1 hand-offs, 2 calls, 1 participants beyond the target's number, 1 even sizes
                        +2
                        -1, the leader, and 2 leads
                        """);
    }

    @Test
    void replaces_two_by_two_in_one_growth_so_that_no_joiner_alone_decides() {
        assertThat(ways(participants(1, 2), participants(3, 4), 2))
                .isEqualTo(
                        """
                        floor 0, [0, 1, 0, 0, 0, 3, 3, 2] = 1 hand-offs, 3 calls, 3 participants beyond the target's number, 2 even sizes
                        +3 +4
                        -1
                        -2, the leader, and 3 leads
                        """);
    }

    @Test
    void lets_a_dead_one_leave_first() {
        assertThat(ways(participants(1, 2, 3, 4, 5), participants(1, 2, 3, 6), 1, 5))
                .isEqualTo(
                        """
                        floor 1, [0, 0, 0, 0, 0, 3, 1, 2] = 3 calls, 1 participants beyond the target's number, 2 even sizes
                        -5
                        +6
                        -4
                        """);
    }

    @Test
    void lets_a_dead_third_leave_although_it_stays_listed_if_its_replacement_comes_first() {
        assertThat(ways(participants(1, 2, 3), participants(1, 2, 4), 1, 3))
                .isEqualTo(
                        """
                        floor 0, [0, 0, 0, 0, 0, 2, 0, 1] = 2 calls, 1 even sizes
                        -3
                        +4
                        """);
    }

    @Test
    void promotes_a_fourth_by_detour_since_tolerance_would_drop_while_it_reconnects() {
        assertThat(ways(participants(1, 2, 3).observers(4), participants(1, 2, 3, 4), 1))
                .isEqualTo(
                        """
                        floor 1, [0, 0, 0, 0, 0, 2, 0, 1] = 2 calls, 1 even sizes
                        observers (4)
                        +4
                        """);
    }

    @Test
    void promotes_a_fourth_directly_with_consent_to_no_tolerance() {
        var oracle = oracle(participants(1, 2, 3).observers(4), participants(1, 2, 3, 4), 0);
        assertThat(oracle.bestWay(oracle.start(), ServerId.of(1))).containsExactly("promote 4");
    }

    @Test
    void promotes_a_fifth_directly() {
        assertThat(ways(participants(1, 2, 3, 4).observers(5), participants(1, 2, 3, 4, 5), 1))
                .isEqualTo(
                        """
                        floor 1, [0, 0, 0, 0, 0, 1, 0, 0] = 1 calls
                        promote 5
                        """);
    }

    @Test
    void promotes_two_beside_one_by_detour_and_growth() {
        assertThat(ways(participants(1).observers(2, 3), participants(1, 2, 3), 1))
                .isEqualTo(
                        """
                        floor 0, [0, 0, 0, 0, 0, 2, 0, 0] = 2 calls
                        observers (2) (3)
                        +2 +3
                        """);
    }

    @Test
    void never_promotes_a_dead_observer() {
        assertThat(ways(participants(1, 2, 3, 4).observers(5), participants(1, 2, 3, 4, 5), 1, 5))
                .isEqualTo("floor 1, no way\n");
    }

    @Test
    void changes_all_observers_in_one_call() {
        assertThat(ways(
                        participants(1, 2, 3).observers(4, 5, 6),
                        participants(1, 2, 3).observers(4, 7, 8),
                        1,
                        5))
                .isEqualTo(
                        """
                        floor 1, [0, 0, 0, 0, 0, 1, 0, 0] = 1 calls
                        observers -5 -6 +7 +8
                        """);
    }

    @Test
    void demotes_the_leader_last() {
        assertThat(ways(participants(1, 2, 3, 4, 5), participants(3, 4, 5).observers(1, 2), 1))
                .isEqualTo(
                        """
                        floor 1, [0, 1, 0, 0, 0, 2, 1, 1] = 1 hand-offs, 2 calls, 1 participants beyond the target's number, 1 even sizes
                        demote 2
                        demote 1, the leader, and 3 leads
                        """);
    }

    @Test
    void re_addresses_the_leader_of_three_last_of_all() {
        assertThat(ways(participants(1, 2, 3), moved(1, 2, 3), 2))
                .isEqualTo(
                        """
                        floor 1, [0, 1, 0, 0, 0, 3, 0, 0] = 1 hand-offs, 3 calls
                        ~1
                        ~3
                        ~2, the leader, and 1 leads
                        """);
    }

    @Test
    void re_addresses_no_leader_that_holds_the_quorum_alone_or_with_one_other() {
        assertThat(ways(participants(1), moved(1), 1)).isEqualTo("floor 0, no way\n");
        assertThat(ways(participants(1, 2), moved(1).and(participants(2)), 1)).isEqualTo("floor 0, no way\n");
        assertThat(ways(participants(1, 2), moved(1).and(participants(2)), 2))
                .isEqualTo(
                        """
                        floor 0, [0, 0, 0, 0, 0, 1, 0, 1] = 1 calls, 1 even sizes
                        ~1
                        """);
    }

    @Test
    void re_addresses_a_leader_early_if_later_it_would_hold_a_quorum_with_one_other_only() {
        assertThat(ways(participants(1, 2, 3), moved(1).and(participants(2)), 1))
                .isEqualTo(
                        """
                        floor 0, [0, 2, 1, 0, 0, 2, 1, 1] = 2 hand-offs, 1 servers not as asked for at hand-offs, 2 calls, 1 participants beyond the target's number, 1 even sizes
                        ~1, the leader, and 3 leads
                        -3, the leader, and 1 leads
                        """);
    }

    @Test
    void takes_for_granted_no_luck_with_who_leads_next() {
        // With 3 gone nobody could re-address 1; so 1 goes while 3 is there, and 3 may lead then.
        assertThat(ways(participants(1, 2, 3), moved(1, 2), 1))
                .isEqualTo(
                        """
                        floor 0, [0, 2, 1, 0, 0, 3, 2, 1] = 2 hand-offs, 1 servers not as asked for at hand-offs, 3 calls, 2 participants beyond the target's number, 1 even sizes
                        ~2
                        ~1, the leader, and 3 leads
                        -3, the leader, and 1 leads
                        """);
    }

    @Test
    void takes_an_address_once_it_is_free() {
        var fourAtThree = participants(1, 2).and(listOf(server(4, "10.0.0.3")));
        assertThat(ways(participants(1, 2, 3), fourAtThree, 1)).isEqualTo("floor 1, no way\n");
        var oracle = oracle(participants(1, 2, 3), fourAtThree, 0);
        assertThat(oracle.bestWay(oracle.start(), ServerId.of(1))).containsExactly("-3", "+4");
    }

    @Test
    void sends_a_follower_aside_where_the_leader_exchanges_addresses_with_it() {
        var swapped = listOf(server(1, "10.0.0.2"), server(2, "10.0.0.1")).and(participants(3));
        assertThat(ways(participants(1, 2, 3), swapped, 1))
                .isEqualTo(
                        """
                        floor 1, [0, 2, 1, 0, 0, 3, 0, 0] = 2 hand-offs, 1 servers not as asked for at hand-offs, 3 calls
                        (~)2
                        ~1, the leader, and 2 leads
                        ~2, the leader, and 1 leads
                        """);
    }

    @Test
    void refuses_where_too_few_are_live() {
        assertThat(ways(participants(1, 2), participants(1, 2, 3), 1, 2)).isEqualTo("floor -1, no way\n");
        assertThat(ways(participants(1, 2, 3, 4), participants(1, 4), 1, 4)).isEqualTo("floor -1, no way\n");
    }

    @Test
    void knows_every_call_that_is_admissible() {
        for (var task : Tasks.all()) {
            if (task.size() <= 4) {
                everyAdmissibleCallIsACandidate(task);
            }
        }
    }

    private static void everyAdmissibleCallIsACandidate(Task task) {
        var oracle = new Oracle(task.origin(), task.target(), task.dead(), 0);
        var places = new ArrayList<Oracle.Place>();
        int sets = 1 << task.size();
        for (int number = 0; number < sets * sets * sets; number++) {
            var place = new Oracle.Place(number % sets, number / sets % sets, number / sets / sets);
            if (oracle.exists(place)) {
                places.add(place);
            }
        }
        var participants = task.origin().participants();
        for (var before : places) {
            var candidates = oracle.candidates(before);
            assertThat(candidates).doesNotHaveDuplicates();
            for (var after : places) {
                boolean isAdmissible =
                        participants.stream().anyMatch(leader -> oracle.isAdmissible(before, after, leader));
                if (isAdmissible) {
                    assertThat(candidates).as("%s from %s", task, before).contains(after);
                }
            }
        }
    }

    /** Returns the floor and what the best way costs, then its calls one a line. */
    private static String ways(Servers origin, Servers target, long leader, long... dead) {
        var down = new TreeSet<ServerId>();
        for (long id : dead) {
            down.add(ServerId.of(id));
        }
        int floor = Oracle.floor(origin.ensemble(), target.ensemble(), down);
        var oracle = new Oracle(origin.ensemble(), target.ensemble(), down, Math.max(0, floor));
        return oracle.best(ServerId.of(leader))
                .map(best -> "floor " + floor + ", " + best + "\n"
                        + String.join("\n", oracle.bestWay(oracle.start(), ServerId.of(leader))) + "\n")
                .orElse("floor " + floor + ", no way\n");
    }

    private static Oracle oracle(Servers origin, Servers target, int floor) {
        return new Oracle(origin.ensemble(), target.ensemble(), Set.of(), floor);
    }

    private static Servers participants(long... ids) {
        var servers = new ArrayList<Server>();
        for (long id : ids) {
            servers.add(server(id, "10.0.0." + id));
        }
        return new Servers(servers);
    }

    /** Participants at other addresses. */
    private static Servers moved(long... ids) {
        var servers = new ArrayList<Server>();
        for (long id : ids) {
            servers.add(server(id, "10.0.1." + id));
        }
        return new Servers(servers);
    }

    private static Servers listOf(Server... servers) {
        return new Servers(List.of(servers));
    }

    private static Server server(long id, String host) {
        return new Server(
                ServerId.of(id),
                ServerRole.PARTICIPANT,
                Endpoints.of(new QuorumAddress(host, 2888, 3888), new Address(host, 2181)));
    }

    private record Servers(List<Server> servers) {

        Servers and(Servers others) {
            var all = new ArrayList<>(servers);
            all.addAll(others.servers);
            return new Servers(all);
        }

        Servers observers(long... ids) {
            return and(new Servers(participants(ids).servers.stream()
                    .map(server -> server.withRole(ServerRole.OBSERVER))
                    .toList()));
        }

        Ensemble ensemble() {
            return Ensemble.of(servers, QuorumRule.majority());
        }
    }
}
