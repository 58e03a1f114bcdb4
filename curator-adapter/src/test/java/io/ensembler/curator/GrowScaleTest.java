package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.execution.StopReason;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.SyncResult;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Growing a real ensemble. */
@ZooKeeperEnsemble(participants = 3)
@UnderLoad
class GrowScaleTest {

    @Test
    void grows_by_one_without_losing_a_write(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            assertThat(scaling.run(ScalingRequest.change().add(ensemble.newServers(1))))
                    .isCompleted();
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    void grows_by_two_without_losing_a_write_and_without_moving_leadership(TestEnsemble ensemble, Ledger ledger) {
        try (var scaling = Scaling.of(ensemble)) {
            var leader = scaling.leader();

            var result = scaling.run(ScalingRequest.change().add(ensemble.newServers(2)));

            assertThat(result).isCompleted().movedLeadership(0).sent(2);
            assertThat(ensemble.leader()).contains(leader);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4, 5);
        Scaling.assertLostNothing(ledger, ensemble.committed());
    }

    @Test
    @ZooKeeperEnsemble(participants = 1)
    void grows_one_to_three_in_a_single_call(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            assertThat(scaling.run(ScalingRequest.change().add(ensemble.newServers(2))))
                    .isCompleted()
                    .sent(1);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3);
    }

    @Test
    void adds_an_observer_and_removes_it(TestEnsemble ensemble) {
        var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
        try (var scaling = Scaling.of(ensemble)) {
            assertThat(scaling.run(ScalingRequest.change().add(observer))).isCompleted();
            assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3).hasObservers(4);

            assertThat(scaling.run(ScalingRequest.change().remove(observer.id())))
                    .isCompleted();
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3).hasObservers();
        assertThat(ensemble.isRunning(observer.id())).isFalse();
    }

    @Test
    void leaves_the_ensemble_untouched_if_a_joiner_never_comes_up(TestEnsemble ensemble) {
        var options =
                Scaling.QUICK.toBuilder().stepDeadline(Duration.ofSeconds(1)).build();
        try (var scaling = Scaling.of(ensemble)) {
            long version = scaling.version();
            var scaler = scaling.scaler(scaling.driver, new NothingStarts());

            var result = scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), options);

            assertThat(result).isStopped(StopReason.SYNCED_BEFORE_VOTING).sent(0);
            assertThat(result.report().outcome())
                    .startsWith("stopped: Cannot add server 4: server 4 does not answer at ")
                    .contains("The ensemble is still 1,2,3.");
            assertThat(scaling.version()).isEqualTo(version);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3);
    }

    @Test
    void never_adds_a_joiner_that_dies_right_before_the_sending(TestEnsemble ensemble) {
        var joiner = ensemble.newServers(1).get(0);
        try (var scaling = Scaling.of(ensemble)) {
            long version = scaling.version();
            var driver = new TamperedDriver(scaling.driver) {
                @Override
                public Sender openSender(SenderRequest request) throws InterruptedException {
                    ensemble.stop(joiner.id());
                    return super.openSender(request);
                }
            };
            var scaler = scaling.scaler(driver, ensemble.launcher(), event -> {
                if (!ensemble.isRunning(joiner.id())) {
                    scaling.passDeadlineAt("server 4 does not answer").onEvent(event);
                }
            });

            var result = scaler.run(scaler.plan(ScalingRequest.change().add(joiner)), Scaling.QUICK);

            assertThat(result).isStopped(StopReason.SYNCED_BEFORE_VOTING).sent(0);
            assertThat(driver.sends()).isZero();
            assertThat(ensemble.isRunning(joiner.id())).isFalse();
            assertThat(scaling.version()).isEqualTo(version);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3);
    }

    @Test
    void without_a_launcher_tells_what_to_start_and_waits_for_it(TestEnsemble ensemble) {
        var joiner = ensemble.newServers(1).get(0);
        try (var scaling = Scaling.of(ensemble)) {
            var scaler = scaling.scalerWithoutLauncher(event -> {
                if (event instanceof RunEvent.Waiting waiting
                        && waiting.waitingFor().startsWith("somebody starts server 4")) {
                    ensemble.join(joiner);
                }
            });

            assertThat(scaler.run(scaler.plan(ScalingRequest.change().add(joiner)), Scaling.QUICK))
                    .isCompleted();

            assertThat(scaling.events).anySatisfy(event -> assertThat(event.toString())
                    .contains("somebody starts server 4 on an empty directory")
                    .contains("server.4=127.0.0.1:")
                    .contains(":observer;127.0.0.1:"));
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
    }

    @Test
    void waits_until_a_joiner_has_stayed_in_sync_for_the_stabilization_time(TestEnsemble ensemble) {
        var stabilization = Duration.ofMillis(400);
        var provedAt = new AtomicLong();
        var endedAt = new AtomicLong();
        try (var scaling = Scaling.of(ensemble)) {
            var driver = new TamperedDriver(scaling.driver) {
                @Override
                public SyncResult proveSynced(SyncRequest request) throws InterruptedException {
                    var result = super.proveSynced(request);
                    provedAt.set(System.nanoTime());
                    return result;
                }
            };
            var scaler = scaling.scaler(driver, ensemble.launcher(), event -> {
                if (event instanceof RunEvent.StepEnded ended
                        && ended.report().step().step() instanceof Step.AwaitSynced) {
                    endedAt.set(System.nanoTime());
                }
            });

            var result = scaler.run(
                    scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))),
                    Scaling.QUICK.toBuilder().stabilization(stabilization).build());

            assertThat(result).isCompleted();
            assertThat(scaling.events).anyMatch(event -> event.toString().contains("server 4 stays in sync for "));
            assertThat(Duration.ofNanos(endedAt.get() - provedAt.get())).isGreaterThanOrEqualTo(stabilization);
        }
    }

    @Test
    void proves_a_joiner_again_if_it_drops_between_its_proof_and_the_reconfiguration(TestEnsemble ensemble) {
        var stabilization = Duration.ofMillis(400);
        var joiner = ensemble.newServers(1).get(0);
        var provedAt = new AtomicLong();
        var sentAt = new AtomicLong();
        try (var scaling = Scaling.of(ensemble)) {
            var driver = new TamperedDriver(scaling.driver) {
                @Override
                public SyncResult proveSynced(SyncRequest request) throws InterruptedException {
                    var result = super.proveSynced(request);
                    provedAt.set(System.nanoTime());
                    return result;
                }

                @Override
                SendResult send(Sender sender, Sender.SendRequest request, int number) throws InterruptedException {
                    sentAt.set(System.nanoTime());
                    return super.send(sender, request, number);
                }
            };
            var restartedAt = new AtomicLong();
            var scaler = scaling.scaler(driver, ensemble.launcher(), event -> {
                if (event instanceof RunEvent.StepStarted started
                        && started.step().step() instanceof Step.Reconfigure) {
                    ensemble.stop(joiner.id());
                    ensemble.join(joiner);
                    restartedAt.set(System.nanoTime());
                }
            });

            var result = scaler.run(
                    scaler.plan(ScalingRequest.change().add(joiner)),
                    Scaling.QUICK.toBuilder().stabilization(stabilization).build());

            assertThat(result).isCompleted().sent(1);
            assertThat(provedAt.get()).isGreaterThan(restartedAt.get());
            assertThat(Duration.ofNanos(sentAt.get() - provedAt.get())).isGreaterThanOrEqualTo(stabilization);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
    }

    @Test
    void sends_nothing_once_the_time_for_the_run_is_over(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            long version = scaling.version();
            var scaler = scaling.scaler();

            var result = scaler.run(
                    scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))),
                    Scaling.QUICK.toBuilder().deadline(Duration.ofMillis(1)).build());

            assertThat(result).isStopped(StopReason.DEADLINE).sent(0);
            assertThat(scaling.version()).isEqualTo(version);
        }
    }

    @Test
    void sends_nothing_if_the_time_for_the_run_passes_while_the_step_is_under_way(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            long version = scaling.version();
            var scaler = scaling.scaler(scaling.passRunDeadlineAtReconfiguration());

            var result = scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), Scaling.QUICK);

            assertThat(result).isStopped(StopReason.DEADLINE).sent(0);
            assertThat(scaling.version()).isEqualTo(version);
        }
    }

    /** A launcher whose host is away: it starts nothing. */
    private static final class NothingStarts implements ServerLauncher {
        @Override
        public void start(StartRequest request) {}

        @Override
        public void stop(StopRequest request) {}
    }
}
