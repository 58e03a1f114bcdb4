package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.SenderId;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Outcomes that nobody tells us are settled: done once, whatever happened to the answer. */
@ZooKeeperEnsemble(participants = 3)
@UnderLoad
class LostReplyScaleTest {

    /** What becomes of a session whose answer is lost. */
    private enum Session {
        LIVES_ON,
        ENDS
    }

    private static SendResult lose(Sender sender, Session session) {
        if (session == Session.ENDS) {
            sender.close();
        }
        return new SendResult.Unknown("the answer was lost");
    }

    /** A follower drops its clients when the leader leaves, so that many such answers are lost; here each is. */
    @ParameterizedTest
    @EnumSource
    void settles_the_removal_of_the_leader_sent_over_a_follower(Session session, TestEnsemble ensemble) {
        var leader = ensemble.leader().orElseThrow();
        SenderRoute overFollowers = (servers, preferred) -> {
            var order = new LinkedHashSet<>(servers.ids());
            order.remove(leader);
            return List.copyOf(order);
        };
        try (var scaling = Scaling.routed(ensemble, overFollowers)) {
            var driver = new TamperedDriver(scaling.driver) {
                @Override
                SendResult send(Sender sender, Sender.SendRequest request, int number) throws InterruptedException {
                    sender.sendOnce(request);
                    return lose(sender, session);
                }
            };
            var scaler = scaling.scaler(driver, ensemble.launcher());

            var result = scaler.run(
                    scaler.plan(ScalingRequest.change().remove(leader).consentToTolerance(0)), Scaling.QUICK);

            assertThat(result).isCompleted().movedLeadership(1).sent(1);
            assertThat(driver.sends()).isEqualTo(1);
            assertThat(result.report().after().version().value()).isEqualTo(scaling.version());
        }
        assertThat(ensemble.awaitSettled().ids()).doesNotContain(leader).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void does_not_send_again_what_was_committed(Session session, TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var driver = new TamperedDriver(scaling.driver) {
                @Override
                SendResult send(Sender sender, Sender.SendRequest request, int number) throws InterruptedException {
                    sender.sendOnce(request);
                    return lose(sender, session);
                }
            };
            var scaler = scaling.scaler(driver, ensemble.launcher());

            var result = scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), Scaling.QUICK);

            assertThat(result).isCompleted();
            assertThat(driver.sends()).isEqualTo(1);
            assertThat(result.report().after().version().value()).isEqualTo(scaling.version());
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
    }

    @ParameterizedTest
    @EnumSource
    void sends_again_what_was_lost_for_good(Session session, TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var driver = new TamperedDriver(scaling.driver) {
                @Override
                SendResult send(Sender sender, Sender.SendRequest request, int number) throws InterruptedException {
                    return number == 1 ? lose(sender, session) : super.send(sender, request, number);
                }
            };
            var scaler = scaling.scaler(driver, ensemble.launcher());

            var result = scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), Scaling.QUICK);

            assertThat(result).isCompleted();
            assertThat(driver.sends()).isEqualTo(2);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
    }

    /** What a session sent may still lie in a server that was paused, as long as that session lives. */
    @ParameterizedTest
    @EnumSource
    void does_not_send_again_while_the_session_that_sent_still_lives(Late late, TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var driver = new LivingSession(scaling.driver, late);
            var scaler = scaling.scaler(driver, ensemble.launcher());

            var result = scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), Scaling.QUICK);

            assertThat(result).isCompleted();
            assertThat(driver.seen)
                    .containsExactlyElementsOf(
                            late == Late.ARRIVES_LATE
                                    ? List.of("sent", "it lives", "it ends")
                                    : List.of("sent", "it lives", "it ends", "it is gone", "sent"));
            assertThat(result.report().after().version().value()).isEqualTo(scaling.version());
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
    }

    /** What becomes of a request that was held up. */
    private enum Late {
        ARRIVES_LATE,
        NEVER_ARRIVES
    }

    /** The first request is held up, and its session, out of reach, lives on until others have seen it three times. */
    private static final class LivingSession extends TamperedDriver {

        /** What happened, in order; what repeats itself once. */
        private final List<String> seen = new ArrayList<>();

        private final Late late;
        private @Nullable Sender held;
        private Sender.@Nullable SendRequest request;
        private int looks;

        LivingSession(EnsembleDriver driver, Late late) {
            super(driver);
            this.late = late;
        }

        private void note(String what) {
            if (seen.isEmpty() || !seen.get(seen.size() - 1).equals(what)) {
                seen.add(what);
            }
        }

        @Override
        SendResult send(Sender sender, Sender.SendRequest sending, int number) throws InterruptedException {
            note("sent");
            if (number > 1) {
                return super.send(sender, sending, number);
            }
            held = sender;
            request = sending;
            return new SendResult.Unknown("the answer was lost");
        }

        @Override
        CommittedConfiguration read(Sender sender, Duration timeLeft) throws InterruptedException {
            if (sender == held) {
                throw new DriverException(DriverException.Kind.SESSION_ENDED, "the session cannot be reached");
            }
            return super.read(sender, timeLeft);
        }

        @Override
        boolean isGone(Sender sender, SenderId other, Duration timeLeft) throws InterruptedException {
            boolean gone = super.isGone(sender, other, timeLeft);
            if (gone) {
                note("it is gone");
            } else if (looks < 3) {
                note("it lives");
            }
            if (++looks == 3 && held != null && request != null) {
                if (late == Late.ARRIVES_LATE) {
                    held.sendOnce(request);
                }
                held.close();
                note("it ends");
            }
            return gone;
        }
    }

    @Test
    void interrupted_while_it_sends_settles_first_and_keeps_the_flag(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var driver = new TamperedDriver(scaling.driver) {
                @Override
                SendResult send(Sender sender, Sender.SendRequest request, int number) throws InterruptedException {
                    super.send(sender, request, number);
                    Thread.currentThread().interrupt();
                    return new SendResult.Unknown("interrupted while waiting for the answer");
                }
            };
            var scaler = scaling.scaler(driver, ensemble.launcher());
            var plan = scaler.plan(ScalingRequest.change().add(ensemble.newServers(1)));

            var result = scaler.run(plan, Scaling.QUICK);

            assertThat(Thread.interrupted()).isTrue();
            assertThat(result).isCancelled().sent(1);
            var after = result.report().after();
            assertThat(after.ensemble()).hasParticipants(1, 2, 3, 4);
            assertThat(after.version()).isGreaterThan(plan.baseVersion());
            assertThat(after.version().value()).isEqualTo(scaling.version());
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
    }
}
