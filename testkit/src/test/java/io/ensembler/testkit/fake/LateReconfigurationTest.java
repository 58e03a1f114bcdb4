package io.ensembler.testkit.fake;

import static io.ensembler.testkit.fake.Direct.TIME;
import static io.ensembler.testkit.fake.Direct.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.ensembler.model.Configuration;
import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerRole;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.SenderRequest;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import io.ensembler.spi.Sender.SendRequest;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A reconfiguration lies in a follower that stands still, and its sender has been told nothing (F2). */
class LateReconfigurationTest {

    private static final Duration SOON = Duration.ofSeconds(1);

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
