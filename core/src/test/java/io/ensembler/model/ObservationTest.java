package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.ensembler.model.Fact.Source;
import io.ensembler.model.Reachability.Call;
import io.ensembler.model.Reachability.Outcome;
import io.ensembler.model.Reachability.Port;
import io.ensembler.model.ServerFacts.Presence;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ObservationTest {

    private static final Instant AT = Instant.parse("2024-02-29T12:00:00Z");
    private static final ServerId ONE = ServerId.of(1);
    private static final ServerId TWO = ServerId.of(2);
    private static final ServerId THREE = ServerId.of(3);
    private static final ServerId FOUR = ServerId.of(4);

    @Test
    void prints_the_ensemble_and_one_server_a_line() {
        assertThat(threeAndOneBesides())
                .hasToString(
                        """
                        ensemble 1,2 observers 3, version 100000000, leader 2, tolerance -1, reconfiguration granted
                          server 1: participant, unknown (connection refused), not proved synced, \
                        connections unknown (not asked)
                          server 2: participant, leader, synced, zxid 0x100000007, configuration in force 100000000, \
                        connections 5
                          server 3: observer, not serving, not proved synced
                          server 4: not listed, follower, synced, zxid 0x100000007, configuration in force 100000000, \
                        connections 5
                        """);
    }

    @Test
    void prints_of_details_ports_and_names_what_is_known_and_amiss() {
        var facts = serving(TWO, ServerMode.LEADER)
                .withDetails(ServerDetails.none()
                        .with(ServerDetail.FREE_DISK, Fact.known(DataSize.ofGigabytes(3), Source.LAUNCHER, AT)));
        var observation = Observation.of(
                        AT,
                        committed("server.2=zk2:1:2", 0),
                        Optional.of(TWO),
                        Fact.unknown("busy"),
                        Map.of(TWO, facts))
                .withReachability(Reachability.untried()
                        .with(Call.fromUs(TWO, Port.ELECTION), Fact.known(Outcome.TIMED_OUT, Source.CONNECTION, AT))
                        .with(Call.fromUs(TWO, Port.CLIENT), Fact.known(Outcome.REACHED, Source.CONNECTION, AT)))
                .withNames(ResolvedNames.unasked().with("zk2", Fact.known(List.of(), Source.NAME_SERVICE, AT)));

        assertThat(observation)
                .hasToString(
                        """
                        ensemble 2, version 0, leader 2, tolerance 0, reconfiguration unknown (busy)
                          server 2: participant, leader, synced, zxid 0x100000007, configuration in force 100000000, \
                        connections 5, free disk 3 GB
                          from here to the election port of server 2: timed out
                          zk2 does not resolve
                        """);
    }

    @Test
    void takes_from_others_what_was_not_seen_of_a_server_and_nothing_that_was() {
        var own = ServerDetails.none()
                .with(ServerDetail.FREE_DISK, Fact.known(DataSize.ofGigabytes(3), Source.ADMIN, AT))
                .with(ServerDetail.MAX_HEAP, Fact.unknown("not asked"));
        var others = ServerDetails.none()
                .with(ServerDetail.FREE_DISK, Fact.known(DataSize.ofGigabytes(9), Source.LAUNCHER, AT))
                .with(ServerDetail.MAX_HEAP, Fact.known(DataSize.ofGigabytes(1), Source.LAUNCHER, AT))
                .with(ServerDetail.DATA_DIRECTORY, Fact.known(DirectoryState.EMPTY, Source.LAUNCHER, AT));
        var seen = threeAndOneBesides();
        var facts = new TreeMap<>(seen.servers());
        facts.put(FOUR, seen.facts(FOUR).orElseThrow().withDetails(own));
        var observation = Observation.of(seen.at(), seen.committed(), seen.leader(), seen.access(), facts)
                .withReachability(seen.reachability());

        var more = observation.withDetails(FOUR, others);

        assertThat(more.facts(FOUR).orElseThrow().details())
                .hasToString("free disk 3 GB, heap 1 GB, data directory empty");
        assertThat(more.facts(ONE)).isEqualTo(observation.facts(ONE));
        assertThat(observation.withDetails(ServerId.of(9), others)).isEqualTo(observation);
        assertThat(observation.withDetails(FOUR, ServerDetails.none())).isEqualTo(observation);
    }

    @Test
    void a_standalone_server_is_no_ensemble() {
        var observation = Observation.of(
                AT,
                committed("", 0),
                Optional.empty(),
                Fact.known(ReconfigurationAccess.STANDALONE, Source.SRVR, AT),
                Map.of());

        assertThat(observation).hasToString("a standalone server, no ensemble");
        assertThat(observation.ensemble()).isEqualTo(Ensemble.empty());
    }

    @Test
    void without_a_leader_says_so() {
        var observation = Observation.of(
                AT, committed("server.1=zk1:1:2", 0), Optional.empty(), Fact.unknown("no leader"), Map.of());

        assertThat(observation)
                .hasToString(
                        "ensemble 1, version 0, leader unknown, tolerance -1, reconfiguration unknown (no leader)\n");
        assertThat(observation.facts(ONE)).isEmpty();
    }

    @Test
    void live_are_the_participants_proved_synced() {
        var observation = threeAndOneBesides();

        assertThat(observation.live()).containsExactly(TWO);
        assertThat(observation.tolerance()).isEqualTo(-1);
        assertThat(observation.facts(FOUR).orElseThrow().isProvedSynced()).isTrue();
        assertThat(observation.version()).isEqualTo(ConfigurationVersion.of(0x1_0000_0000L));
        assertThat(observation.committed().isGenuine()).isTrue();
    }

    @Test
    void a_configuration_whose_znode_was_written_directly_is_not_genuine() {
        assertThat(committed("server.1=zk1:1:2\nversion=100000000", 0x1_0000_0009L)
                        .isGenuine())
                .isFalse();
    }

    @Test
    void keeps_the_servers_in_the_order_of_their_ids_whatever_the_order_handed_in() {
        var backwards = new TreeMap<ServerId, ServerFacts>(Comparator.reverseOrder());
        backwards.put(ONE, serving(ONE, ServerMode.FOLLOWER));
        backwards.put(TWO, serving(TWO, ServerMode.LEADER));
        var observation = new Observation(
                AT, committed("server.1=zk1:1:2", 0), Optional.empty(), Fact.unknown("not asked"), backwards);
        backwards.clear();

        assertThat(observation.servers().keySet()).containsExactly(ONE, TWO);
        assertThat(observation.servers()).isUnmodifiable();
    }

    @Test
    void facts_stand_under_their_own_id() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Observation.of(
                        AT,
                        committed("server.1=zk1:1:2", 0),
                        Optional.empty(),
                        Fact.unknown("not asked"),
                        Map.of(ONE, serving(TWO, ServerMode.LEADER))))
                .withMessage("facts of server 2 stand under id 1");
        assertThatNullPointerException().isThrownBy(() -> Fact.known(null, Source.CONF, AT));
    }

    private static Observation threeAndOneBesides() {
        return Observation.of(
                AT,
                committed(
                        """
                        server.1=zk1:2888:3888;zk1:2181
                        server.2=zk2:2888:3888;zk2:2181
                        server.3=zk3:2888:3888:observer;zk3:2181
                        version=100000000
                        """,
                        0x1_0000_0000L),
                Optional.of(TWO),
                Fact.known(ReconfigurationAccess.GRANTED, Source.ZNODE, AT),
                Map.of(
                        FOUR,
                        serving(FOUR, ServerMode.FOLLOWER),
                        ONE,
                        new ServerFacts(
                                ONE,
                                Presence.REFUSES,
                                Fact.unknown("connection refused"),
                                Fact.unknown("connection refused"),
                                Fact.unknown("connection refused"),
                                Fact.unknown("connection refused"),
                                Fact.unknown("not asked")),
                        TWO,
                        serving(TWO, ServerMode.LEADER),
                        THREE,
                        new ServerFacts(
                                THREE,
                                Presence.ANSWERS,
                                Fact.notServing(Source.SRVR, AT),
                                Fact.notServing(Source.SRVR, AT),
                                Fact.notServing(Source.SRVR, AT),
                                Fact.notServing(Source.CONF, AT),
                                Fact.notServing(Source.SRVR, AT))));
    }

    private static ServerFacts serving(ServerId id, ServerMode mode) {
        return new ServerFacts(
                id,
                Presence.ANSWERS,
                Fact.known(mode, Source.SRVR, AT),
                Fact.known(true, Source.SESSION, AT),
                Fact.known(Zxid.of(0x1_0000_0007L), Source.SRVR, AT),
                Fact.known(ConfigurationVersion.of(0x1_0000_0000L), Source.CONF, AT),
                Fact.known(5, Source.SRVR, AT));
    }

    private static CommittedConfiguration committed(String text, long modified) {
        return new CommittedConfiguration(ConfigurationText.parse(text), Zxid.of(modified), Zxid.of(0x1_0000_0008L));
    }
}
