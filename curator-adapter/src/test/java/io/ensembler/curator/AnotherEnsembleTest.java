package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.execution.StopReason;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.DriverException;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import io.ensembler.validation.Rule;
import io.ensembler.validation.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Plans and journals are worth something on the ensemble only for which they were made. */
@ZooKeeperEnsemble(participants = 3)
class AnotherEnsembleTest {

    private static Optional<EnsembleIdentity> identity(Scaling scaling) {
        return scaling.scaler().observe().committed().identity();
    }

    @Test
    void a_plan_is_refused_where_another_ensemble_has_taken_the_place_of_its_own(TestEnsemble ensemble) {
        ScalingPlan plan;
        try (var scaling = Scaling.of(ensemble)) {
            plan = scaling.scaler().plan(ScalingRequest.change().add(ensemble.newServers(1)));
        }
        ensemble.beginAnew();
        try (var scaling = Scaling.of(ensemble)) {
            var scaler = scaling.scaler();
            var seen = scaler.observe();
            assertThat(seen.ensemble()).isEqualTo(plan.origin());
            assertThat(seen.version()).isEqualTo(plan.baseVersion());

            assertThat(scaler.check(plan).errors()).extracting(Violation::rule).containsExactly(Rule.SAME_ENSEMBLE);
            var result = scaler.run(plan, Scaling.QUICK);

            assertThat(result).isFailed(StopReason.SAME_ENSEMBLE).sent(0);
            assertThat(result.report().outcome())
                    .contains(plan.identity().orElseThrow().value())
                    .contains(seen.committed().identity().orElseThrow().value());
            assertThat(scaling.version()).isEqualTo(plan.baseVersion().value());
        }
    }

    @Test
    void so_is_a_journal_with_what_was_sent_and_nobody_has_settled(TestEnsemble ensemble) {
        var dying = DyingJournal.after(line -> line.contains("\"intended\""));
        ScalingPlan plan;
        try (var scaling = Scaling.of(ensemble)) {
            var scaler = scaling.scaler(dying);
            plan = scaler.plan(ScalingRequest.change().add(ensemble.newServers(1)));
            assertThatThrownBy(() -> scaler.run(plan, Scaling.QUICK)).isInstanceOf(DyingJournal.Death.class);
        }
        ensemble.beginAnew();
        try (var scaling = Scaling.of(ensemble)) {
            var journal = dying.left();
            var scaler = scaling.scaler(journal);

            assertThat(scaler.resume(journal, Scaling.QUICK))
                    .isFailed(StopReason.SAME_ENSEMBLE)
                    .sent(0);
            assertThatThrownBy(() -> scaler.planRollback(journal))
                    .isInstanceOf(DriverException.class)
                    .hasMessageContaining(plan.identity().orElseThrow().value());
            var anew = scaler.plan(ScalingRequest.change().add(ensemble.newServers(1)));
            var result = scaler.run(anew, Scaling.QUICK);
            assertThat(result).isFailed(StopReason.SAME_ENSEMBLE).sent(0);
            assertThat(result.report().outcome()).contains("plan again, with a journal of its own");
        }
    }

    @Test
    void a_run_fails_at_once_where_another_ensemble_takes_the_place_of_its_own_meanwhile(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var first = identity(scaling).orElseThrow();
            var scaler = scaling.scaler(event -> {
                if (event instanceof RunEvent.StepStarted started
                        && started.step().step() instanceof Step.Reconfigure) {
                    ensemble.beginAnew();
                }
            });

            var result = scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), Scaling.QUICK);

            assertThat(result).isFailed(StopReason.ENSEMBLE_UNREACHABLE).sent(0);
            assertThat(result.report().outcome())
                    .startsWith("failed: Cannot go on with this driver: it has looked at the ensemble " + first);
        }
        assertThat(ensemble.committed()).hasParticipants(1, 2, 3);
    }

    @Test
    void a_driver_does_not_go_on_with_another_ensemble(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var first = identity(scaling).orElseThrow();
            ensemble.beginAnew();

            assertThatThrownBy(() -> identity(scaling))
                    .isInstanceOf(DriverException.class)
                    .hasMessageStartingWith("Cannot go on with this driver: it has looked at the ensemble " + first);
        }
    }

    @Test
    void however_many_come_first_the_ensemble_has_one_identity_and_keeps_it(TestEnsemble ensemble) throws Exception {
        var asking = new ArrayList<Callable<Optional<EnsembleIdentity>>>();
        for (int i = 0; i < 6; i++) {
            asking.add(() -> {
                try (var scaling = Scaling.of(ensemble)) {
                    return identity(scaling);
                }
            });
        }
        var threads = Executors.newFixedThreadPool(asking.size());
        try {
            var told = new TreeSet<String>();
            for (var answer : threads.invokeAll(asking)) {
                told.add(answer.get().orElseThrow().value());
            }
            assertThat(told).hasSize(1);

            try (var scaling = Scaling.of(ensemble)) {
                var events = new ArrayList<RunEvent>();
                var scaler = scaling.scaler(events::add);
                assertThat(scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), Scaling.QUICK))
                        .isCompleted();
                assertThat(identity(scaling).map(EnsembleIdentity::value)).contains(told.first());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(List.copyOf(ensemble.committed().ids())).hasSize(4);
    }
}
