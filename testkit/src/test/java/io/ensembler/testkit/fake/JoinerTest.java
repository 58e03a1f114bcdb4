package io.ensembler.testkit.fake;

import static io.ensembler.testkit.fake.Direct.TIME;
import static io.ensembler.testkit.fake.Direct.WHILE;
import static io.ensembler.testkit.fake.Direct.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Server;
import io.ensembler.model.ServerRole;
import io.ensembler.testkit.fake.LearnerLink.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What becomes of servers that join: in the middle of their sync (2.4), before they are added, on empty directories
 * (F3).
 */
class JoinerTest {

    private final SimulatedEnsemble alone =
            SimulatedEnsemble.builder().participants(1).traffic(Duration.ZERO).start();

    private Server joinStalled() {
        var joiner = alone.newServers(1).get(0);
        alone.simulation().server(joiner).stallSync();
        alone.join(joiner);
        assertThat(alone.awaitFor(TIME, () -> {
                    var learning = alone.simulated(joiner.id()).learning();
                    return learning != null && learning.phase() == Phase.SYNCING;
                }))
                .isTrue();
        return joiner;
    }

    private Request propose(Server joiner) {
        var request =
                Direct.reconfigure(alone, id(1), alone.committed().ensemble().plus(joiner));
        assertThat(alone.awaitFor(TIME, () -> alone.hasProposal(id(1)))).isTrue();
        return request;
    }

    @Test
    void a_joiner_in_the_middle_of_its_sync_is_made_a_participant_and_every_write_waits_for_it() {
        var joiner = joinStalled();

        var request = propose(joiner);

        assertThat(alone.write(id(1), WHILE)).isFalse();
        assertThat(request.isAnswered()).isFalse();
        assertThat(alone.isServing(joiner.id())).isFalse();
        alone.simulated(joiner.id()).letSync();
        assertThat(Direct.await(alone, request)).isEqualTo(Reply.OK);
        assertThat(alone.awaitSettled()).hasToString("1,2");
        assertThat(alone.write(id(1), TIME)).isTrue();
    }

    @Test
    void each_learner_is_brought_up_to_date_once_in_whatever_order_they_connect() {
        for (long seed = 1; seed <= 100; seed++) {
            var history = SimulatedEnsemble.builder()
                    .participants(5)
                    .seed(seed)
                    .start()
                    .history();

            assertThat(history)
                    .as("seed %d", seed)
                    .filteredOn(line -> line.contains("is up to date"))
                    .hasSize(4);
        }
    }

    @Test
    void a_joiner_killed_in_its_sync_leaves_no_leader_until_it_is_back_and_then_the_change_commits() {
        var joiner = joinStalled();
        propose(joiner);
        alone.faults().crash(SimulatedSelector.servers(2));
        alone.simulated(joiner.id()).letSync();
        assertThat(alone.awaitFor(TIME, () -> !alone.isServing(id(1)))).isTrue();
        alone.restart(id(1));
        assertThat(alone.awaitFor(WHILE, () -> alone.isServing(id(1)))).isFalse();
        assertThat(alone.hasProposal(id(1))).isFalse();

        alone.join(joiner);

        assertThat(alone.awaitSettled()).hasToString("1,2");
    }

    @Test
    void a_change_that_waits_for_a_killed_joiner_is_forgotten_at_the_second_start() {
        var before = alone.committed();
        var joiner = joinStalled();
        propose(joiner);
        alone.faults().crash(SimulatedSelector.servers(2));
        assertThat(alone.awaitFor(TIME, () -> !alone.isServing(id(1)))).isTrue();

        alone.bootTwice(id(1));

        assertThat(alone.awaitSettled()).hasToString("1");
        assertThat(alone.inForce(id(1))).isEqualTo(before);
        assertThat(alone.shown(id(1))).isEqualTo(before);
    }

    @Test
    void a_joiner_follows_without_voting_and_is_not_started_again_by_the_file_it_has_written() {
        var joiner = Direct.join(alone);
        assertThat(alone.simulated(joiner.id()).role()).isEqualTo(Role.FOLLOWING);
        assertThat(alone.inForce(joiner.id())).isEqualTo(alone.committed());
        assertThat(alone.write(joiner.id(), TIME)).isTrue();

        alone.restart(joiner.id());

        assertThat(alone.isRunning(joiner.id())).isFalse();
        assertThat(alone.exits()).containsExactly("server 2 exited: status 1, My id 2 not in the peer list");
    }

    @Test
    void a_removed_server_goes_on_without_voting_and_is_not_started_again() {
        var joiner = Direct.join(alone);
        assertThat(Direct.await(
                        alone,
                        Direct.reconfigure(
                                alone, id(1), alone.committed().ensemble().plus(joiner))))
                .isEqualTo(Reply.OK);
        alone.awaitSettled();

        var removal = Direct.reconfigure(
                alone,
                alone.leader().orElseThrow(),
                alone.committed().ensemble().minus(id(2)));

        assertThat(Direct.await(alone, removal)).isEqualTo(Reply.OK);
        assertThat(alone.awaitFor(TIME, () -> alone.inForce(id(2)).equals(alone.committed())))
                .isTrue();
        assertThat(alone.write(id(2), TIME)).isTrue();
        alone.restart(id(2));
        assertThat(alone.isRunning(id(2))).isFalse();
    }

    @Test
    void an_observer_is_never_counted_so_that_one_is_never_promoted_beside_a_single_participant() {
        var joiner = Direct.join(alone);
        var observing = alone.committed().ensemble().plus(joiner.withRole(ServerRole.OBSERVER));
        assertThat(Direct.await(alone, Direct.reconfigure(alone, id(1), observing)))
                .isEqualTo(Reply.OK);
        assertThat(alone.awaitSettled()).hasToString("1 observers 2");
        assertThat(alone.simulated(id(2)).role()).isEqualTo(Role.OBSERVING);
        assertThat(alone.write(id(2), TIME)).isTrue();

        var voting = observing.minus(joiner.id()).plus(joiner);

        assertThat(Direct.await(alone, Direct.reconfigure(alone, id(1), voting)))
                .isEqualTo(Reply.NO_QUORUM);
        // Taken out of the list it follows without voting, and then it counts.
        assertThat(Direct.await(alone, Direct.reconfigure(alone, id(1), observing.minus(joiner.id()))))
                .isEqualTo(Reply.OK);
        assertThat(alone.awaitFor(
                        TIME,
                        () -> alone.isServing(id(2)) && alone.simulated(id(2)).role() == Role.FOLLOWING))
                .isTrue();
        assertThat(Direct.await(alone, Direct.reconfigure(alone, id(1), voting)))
                .isEqualTo(Reply.OK);
    }

    @Test
    void an_empty_directory_seeded_as_observer_votes_at_once_under_a_listed_id_and_a_write_is_lost_for_good() {
        var ensemble = SimulatedEnsemble.builder().traffic(Duration.ZERO).start();
        ensemble.stop(id(1));
        assertThat(ensemble.write(id(3), TIME)).isTrue();
        var written = ensemble.invariants().acknowledgedLast();
        ensemble.stop(id(2));
        ensemble.stop(id(3));
        ensemble.wipe(id(3));
        ensemble.seedAsObserver(id(3));

        ensemble.restart(id(3));
        assertThat(ensemble.awaitFor(WHILE, () -> ensemble.isServing(id(3)))).isFalse();
        ensemble.restart(id(1));

        assertThat(ensemble.awaitFor(TIME, () -> ensemble.isServing(id(3)))).isTrue();
        assertThat(ensemble.simulated(id(3)).votes()).isTrue();
        ensemble.restart(id(2));
        assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
        for (long each : new long[] {1, 2, 3}) {
            assertThat(ensemble.simulated(id(each)).disk().last().holds(written))
                    .isFalse();
        }
        assertThat(ensemble.invariants().violations())
                .extracting(InvariantViolation::invariant)
                .containsOnly(Invariant.NOTHING_LOST);
    }
}
