package io.ensembler.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.ServerId;
import io.ensembler.model.Zxid;
import io.ensembler.report.RunEvent;
import io.ensembler.report.RunEvent.Cause;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LeadershipTest {

    private final Leadership leadership = new Leadership(seen(1, 5));

    @Test
    void begins_with_whoever_leads() {
        assertThat(leadership.leader()).contains(ServerId.of(1));
        assertThat(leadership.handOffs()).isZero();
        assertThat(leadership.elections()).isZero();
    }

    @Test
    void tells_nothing_while_the_epoch_stays() {
        assertThat(leadership.note(seen(1, 5))).isEmpty();
        leadership.expectHandOff();
        assertThat(leadership.note(seen(1, 5))).isEmpty();
        assertThat(leadership.handOffs()).isZero();
    }

    @Test
    void counts_an_expected_hand_off_once() {
        leadership.expectHandOff();
        assertThat(leadership.note(seen(2, 6))).containsExactly(moved(2, Cause.PLAN));
        assertThat(leadership.note(seen(2, 6))).isEmpty();
        assertThat(leadership.leader()).contains(ServerId.of(2));
        assertThat(leadership.handOffs()).isEqualTo(1);
        assertThat(leadership.elections()).isZero();
    }

    @Test
    void counts_an_election_after_a_hand_off_that_was_but_possible_and_a_step_that_moves_nothing() {
        leadership.expectHandOff();
        leadership.expectNoHandOff();
        assertThat(leadership.note(seen(3, 6))).containsExactly(moved(3, Cause.ELECTION));
        assertThat(leadership.handOffs()).isZero();
    }

    @Test
    void counts_an_election_that_nobody_expected() {
        assertThat(leadership.note(seen(3, 6))).containsExactly(moved(3, Cause.ELECTION));
        assertThat(leadership.handOffs()).isZero();
        assertThat(leadership.elections()).isEqualTo(1);
    }

    @Test
    void counts_the_election_of_the_same_server() {
        assertThat(leadership.note(seen(1, 6))).containsExactly(moved(1, Cause.ELECTION));
        assertThat(leadership.elections()).isEqualTo(1);
    }

    @Test
    void counts_every_epoch_beyond_the_expected_one_as_an_election() {
        leadership.expectHandOff();
        assertThat(leadership.note(seen(3, 8))).containsExactly(moved(3, Cause.PLAN));
        assertThat(leadership.handOffs()).isEqualTo(1);
        assertThat(leadership.elections()).isEqualTo(2);
    }

    @Test
    void counts_elections_after_a_hand_off() {
        leadership.expectHandOff();
        leadership.note(seen(2, 6));
        assertThat(leadership.note(seen(3, 7))).containsExactly(moved(3, Cause.ELECTION));
        assertThat(leadership.handOffs()).isEqualTo(1);
        assertThat(leadership.elections()).isEqualTo(1);
    }

    @Test
    void keeps_the_leader_it_knew_while_nobody_says_who_leads() {
        var unknown = leadership.note(seen(Optional.empty(), 6));
        assertThat(unknown).containsExactly(new RunEvent.LeadershipMoved(Optional.empty(), Cause.ELECTION));
        assertThat(leadership.leader()).contains(ServerId.of(1));
    }

    private static RunEvent moved(long leader, Cause cause) {
        return new RunEvent.LeadershipMoved(Optional.of(ServerId.of(leader)), cause);
    }

    private static Observation seen(long leader, long epoch) {
        return seen(Optional.of(ServerId.of(leader)), epoch);
    }

    private static Observation seen(Optional<ServerId> leader, long epoch) {
        var version = ConfigurationVersion.of(0x1_0000_0000L);
        var committed = new CommittedConfiguration(
                new Configuration(Ensemble.empty(), version), Zxid.of(version.value()), Zxid.of(epoch << 32 | 9));
        return new Observation(Instant.EPOCH, committed, leader, Fact.unknown("nobody asked"), new TreeMap<>());
    }
}
