package io.ensembler.testkit.fake;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static io.ensembler.testkit.fake.Direct.TIME;
import static io.ensembler.testkit.fake.Direct.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.ensembler.execution.RunOptions;
import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.SenderRequest;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import io.ensembler.spi.Sender.SendRequest;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A reconfiguration lies in a follower that stands still, and its sender has been told nothing (F2). */
class LateReconfigurationTest {

    private static final Duration SOON = Duration.ofSeconds(1);

    private static final RunOptions OPTIONS = RunOptions.builder()
            .stabilization(Duration.ofMillis(100))
            .stepDeadline(Duration.ofSeconds(60))
            .deadline(Duration.ofMinutes(5))
            .build();

    // The leader bears with a follower that stands still for longer than a session lasts.
    private final SimulatedEnsemble ensemble =
            SimulatedEnsemble.builder().syncLimit(500).start();
    private final Configuration before = ensemble.committed();
    private final Ensemble target =
            before.ensemble().plus(ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER));
    private final EnsembleDriver ours = ensemble.driver();

    private Sender sent() throws InterruptedException {
        var sender = ours.openSender(new SenderRequest(before.ensemble(), List.of(id(1)), TIME));
        ensemble.faults().pause(SimulatedSelector.servers(1));
        var result =
                sender.sendOnce(new SendRequest(before.ensemble(), target, ensemble.leader(), before.version(), SOON));
        assertThat(result).isEqualTo(new SendResult.Unknown("no answer came within 1000 ms"));
        return sender;
    }

    private Sender witness() throws InterruptedException {
        return ensemble.driver().openSender(new SenderRequest(before.ensemble(), List.of(id(3)), TIME));
    }

    @Test
    void commits_after_another_session_has_written_and_read_the_configuration_as_it_was() throws Exception {
        var sender = sent();
        var witness = witness();
        assertThat(witness.readCommitted(TIME).configuration()).isEqualTo(before);
        assertThat(witness.isGone(sender.id(), TIME)).isFalse();

        ensemble.faults().healAll();

        assertThat(ensemble.awaitFor(TIME, () -> ensemble.committed().ensemble().equals(target)))
                .isTrue();
        assertThat(witness.readCommitted(TIME).version()).isGreaterThan(before.version());
    }

    @Test
    void is_refused_where_its_session_has_gone_on_elsewhere_unless_it_tried_to_come_back_before() throws Exception {
        var verdicts = EnumSet.noneOf(Reply.class);
        for (int seed = 1; seed <= 20; seed++) {
            verdicts.add(verdictAfterGoingOn(seed));
        }
        assertThat(verdicts).containsExactlyInAnyOrder(Reply.SESSION_MOVED, Reply.OK);
    }

    /** The session has read what stands on another server before the follower goes on. */
    private Reply verdictAfterGoingOn(long seed) throws InterruptedException {
        var other = SimulatedEnsemble.builder().syncLimit(500).seed(seed).start();
        var stands = other.committed();
        var wanted = stands.ensemble().plus(other.newServers(1).get(0).withRole(ServerRole.OBSERVER));
        var sender = other.driver().openSender(new SenderRequest(stands.ensemble(), List.of(id(1)), TIME));
        other.faults().pause(SimulatedSelector.servers(1));
        sender.sendOnce(new SendRequest(stands.ensemble(), wanted, other.leader(), stands.version(), SOON));
        assertThat(sender.readCommitted(Duration.ofSeconds(60)).configuration()).isEqualTo(stands);

        other.faults().healAll();

        boolean decided =
                other.awaitFor(SOON, () -> other.committed().ensemble().equals(wanted) || verdict(other) != Reply.OK);
        assertThat(decided).isTrue();
        assertThat(verdict(other) == Reply.OK)
                .isEqualTo(other.committed().ensemble().equals(wanted));
        return verdict(other);
    }

    /** The follower goes on in the moment in which the session has read, elsewhere, that nothing has come of it. */
    @Test
    void a_run_is_not_deceived_by_what_the_session_that_sent_reads_elsewhere() {
        for (int seed = 1; seed <= 20; seed++) {
            var other = SimulatedEnsemble.builder().syncLimit(500).seed(seed).start();
            var process = other.process();
            var scaler = Change.scaler(other, process, new HeldInFollower(process.driver(), other));
            var plan = scaler.plan(
                    ScalingRequest.change().add(other.newServers(1).get(0).withRole(ServerRole.OBSERVER)));
            other.invariants().floor(plan.floor());

            var result = scaler.run(plan, OPTIONS);

            assertThat(result).as("seed %d", seed).isCompleted();
            assertThat(other.invariants().violations()).as("seed %d", seed).isEmpty();
        }
    }

    /** A driver whose first reconfiguration lies in a follower until its session has read the configuration. */
    private static final class HeldInFollower extends LyingDriver {

        private final SimulatedEnsemble ensemble;
        private Optional<SimulatedFault> pause = Optional.empty();
        private boolean sent;

        HeldInFollower(EnsembleDriver driver, SimulatedEnsemble ensemble) {
            super(driver);
            this.ensemble = ensemble;
        }

        @Override
        public Sender openSender(SenderRequest request) throws InterruptedException {
            var overFollower = new SenderRequest(request.ensemble(), List.of(id(1)), request.timeLeft());
            return new LyingSender(super.openSender(sent ? request : overFollower)) {
                @Override
                public SendResult sendOnce(SendRequest request) throws InterruptedException {
                    if (sent) {
                        return super.sendOnce(request);
                    }
                    sent = true;
                    pause = Optional.of(ensemble.faults().pause(SimulatedSelector.servers(1)));
                    return super.sendOnce(new SendRequest(
                            request.before(), request.target(), request.leader(), request.version(), SOON));
                }

                @Override
                public CommittedConfiguration readCommitted(Duration timeLeft) throws InterruptedException {
                    var read = super.readCommitted(timeLeft);
                    pause.ifPresent(SimulatedFault::heal);
                    return read;
                }
            };
        }
    }

    @Test
    void is_refused_where_its_session_has_ended() throws Exception {
        var sender = sent();
        var witness = witness();
        ensemble.faults().dieAtCall(ensemble.calls() + 1, CallMoment.BEFORE);
        assertThat(catchThrowable(() -> sender.readCommitted(TIME))).isInstanceOf(ProcessDeath.class);
        assertThat(witness.isGone(sender.id(), TIME)).isFalse();
        ensemble.clock().advance(Duration.ofSeconds(45));
        assertThat(witness.isGone(sender.id(), TIME)).isTrue();

        ensemble.faults().healAll();

        ensemble.clock().advance(SOON);
        assertThat(verdict()).isEqualTo(Reply.SESSION_EXPIRED);
        assertThat(witness.readCommitted(TIME).configuration()).isEqualTo(before);
    }

    private Reply verdict() {
        return verdict(ensemble);
    }

    /** What the leader made of what was sent. */
    private static Reply verdict(SimulatedEnsemble of) {
        return of.invariants().sends().get(0).request().verdict();
    }
}
