package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.RunListener;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.PlanJournal;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Automation that runs in several replicas: the ensemble itself holds its journal and its lock. */
@ZooKeeperEnsemble(participants = 3)
@UnderLoad
class ReplicaScaleTest {

    private static final Duration TIME = Duration.ofSeconds(10);

    private static CuratorEnsembleDriver open(TestEnsemble ensemble) {
        return CuratorEnsembleDriver.connect(ensemble.connectString()).open();
    }

    private static EnsembleScaler scaler(TestEnsemble ensemble, CuratorEnsembleDriver driver, RunListener listener) {
        return EnsembleScaler.builder(driver)
                .launcher(ensemble.launcher())
                .journal(driver.journal())
                .lock(driver.lock())
                .listener(listener)
                .build();
    }

    /** A journal whose process ends when it has written a line that contains this. */
    private static PlanJournal endingAfter(String text, PlanJournal journal) {
        return new PlanJournal() {
            @Override
            public void append(int number, String line, Duration timeLeft) {
                journal.append(number, line, timeLeft);
                if (line.contains(text)) {
                    throw new DyingJournal.Death();
                }
            }

            @Override
            public List<String> lines(Duration timeLeft) {
                return journal.lines(timeLeft);
            }
        };
    }

    @Test
    void journal_and_lock_outlast_all_servers_that_they_began_on(TestEnsemble ensemble, Ledger ledger) {
        try (var driver = open(ensemble)) {
            var scaler = scaler(ensemble, driver, event -> {
                if (event instanceof RunEvent.StepEnded ended
                        && ended.report().step().step() instanceof Step.Reconfigure) {
                    ledger.follow(ensemble.connectString());
                }
            });
            var plan = scaler.plan(ScalingRequest.change()
                    .add(ensemble.newServers(3))
                    .remove(ensemble.committed().ids()));

            assertThat(scaler.run(plan, Scaling.QUICK)).isCompleted();

            var resumed = scaler.resume(driver.journal(), Scaling.QUICK);
            assertThat(resumed).isCompleted().sent(0);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(4, 5, 6);
        try (var another = open(ensemble)) {
            assertThat(another.journal().lines(TIME)).isNotEmpty();
            assertThat(scaler(ensemble, another, event -> {}).resume(another.journal(), Scaling.QUICK))
                    .isCompleted()
                    .sent(0);
        }
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    void another_replica_goes_on_with_what_one_began_that_ended(TestEnsemble ensemble) {
        try (var driver = open(ensemble)) {
            var scaler = EnsembleScaler.builder(driver)
                    .launcher(ensemble.launcher())
                    .journal(endingAfter("\"settled\"", driver.journal()))
                    .lock(driver.lock())
                    .listener(event -> {})
                    .build();
            var plan = scaler.plan(ScalingRequest.change().add(ensemble.newServers(1)));
            assertThatThrownBy(() -> scaler.run(plan, Scaling.QUICK)).isInstanceOf(DyingJournal.Death.class);
        }
        try (var another = open(ensemble)) {
            assertThat(scaler(ensemble, another, event -> {}).resume(another.journal(), Scaling.QUICK))
                    .isCompleted()
                    .sent(0);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
    }

    @Test
    void while_one_replica_runs_a_plan_another_is_refused_and_told_who_does(TestEnsemble ensemble) {
        try (var one = open(ensemble);
                var other = open(ensemble)) {
            var waiting = scaler(ensemble, other, event -> {});
            var plan = waiting.plan(ScalingRequest.change().add(ensemble.newServers(1)));
            var scaler = scaler(ensemble, one, event -> {
                if (event instanceof RunEvent.StepStarted) {
                    assertThatThrownBy(() -> waiting.run(plan, Scaling.QUICK))
                            .isInstanceOfSatisfying(DriverException.class, refused -> assertThat(refused.kind())
                                    .isEqualTo(DriverException.Kind.CONFLICT))
                            .hasMessageStartingWith("Cannot take the lock /ensembler/lock: process "
                                    + ProcessHandle.current().pid() + " on ");
                }
            });

            assertThat(scaler.run(plan, Scaling.QUICK)).isCompleted();

            assertThat(waiting.run(plan, Scaling.QUICK)).isCompleted().sent(0);
        }
    }
}
