package io.ensembler.testkit.fake;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.StopReason;
import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.Observation;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.PlanJournal;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Two ensembles with the same lines at the same version are told apart by their identity. */
class SameEnsembleTest {

    private static final RunOptions OPTIONS =
            RunOptions.builder().stabilization(Duration.ZERO).build();
    private static final ScalingRequest REMOVING = ScalingRequest.change().remove(ServerId.of(4));

    private final SimulatedEnsemble first =
            SimulatedEnsemble.builder().participants(4).seed(1).start();
    private final SimulatedEnsemble second =
            SimulatedEnsemble.builder().participants(4).seed(2).start();

    private static EnsembleScaler scaler(SimulatedEnsemble ensemble, EnsembleDriver driver, PlanJournal journal) {
        return EnsembleScaler.builder(driver)
                .launcher(ensemble.launcher())
                .journal(journal)
                .timeSource(ensemble.clock())
                .listener(event -> {})
                .build();
    }

    private static EnsembleScaler scaler(SimulatedEnsemble ensemble, PlanJournal journal) {
        return scaler(ensemble, ensemble.driver(), journal);
    }

    private static EnsembleScaler scaler(SimulatedEnsemble ensemble) {
        return scaler(ensemble, ensemble.process().journal());
    }

    @Test
    void a_plan_made_for_the_one_fails_on_the_other_and_runs_on_its_own() {
        var plan = scaler(first).plan(REMOVING);
        assertThat(second.committed()).isEqualTo(first.committed());

        assertThat(scaler(second).run(plan, OPTIONS))
                .isFailed(StopReason.SAME_ENSEMBLE)
                .sent(0);

        assertThat(scaler(first).run(plan, OPTIONS)).isCompleted();
    }

    @Test
    void a_run_that_died_before_it_knew_what_it_sent_is_not_settled_on_the_other() {
        var process = first.process();
        var scaler =
                scaler(first, new DyingSender(process.driver(), first, 1, Duration.ofMillis(50)), process.journal());
        var plan = scaler.plan(REMOVING);
        assertThatThrownBy(() -> scaler.run(plan, OPTIONS)).isInstanceOf(ProcessDeath.class);
        var journal = first.process().journal();

        var elsewhere = scaler(second, journal);
        assertThat(elsewhere.resume(journal, OPTIONS))
                .isFailed(StopReason.SAME_ENSEMBLE)
                .sent(0);
        assertThatThrownBy(() -> elsewhere.planRollback(journal)).hasMessageContaining("simulated-1");
        assertThat(elsewhere.run(elsewhere.plan(REMOVING), OPTIONS))
                .isFailed(StopReason.SAME_ENSEMBLE)
                .sent(0);
        assertThat(second.awaitSettled()).hasParticipants(1, 2, 3, 4);

        assertThat(scaler(first, journal).resume(journal, OPTIONS)).isCompleted();
    }

    @Test
    void a_run_ends_at_whichever_look_another_ensemble_answers() {
        for (int look = 2; ; look++) {
            var ensemble = SimulatedEnsemble.builder().participants(4).start();
            var driver = new SwitchedDriver(ensemble.driver(), look);
            var scaler = scaler(ensemble, driver, ensemble.process().journal());

            var result = scaler.run(scaler.plan(REMOVING), OPTIONS);

            if (driver.looks < look) {
                assertThat(result).isCompleted();
                assertThat(look).isGreaterThan(5);
                return;
            }
            assertThat(result).isFailed(StopReason.SAME_ENSEMBLE);
            assertThat(result.report().outcome())
                    .contains("bears the identity another, and this run is for simulated-1");
        }
    }

    /** From one look on another ensemble answers. */
    private static final class SwitchedDriver extends LyingDriver {

        private static final EnsembleIdentity OTHER = new EnsembleIdentity("another");

        private final int from;
        private int looks;

        SwitchedDriver(EnsembleDriver driver, int from) {
            super(driver);
            this.from = from;
        }

        @Override
        public Observation observe(ObserveRequest request) throws InterruptedException {
            var seen = super.observe(request);
            return ++looks < from ? seen : of(seen, committed -> with(committed, Optional.of(OTHER)));
        }
    }

    /** Drivers of others need not know of identities. */
    @Test
    void nobody_asks_for_an_identity_that_a_driver_does_not_tell() {
        var silent = new LyingDriver(first.driver()) {
            @Override
            public Observation observe(ObserveRequest request) throws InterruptedException {
                return of(super.observe(request), committed -> with(committed, Optional.empty()));
            }
        };
        var scaler = scaler(first, silent, first.process().journal());
        var plan = scaler.plan(REMOVING);

        assertThat(plan.identity()).isEmpty();
        assertThat(scaler.run(plan, OPTIONS)).isCompleted();
    }

    private static Observation of(Observation seen, Function<CommittedConfiguration, CommittedConfiguration> changed) {
        return new Observation(
                seen.at(),
                changed.apply(seen.committed()),
                seen.leader(),
                seen.access(),
                seen.servers(),
                seen.reachability(),
                seen.names());
    }

    private static CommittedConfiguration with(CommittedConfiguration committed, Optional<EnsembleIdentity> identity) {
        return new CommittedConfiguration(committed.configuration(), committed.modified(), committed.write(), identity);
    }
}
