package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.execution.StopReason;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Other authors, and our own second run. */
@ZooKeeperEnsemble(participants = 3)
@UnderLoad
class OneAuthorScaleTest {

    @Test
    void sends_nothing_if_somebody_reconfigured_between_plan_and_run(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var scaler = scaling.scaler();
            var plan = scaler.plan(ScalingRequest.change().add(ensemble.newServers(1)));
            long rival = scaling.rivalReconfigures(
                    List.of(), List.of(scaling.followers().get(0)));

            var result = scaler.run(plan, Scaling.QUICK);

            assertThat(result).isStopped(StopReason.ONE_AUTHOR).sent(0);
            assertThat(result.report().outcome())
                    .startsWith("stopped: Cannot run the plan: it was made for 1,2,3 at version 100000000, and the"
                            + " ensemble is ")
                    .contains(" at version " + Long.toHexString(rival) + ". Find out who changed it,")
                    .endsWith(" [plan-stale] [one-author]");
            assertThat(scaling.version()).isEqualTo(rival);
        }
    }

    @Test
    void stops_at_a_version_nobody_accounts_for_even_with_the_content_expected(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var rival = new AtomicLong();
            var scaler = scaling.scaler(event -> {
                if (event instanceof RunEvent.StepStarted started
                        && started.step().step() instanceof Step.Reconfigure
                        && rival.get() == 0) {
                    rival.set(scaling.rivalReconfigures(List.of(), List.of()));
                }
            });

            var result = scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), Scaling.QUICK);

            assertThat(result).isStopped(StopReason.ONE_AUTHOR).sent(0);
            assertThat(result.report().outcome())
                    .startsWith(
                            "stopped: Cannot go on: the ensemble is 1,2,3 at version " + Long.toHexString(rival.get()));
            assertThat(scaling.version()).isEqualTo(rival.get());
        }
    }

    @Test
    void sends_nothing_if_somebody_reconfigures_between_the_last_look_and_the_session_to_send_on(
            TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var leaving = scaling.followers().get(0);
            var rival = new AtomicLong();
            var driver = new TamperedDriver(scaling.driver) {
                @Override
                public Sender openSender(SenderRequest request) throws InterruptedException {
                    if (rival.get() == 0) {
                        rival.set(scaling.rivalReconfigures(List.of(), List.of(leaving)));
                    }
                    return super.openSender(request);
                }
            };
            var scaler = scaling.scaler(driver, ensemble.launcher());

            var result = scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), Scaling.QUICK);

            assertThat(result).isStopped(StopReason.ONE_AUTHOR).sent(0);
            assertThat(driver.sends()).isZero();
            assertThat(scaling.version()).isEqualTo(rival.get());
        }
    }

    @Test
    void stops_if_somebody_reconfigures_between_the_last_look_and_the_sending(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var leaving = scaling.followers().get(0);
            var rival = new AtomicLong();
            var driver = new TamperedDriver(scaling.driver) {
                @Override
                SendResult send(Sender sender, Sender.SendRequest request, int number) throws InterruptedException {
                    if (number == 1) {
                        rival.set(scaling.rivalReconfigures(List.of(), List.of(leaving)));
                    }
                    return super.send(sender, request, number);
                }
            };
            var scaler = scaling.scaler(driver, ensemble.launcher());

            var result = scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), Scaling.QUICK);

            assertThat(result).isStopped(StopReason.ONE_AUTHOR).sent(1);
            assertThat(driver.sends()).isEqualTo(1);
            assertThat(scaling.version()).isEqualTo(rival.get());
        }
    }

    @Test
    void stops_if_somebody_reconfigured_to_something_else_while_our_answer_was_lost(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var leaving = scaling.followers().get(0);
            var rival = new AtomicLong();
            var driver = new TamperedDriver(scaling.driver) {
                @Override
                SendResult send(Sender sender, Sender.SendRequest request, int number) throws InterruptedException {
                    if (number > 1) {
                        return super.send(sender, request, number);
                    }
                    rival.set(scaling.rivalReconfigures(List.of(), List.of(leaving)));
                    super.send(sender, request, number);
                    return new SendResult.Unknown("the answer was lost");
                }
            };
            var scaler = scaling.scaler(driver, ensemble.launcher());

            var result = scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), Scaling.QUICK);

            assertThat(result).isStopped(StopReason.ONE_AUTHOR).sent(1);
            assertThat(driver.sends()).isEqualTo(1);
            assertThat(scaling.version()).isEqualTo(rival.get());
        }
    }

    @Test
    void is_not_completed_if_somebody_listed_a_joiner_that_never_ran(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var scaler = scaling.scaler(scaling.passDeadlineAt("server 4 came in"));
            var joiner = ensemble.newServers(1).get(0);
            var plan = scaler.plan(ScalingRequest.change().add(joiner));
            scaling.rivalReconfigures(List.of(joiner), List.of());

            var result = scaler.run(plan, Scaling.QUICK);

            assertThat(result).isStopped(StopReason.BARRIER).sent(0);
            assertThat(result.report().outcome()).contains("server 4 came in, changed or had to reconnect");
        }
    }

    @Test
    void running_a_finished_plan_again_sends_nothing(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var scaler = scaling.scaler();
            var plan = scaler.plan(
                    ScalingRequest.change().add(ensemble.newServers(1)).remove(scaling.leader()));
            assertThat(scaler.run(plan, Scaling.QUICK)).isCompleted();
            long version = scaling.version();

            assertThat(scaler.run(plan, Scaling.QUICK)).isCompleted().sent(0);

            assertThat(scaling.version()).isEqualTo(version);
        }
    }

    @Test
    void interrupted_before_it_begins_sends_nothing_and_keeps_the_flag(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var scaler = scaling.scaler();
            var plan = scaler.plan(
                    ScalingRequest.change().remove(scaling.followers().get(0)).consentToTolerance(0));
            long version = scaling.version();

            Thread.currentThread().interrupt();
            var result = scaler.run(plan, Scaling.QUICK);

            assertThat(Thread.interrupted()).isTrue();
            assertThat(result).isCancelled().sent(0);
            assertThat(scaling.version()).isEqualTo(version);
        }
    }
}
