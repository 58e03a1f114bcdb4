package io.ensembler.testkit.fake;

import static io.ensembler.testkit.fake.Direct.TIME;
import static io.ensembler.testkit.fake.Direct.WHILE;
import static io.ensembler.testkit.fake.Direct.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Configuration;
import io.ensembler.model.Ensemble;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Of participants 1, 2 and 3, led by 3, the first two acknowledge a reconfiguration and crash before they act by it;
 * the others act by it and go down; 1 and 2 are started twice, and have forgotten it; then the others are started (F1,
 * F1b).
 */
class TornEnsembleTest {

    private SimulatedEnsemble ensemble =
            SimulatedEnsemble.builder().traffic(Duration.ZERO).start();
    private Configuration before = ensemble.committed();

    private void reconfigure(UnaryOperator<Ensemble> change) {
        assertThat(ensemble.leader()).contains(id(3));
        ensemble.faults().crashBeforeActivation(SimulatedSelector.servers(1, 2));
        var request = Direct.reconfigure(ensemble, id(3), change.apply(before.ensemble()));
        assertThat(Direct.await(ensemble, request)).isEqualTo(Reply.OK);
        assertThat(ensemble.awaitFor(TIME, () -> !ensemble.isRunning(id(1)) && !ensemble.isRunning(id(2))))
                .isTrue();
        assertThat(ensemble.hasProposal(id(1))).isTrue();
        assertThat(ensemble.hasProposal(id(2))).isTrue();
    }

    @Test
    void after_a_swap_of_one_in_three_two_ensembles_acknowledge_writes() {
        var joiner = Direct.join(ensemble);
        reconfigure(ensemble -> ensemble.minus(id(1)).plus(joiner));
        assertThat(ensemble.write(id(3), TIME)).isTrue();
        ensemble.stop(id(3));
        ensemble.stop(id(4));
        ensemble.bootTwice(id(1));
        ensemble.bootTwice(id(2));
        assertThat(ensemble.awaitFor(TIME, () -> ensemble.isServing(id(1)) && ensemble.isServing(id(2))))
                .isTrue();
        assertThat(ensemble.write(id(1), TIME)).isTrue();

        ensemble.restart(id(3));
        ensemble.restart(id(4));

        assertThat(ensemble.awaitFor(TIME, () -> ensemble.isServing(id(3)) && ensemble.isServing(id(4))))
                .isTrue();
        assertThat(ensemble.write(id(2), TIME)).isTrue();
        assertThat(ensemble.write(id(4), TIME)).isTrue();
        assertThat(ensemble.inForce(id(1))).isEqualTo(before);
        assertThat(ensemble.shown(id(2))).isEqualTo(before);
        assertThat(ensemble.inForce(id(4)).ensemble()).hasToString("2,3,4");
        assertThat(ensemble.invariants().violations())
                .extracting(InvariantViolation::invariant)
                .contains(Invariant.NOTHING_LOST, Invariant.ONE_LEADER);
    }

    @Test
    void after_a_batch_of_two_into_three_two_ensembles_acknowledge_writes_although_nobody_was_removed() {
        var one = Direct.join(ensemble);
        var other = Direct.join(ensemble);
        reconfigure(ensemble -> ensemble.plus(one).plus(other));
        assertThat(ensemble.write(id(5), TIME)).isTrue();
        for (long each : new long[] {3, 4, 5}) {
            ensemble.stop(id(each));
        }

        // The file is gone after the first start; what it said is remembered until the second.
        ensemble.restart(id(1));
        ensemble.restart(id(2));
        assertThat(ensemble.awaitFor(WHILE, () -> ensemble.isServing(id(1)) || ensemble.isServing(id(2))))
                .isFalse();
        assertThat(ensemble.hasProposal(id(1))).isFalse();
        ensemble.restart(id(1));
        ensemble.restart(id(2));
        assertThat(ensemble.awaitFor(TIME, () -> ensemble.isServing(id(1)) && ensemble.isServing(id(2))))
                .isTrue();
        for (long each : new long[] {3, 4, 5}) {
            ensemble.restart(id(each));
        }
        assertThat(ensemble.awaitFor(TIME, () -> ensemble.isServing(id(5)))).isTrue();

        assertThat(ensemble.write(id(1), TIME)).isTrue();
        assertThat(ensemble.write(id(3), TIME)).isTrue();
        assertThat(ensemble.invariants().violations())
                .extracting(InvariantViolation::invariant)
                .contains(Invariant.NOTHING_LOST, Invariant.ONE_LEADER);
    }

    @Test
    void a_participant_added_with_an_ok_is_gone_again_and_whoever_acted_by_it_is_locked_out_until_the_next_one() {
        var joiner = Direct.join(ensemble);
        reconfigure(ensemble -> ensemble.plus(joiner));
        assertThat(ensemble.awaitFor(TIME, () -> !ensemble.isServing(id(3)))).isTrue();
        ensemble.stop(id(3));
        ensemble.stop(id(4));
        ensemble.bootTwice(id(1));
        ensemble.bootTwice(id(2));
        assertThat(ensemble.awaitFor(TIME, () -> ensemble.isServing(id(1)) && ensemble.isServing(id(2))))
                .isTrue();

        ensemble.restart(id(3));
        ensemble.restart(id(4));

        assertThat(ensemble.awaitFor(WHILE, () -> ensemble.isServing(id(3)) || ensemble.isServing(id(4))))
                .isFalse();
        assertThat(ensemble.committed()).isEqualTo(before);
        var again = Direct.reconfigure(ensemble, id(2), before.ensemble().plus(joiner));
        assertThat(Direct.await(ensemble, again)).isEqualTo(Reply.NO_QUORUM);
        var noOp = Direct.reconfigure(ensemble, id(1), before.ensemble());
        assertThat(Direct.await(ensemble, noOp)).isEqualTo(Reply.OK);
        assertThat(ensemble.awaitFor(TIME, () -> ensemble.isServing(id(3)) && ensemble.isServing(id(4))))
                .isTrue();
        assertThat(ensemble.inForce(id(4))).isEqualTo(ensemble.committed());
        assertThat(ensemble.committed().ensemble()).hasToString("1,2,3");
        assertThat(ensemble.invariants().violations()).isEmpty();
    }

    @Test
    void an_acknowledged_proposal_is_remembered_over_one_start_and_commits_then() {
        var joiner = Direct.join(ensemble);
        reconfigure(ensemble -> ensemble.plus(joiner));
        ensemble.stop(id(3));
        ensemble.restart(id(1));
        ensemble.restart(id(2));

        assertThat(ensemble.awaitFor(TIME, () -> ensemble.isServing(id(1)) && ensemble.isServing(id(2))))
                .isTrue();
        assertThat(ensemble.inForce(id(1)).ensemble()).hasToString("1,2,3,4");
        ensemble.restart(id(3));
        assertThat(ensemble.awaitSettled()).hasToString("1,2,3,4");
    }
}
