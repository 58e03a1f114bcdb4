package io.ensembler.plan;

import static io.ensembler.plan.Sight.observer;
import static io.ensembler.plan.Sight.participant;
import static io.ensembler.plan.Sight.participants;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ensembler.model.Address;
import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.ReconfigurationAccess;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.Zxid;
import io.ensembler.validation.ValidationException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is refused, each with its whole text. */
class PlannerRefusalTest {

    @Test
    void an_id_that_is_listed_otherwise() {
        assertThat(refusal(participants(1, 2, 3), add(Server.parse("server.3=10.0.0.9:2888:3888;10.0.0.9:2181"))))
                .isEqualTo("Cannot add server 3: the ensemble lists its id as "
                        + "\"server.3=10.0.0.3:2888:3888:participant;10.0.0.3:2181\". Choose an id that is not in "
                        + "use. [id-taken]");
    }

    @Test
    void an_id_that_is_listed_in_another_role() {
        assertThat(refusal(participants(1, 2, 3).observers(4), add(participant(4))))
                .isEqualTo("Cannot add server 4: the ensemble lists its id as "
                        + "\"server.4=10.0.0.4:2888:3888:observer;10.0.0.4:2181\". Choose an id that is not in "
                        + "use. [id-taken]");
    }

    @Test
    void an_id_named_twice_by_the_request() {
        assertThat(refusal(participants(1, 2, 3), add(participant(4), observer(4))))
                .isEqualTo("Cannot add server 4: the request names its id twice. Give each server an id of its own. "
                        + "[id-taken]");
    }

    @Test
    void an_id_that_is_added_and_removed() {
        var moved = Server.parse("server.3=10.0.0.9:2888:3888;10.0.0.9:2181");
        assertThat(refusal(participants(1, 2, 3, 4), add(moved).remove(ServerId.of(3))))
                .isEqualTo("Cannot add server 3: the request removes it as well. Ask for one of both, and for the "
                        + "other once that is done; to start it anew, rebuild it. [contradiction]");
    }

    @Test
    void an_id_that_is_added_just_as_it_is_listed_and_removed() {
        assertThat(refusal(participants(1, 2, 3, 4), add(participant(3)).remove(ServerId.of(3))))
                .isEqualTo("Cannot add server 3: the request removes it as well. Ask for one of both, and for the "
                        + "other once that is done; to start it anew, rebuild it. [contradiction]");
    }

    @Test
    void an_id_below_one() {
        assertThat(refusal(participants(1, 2, 3), add(Server.parse("server.0=10.0.0.9:2888:3888;10.0.0.9:2181"))))
                .isEqualTo("Cannot add server 0: its id is not within 1 to 254, beyond which servers confuse "
                        + "sessions or refuse to start. Choose an id from 1 to 254. [id-out-of-range]");
    }

    @Test
    void a_negative_id() {
        assertThat(refusal(participants(1, 2, 3), add(Server.parse("server.-1=10.0.0.9:2888:3888;10.0.0.9:2181"))))
                .isEqualTo("Cannot add server -1: its id is not within 1 to 254, beyond which servers confuse "
                        + "sessions or refuse to start. Choose an id from 1 to 254. [id-out-of-range]");
    }

    @Test
    void an_id_above_254() {
        assertThat(refusal(participants(1, 2, 3), add(Server.parse("server.255=10.0.0.9:2888:3888;10.0.0.9:2181"))))
                .isEqualTo("Cannot add server 255: its id is not within 1 to 254, beyond which servers confuse "
                        + "sessions or refuse to start. Choose an id from 1 to 254. [id-out-of-range]");
    }

    @Test
    void a_quorum_address_of_a_listed_server() {
        assertThat(refusal(participants(1, 2, 3), add(Server.parse("server.4=10.0.0.2:2888:3889;10.0.0.4:2181"))))
                .isEqualTo("Cannot add server 4: 10.0.0.2:2888 belongs to server 2 already. Give it a host or ports "
                        + "of its own. [address-taken]");
    }

    @Test
    void a_quorum_address_of_another_joiner() {
        assertThat(refusal(
                        participants(1, 2, 3),
                        add(
                                participant(4),
                                Server.parse("server.5=10.0.0.5:2888:3888|10.0.0.4:2887:2888;10.0.0.5:2181"))))
                .isEqualTo("Cannot add server 5: 10.0.0.4:2888 belongs to server 4 already. Give it a host or ports "
                        + "of its own. [address-taken]");
    }

    @Test
    void a_client_address_of_a_listed_server() {
        assertThat(refusal(participants(1, 2, 3), add(Server.parse("server.4=10.0.0.4:2888:3888;10.0.0.2:2181"))))
                .isEqualTo("Cannot add server 4: 10.0.0.2:2181 belongs to server 2 already. Give it a host or ports "
                        + "of its own. [address-taken]");
    }

    @Test
    void a_client_port_on_all_addresses_that_is_an_election_port_there() {
        assertThat(refusal(participants(1, 2, 3), add(Server.parse("server.4=10.0.0.2:2889:3889;3888"))))
                .isEqualTo("Cannot add server 4: 10.0.0.2:3888 belongs to server 2 already. Give it a host or ports "
                        + "of its own. [address-taken]");
    }

    @Test
    void a_client_address_that_is_the_own_quorum_address() {
        assertThat(refusal(participants(1, 2, 3), add(Server.parse("server.4=10.0.0.4:2888:3888;2888"))))
                .isEqualTo("Cannot add server 4: its line names 10.0.0.4:2888 for two purposes. Give it a port for "
                        + "each. [address-taken]");
    }

    @Test
    void the_address_of_a_server_that_leaves_by_the_same_request_if_it_cannot_be_free_first() {
        var successor = Server.parse("server.4=10.0.0.3:2888:3888;10.0.0.4:2181");
        assertThat(refusal(participants(1, 2, 3), add(successor).remove(ServerId.of(3))))
                .isEqualTo(
                        "Cannot add 4, remove 3: on the way tolerance would fall to 0 where 1 is kept. Offer a helper, "
                                + "which comes in for a time, or consent to tolerance 0 in the request. [tolerance-floor]");
    }

    @Test
    void a_wildcard_quorum_address() {
        assertThat(refusal(participants(1, 2, 3), add(Server.parse("server.4=0.0.0.0:2888:3888;10.0.0.4:2181"))))
                .isEqualTo("Cannot add server 4: its quorum address 0.0.0.0:2888:3888 stands for every address of "
                        + "its machine, so that no other server can call it. Name the host as the other servers "
                        + "reach it; to listen on all addresses set quorumListenOnAllIPs=true in its zoo.cfg. "
                        + "[wildcard-address]");
    }

    @Test
    void an_ipv6_wildcard_quorum_address() {
        assertThat(refusal(participants(1, 2, 3), add(Server.parse("server.4=[::]:2888:3888;10.0.0.4:2181"))))
                .isEqualTo("Cannot add server 4: its quorum address [0:0:0:0:0:0:0:0]:2888:3888 stands for every "
                        + "address of its machine, so that no other server can call it. Name the host as the other "
                        + "servers reach it; to listen on all addresses set quorumListenOnAllIPs=true in its "
                        + "zoo.cfg. [wildcard-address]");
    }

    @Test
    void the_line_of_many_tutorials_which_names_no_client_port() {
        assertThat(refusal(participants(1, 2, 3), add(Server.parse("server.4=node4:2888:3888"))))
                .isEqualTo("Cannot add server 4: \"server.4=node4:2888:3888:participant\" names no client address, "
                        + "without which ZooKeeper refuses it or leaves it without a client port. Write "
                        + "\"server.4=node4:2888:3888:participant;0.0.0.0:2181\", with the port its clients use; "
                        + "in its own file a joiner stands as observer, which JoinerFiles sees to. "
                        + "[client-address-missing]");
    }

    @Test
    void two_servers_with_one_id_whatever_they_are_to_come_in_for() {
        var elsewhere = Server.parse("server.4=10.0.0.44:2888:3888;10.0.0.44:2181");
        var twice =
                "Cannot add server 4: the request names its id twice. Give each server an id of its own. [id-taken]";
        var nothing = ScalingRequest.change();
        assertThat(refusal(participants(1, 2, 3), nothing.migrateTo(participant(4), elsewhere)))
                .startsWith(twice);
        assertThat(refusal(participants(1, 2, 3), nothing.resizeTo(5).offer(participant(4), elsewhere)))
                .startsWith(twice);
        assertThat(refusal(participants(1, 2, 3), nothing.helper(participant(4), elsewhere)))
                .startsWith(twice);
    }

    @Test
    void a_migration_to_another_machine_under_an_id_that_is_in_use() {
        var elsewhere = Server.parse("server.3=10.0.0.33:2888:3888;10.0.0.33:2181");
        assertThat(refusal(
                        participants(1, 2, 3),
                        ScalingRequest.change().migrateTo(participant(4), participant(5), elsewhere)))
                .startsWith("Cannot migrate to server 3 at 10.0.0.33: server 3 is listed at ")
                .contains("would be told to move where it does not run. Give the new server an id that is not in use")
                .endsWith("[id-taken]");
    }

    @Test
    void a_list_that_lacks_most_even_if_one_of_the_missing_is_named() {
        assertThat(refusal(
                        participants(1, 2, 3, 4, 5),
                        ScalingRequest.change()
                                .remove(ServerId.of(2))
                                .reach(Ensemble.of(participant(1), participant(6), participant(7)))))
                .contains("it lists only 1 of today's participants 1,2,3,4,5, fewer than half")
                .endsWith("[most-participants-unlisted]");
    }

    @Test
    void a_server_to_move_to_two_places() {
        var here = Endpoints.of(new QuorumAddress("10.0.0.3", 2889, 3888), new Address("10.0.0.3", 2181));
        var there = Endpoints.of(new QuorumAddress("10.0.0.3", 2890, 3888), new Address("10.0.0.3", 2181));
        assertThat(refusal(
                        participants(1, 2, 3),
                        ScalingRequest.change()
                                .changeEndpoints(ServerId.of(3), here)
                                .changeEndpoints(ServerId.of(3), there)))
                .isEqualTo("Cannot move server 3: the request asks for 10.0.0.3:2889:3888;10.0.0.3:2181 and also for "
                        + "10.0.0.3:2890:3888;10.0.0.3:2181. Ask for one of them, and for the other once that is done. "
                        + "[contradiction]");
    }

    @Test
    void several_faults_at_once() {
        var request =
                add(Server.parse("server.0=0.0.0.0:2888:3888"), participant(5)).remove(ServerId.of(5), ServerId.of(9));
        assertThat(refusal(participants(1, 2, 3), request))
                .isEqualTo("Cannot remove server 5: the ensemble lists 1,2,3 only. Name a listed server; if it was "
                        + "removed already, nothing is left to do. [unknown-server]\n"
                        + "Cannot remove server 9: the ensemble lists 1,2,3 only. Name a listed server; if it was "
                        + "removed already, nothing is left to do. [unknown-server]\n"
                        + "Cannot add server 5: the request removes it as well. Ask for one of both, and for the "
                        + "other once that is done; to start it anew, rebuild it. [contradiction]\n"
                        + "Cannot add server 0: its quorum address 0.0.0.0:2888:3888 stands for every address of "
                        + "its machine, so that no other server can call it. Name the host as the other servers "
                        + "reach it; to listen on all addresses set quorumListenOnAllIPs=true in its zoo.cfg. "
                        + "[wildcard-address]\n"
                        + "Cannot add server 0: its id is not within 1 to 254, beyond which servers confuse "
                        + "sessions or refuse to start. Choose an id from 1 to 254. [id-out-of-range]\n"
                        + "Cannot add server 0: \"server.0=0.0.0.0:2888:3888:participant\" names no client "
                        + "address, without which ZooKeeper refuses it or leaves it without a client port. Write "
                        + "\"server.0=0.0.0.0:2888:3888:participant;0.0.0.0:2181\", with the port its clients use; "
                        + "in its own file a joiner stands as observer, which JoinerFiles sees to. "
                        + "[client-address-missing]");
    }

    @Test
    void the_removal_of_an_unknown_server() {
        assertThat(refusal(participants(1, 2, 3).observers(7), remove(4)))
                .isEqualTo("Cannot remove server 4: the ensemble lists 1,2,3,7 only. Name a listed server; if it "
                        + "was removed already, nothing is left to do. [unknown-server]");
    }

    @Test
    void the_removal_of_the_last_participant() {
        assertThat(refusal(participants(1).observers(2), remove(1)))
                .isEqualTo("Cannot remove server 1: no participant would remain. Keep one, or add another in the "
                        + "same request. [last-participant]");
    }

    @Test
    void the_removal_of_all_participants_though_an_observer_joins() {
        assertThat(refusal(participants(1, 2, 3), remove(1, 2, 3).add(observer(4))))
                .isEqualTo("Cannot remove servers 1,2,3: no participant would remain. Keep one, or add another in "
                        + "the same request. [last-participant]");
    }

    @Test
    void a_standalone_server() {
        var at = Instant.EPOCH;
        var nothing = new Configuration(Ensemble.empty(), ConfigurationVersion.NONE);
        var observation = new Observation(
                at,
                new CommittedConfiguration(nothing, Zxid.of(0), Zxid.of(7)),
                Optional.empty(),
                Fact.known(ReconfigurationAccess.STANDALONE, Fact.Source.SRVR, at),
                new TreeMap<>());
        assertThat(refusal(observation, add(participant(2))))
                .isEqualTo("Cannot change the ensemble: the server runs standalone, where ZooKeeper knows no "
                        + "reconfiguration; started again beside empty servers it can lose its data. Restart it "
                        + "alone with standaloneEnabled=false, reconfigEnabled=true and its own server line, then "
                        + "add servers to it. [standalone]");
    }

    @Test
    void an_ensemble_whose_leader_has_reconfiguration_off() {
        assertThat(refusal(participants(1, 2, 3, 4).access(ReconfigurationAccess.DISABLED), remove(3)))
                .isEqualTo("Cannot change the ensemble: the leader runs with reconfigEnabled=false. Set "
                        + "reconfigEnabled=true in the zoo.cfg of every server and restart them one after the "
                        + "other. [reconfiguration-disabled]");
    }

    @Test
    void an_ensemble_that_we_may_not_reconfigure() {
        assertThat(refusal(participants(1, 2, 3, 4).access(ReconfigurationAccess.NO_PERMISSION), remove(3)))
                .isEqualTo("Cannot change the ensemble: we lack WRITE on /zookeeper/config. Give the driver "
                        + "credentials of the super user, or let a super user grant WRITE to the identity it has. "
                        + "[permission-missing]");
    }

    @Test
    void an_ensemble_that_is_being_reconfigured() {
        assertThat(refusal(participants(1, 2, 3, 4).access(ReconfigurationAccess.IN_PROGRESS), remove(3)))
                .isEqualTo("Cannot change the ensemble: another reconfiguration is proposed and not committed. Find "
                        + "out who sent it and let it end; bring the servers it names up if it cannot. "
                        + "[reconfiguration-in-progress]");
    }

    @Test
    void an_ensemble_whose_configuration_was_written_directly() {
        assertThat(refusal(participants(1, 2, 3, 4).modifiedBy(Sight.VERSION + 5), remove(3)))
                .isEqualTo("Cannot change the ensemble: /zookeeper/config names version 100000000 but was last "
                        + "written by transaction 0x100000005: somebody wrote it directly. Compare it with what "
                        + "each server's conf shows and withdraw WRITE from who did it. [configuration-tampered]");
    }

    @Test
    void an_ensemble_with_a_live_server_that_goes_by_another_version() {
        assertThat(refusal(participants(1, 2, 3, 4).inForce(2, 0), remove(3)))
                .isEqualTo("Cannot change the ensemble: server 2 follows in version 100000000 but has version 0 in "
                        + "force, as a server does that runs with reconfigEnabled=false. Set reconfigEnabled=true "
                        + "in its zoo.cfg and restart it; if it just activates, observe again. [not-active]");
    }

    @Test
    void a_participant_without_a_group_where_the_others_have_groups() {
        var groups = new TreeMap<Long, SortedSet<ServerId>>();
        groups.put(1L, new TreeSet<>(List.of(ServerId.of(1), ServerId.of(2))));
        groups.put(2L, new TreeSet<>(List.of(ServerId.of(3))));
        var rule = QuorumRule.hierarchical(groups, Map.of(ServerId.of(1), 2L));
        assertThat(refusal(participants(1, 2, 3).groups(rule), add(participant(4))))
                .isEqualTo("Cannot add 4: participant 4 is in none of the groups (1*2,2) (3). Name the groups of all "
                        + "participants with changeQuorumRule. [group-missing]");
    }

    @Test
    void an_ensemble_without_a_live_quorum() {
        assertThat(refusal(participants(1, 2, 3).down(2, 3), remove(3)))
                .isEqualTo("Cannot change the ensemble: of participants 1,2,3 only 1 is proved in sync, which is no "
                        + "quorum. Bring the others up, or make their client ports reachable from here. "
                        + "[tolerance-floor]");
    }

    @Test
    void an_ensemble_of_which_nothing_is_seen() {
        assertThat(refusal(participants(1, 2, 3).leaderUnknown().down(1, 2, 3), remove(3)))
                .isEqualTo("Cannot change the ensemble: of participants 1,2,3 none is proved in sync, which is no "
                        + "quorum. Bring the others up, or make their client ports reachable from here. "
                        + "[tolerance-floor]");
    }

    @Test
    void the_removal_of_a_live_participant_of_three_of_which_one_is_dead() {
        assertThat(refusal(participants(1, 2, 3).down(3), remove(2)))
                .isEqualTo("Cannot remove 2: of participants 1,3 only 1 would be in sync, which is no quorum. Bring "
                        + "the others up first, or let those leave that are down. [tolerance-floor]");
    }

    @Test
    void the_removal_of_a_live_participant_of_five_of_which_two_are_dead() {
        assertThat(refusal(participants(1, 2, 3, 4, 5).down(4, 5), remove(3)))
                .isEqualTo("Cannot remove 3: of participants 1,2,4,5 only 1,2 would be in sync, which is no quorum. "
                        + "Bring the others up first, or let those leave that are down. [tolerance-floor]");
    }

    @Test
    void the_removal_of_all_live_participants() {
        assertThat(refusal(participants(1, 2, 3).down(3), remove(1, 2)))
                .isEqualTo("Cannot remove 1,2: of participants 3 none would be in sync, which is no quorum. Bring "
                        + "the others up first, or let those leave that are down. [tolerance-floor]");
    }

    @Test
    void a_removal_beside_an_addition_that_leaves_too_few_live() {
        assertThat(refusal(participants(1, 2, 3, 4, 5).down(4, 5), remove(1, 2).add(participant(6))))
                .isEqualTo("Cannot add 6, remove 1,2: of participants 3,4,5,6 only 3,6 would be in sync, which is "
                        + "no quorum. Bring the others up first, or let those leave that are down. "
                        + "[tolerance-floor]");
    }

    @Test
    void a_sole_participant_that_moves_its_quorum_port_without_two_helpers() {
        var request = ScalingRequest.change().changeEndpoints(ServerId.of(1), elsewhere(1));
        assertThat(refusal(participants(1), request))
                .isEqualTo(
                        "Cannot move server 1: it leads and alone holds a quorum; when its quorum address changes it "
                                + "finds nobody to hand over to, and every server goes down. Offer two helpers; or add two "
                                + "other participants, move it, and remove them again. [lone-quorum-stays]");
        assertThat(refusal(participants(1), request.helper(participant(8))))
                .isEqualTo("Cannot move 1: from 1 with 1 in sync, no sequence of single changes to 1 keeps a quorum of "
                        + "servers in sync at each moment. Offer another helper, which comes in for a time. "
                        + "[tolerance-floor]");
        var helped = request.helper(participant(8), participant(9));
        assertThat(new Planner().plan(participants(1).see(), helped).handOffs()).isEqualTo(2);
    }

    @Test
    void a_rebuild_beside_a_dead_participant() {
        assertThat(refusal(
                        participants(1, 2, 3).down(3), ScalingRequest.change().rebuild(ServerId.of(1))))
                .isEqualTo("Cannot rebuild 1: from 1,2,3 with 1,2 in sync, no sequence of single changes to 1,2,3 "
                        + "keeps a quorum of servers in sync at each moment. Offer a helper, which comes in for a "
                        + "time, or bring up the servers that are down first. [tolerance-floor]");
    }

    @Test
    void groups_in_place_of_a_majority_where_no_helper_would_help() {
        var groups = QuorumRule.hierarchical(Map.of(1L, ids(1, 2, 3), 2L, ids(4, 5, 6), 3L, ids(7, 8, 9)), Map.of());
        var sight = participants(1, 2, 3, 4, 5, 6, 7, 8, 9);
        var request = ScalingRequest.change().changeQuorumRule(groups);
        var text = "Cannot form quorums by groups (1,2,3) (4,5,6) (7,8,9): on the way tolerance would fall to 0 where 3"
                + " is kept. Consent to tolerance 0 in the request. [tolerance-floor]";
        assertThat(refusal(sight, request)).isEqualTo(text);
        assertThat(refusal(sight, request.helper(participant(11), participant(12), participant(13))))
                .isEqualTo(text);
    }

    @Test
    void servers_of_groups_that_exchange_a_port_whatever_helpers_there_are() {
        var weights = Map.of(ServerId.of(2), 0L, ServerId.of(3), 0L, ServerId.of(4), 2L);
        var groups = QuorumRule.hierarchical(Map.of(1L, ids(1, 3), 2L, ids(2, 4)), weights);
        var one = Server.parse("server.1=10.0.0.1:2881:3881;10.0.0.1:2181");
        var two = Server.parse("server.2=10.0.0.1:2882:3882;10.0.0.1:2182");
        var sight = participants(1, 2, 3, 4).with(one).with(two).groups(groups).leader(2);
        var request = ScalingRequest.change()
                .remove(ServerId.of(3))
                .changeEndpoints(
                        one.id(),
                        Server.parse("server.1=10.0.0.1:2882:3881;10.0.0.1:2181")
                                .endpoints())
                .changeEndpoints(
                        two.id(),
                        Server.parse("server.2=10.0.0.1:2881:3882;10.0.0.1:2182")
                                .endpoints());
        var text = "Cannot remove 3, move 1, move 2: from 1,2,3,4 groups (1,3*0) (2*0,4*2) with 1,2,3,4 in sync, no"
                + " sequence of single changes to 1,2,4 groups (1) (2*0,4*2) keeps a quorum of servers in sync at each"
                + " moment. Ask for it in several requests. [tolerance-floor]";
        assertThat(refusal(sight, request)).isEqualTo(text);
        assertThat(refusal(sight, request.helper(participant(5), participant(6))))
                .isEqualTo(text);
    }

    @Test
    void a_request_for_nothing_of_an_ensemble_without_participants() {
        assertThat(refusal(Sight.of(Ensemble.of(observer(4))), ScalingRequest.change()))
                .endsWith("\nCannot plan anything: no participant would remain. Keep one, or add another in the same "
                        + "request. [last-participant]");
    }

    private static Endpoints elsewhere(long id) {
        return Endpoints.of(new QuorumAddress("10.0.0." + id, 2889, 3888), new Address("10.0.0." + id, 2181));
    }

    private static List<ServerId> ids(long... ids) {
        return LongStream.of(ids).mapToObj(ServerId::of).toList();
    }

    private static ScalingRequest add(Server... servers) {
        return ScalingRequest.change().add(servers);
    }

    private static ScalingRequest remove(long... ids) {
        var request = ScalingRequest.change();
        for (long id : ids) {
            request = request.remove(ServerId.of(id));
        }
        return request;
    }

    private static String refusal(Sight sight, ScalingRequest request) {
        return refusal(sight.see(), request);
    }

    private static String refusal(Observation observation, ScalingRequest request) {
        var refused = catchThrowableOfType(ValidationException.class, () -> new Planner().plan(observation, request));
        assertThat(refused).as("the refusal of %s", request).isNotNull();
        assertThat(refused.report().isAdmissible()).isFalse();
        return refused.getMessage();
    }
}
