package io.ensembler.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Address;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.ReconfigurationAccess;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.model.ServerRole;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.EnsembleDriver.ActiveRequest;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.spi.EnsembleDriver.SenderRequest;
import io.ensembler.spi.EnsembleDriver.SyncRequest;
import io.ensembler.spi.EnsembleDriver.VerifyRequest;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.SendResult.Applied;
import io.ensembler.spi.SendResult.Code;
import io.ensembler.spi.SendResult.Refused;
import io.ensembler.spi.Sender;
import io.ensembler.spi.Sender.SendRequest;
import io.ensembler.spi.SyncProof;
import io.ensembler.spi.SyncResult;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What an {@link io.ensembler.spi.EnsembleDriver}, its {@link Sender}s and its {@link SyncProof}s promise. A driver is
 * tested by a class that extends this one and says how to start it:
 *
 * <pre>{@code
 * class MyDriverTest extends EnsembleDriverContract {
 *     @Override
 *     protected DriverUnderTest start(int participants) {
 *         return new MyDriverUnderTest(participants);
 *     }
 * }
 * }</pre>
 *
 * <p>Each test has an ensemble of its own.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public abstract class EnsembleDriverContract {

    private static final Duration TIME = Duration.ofSeconds(20);
    private static final Duration LITTLE_TIME = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(20);

    /** For subclasses. */
    protected EnsembleDriverContract() {}

    /** What a driver can do only if its ensemble can. */
    public enum Capability {
        /** A sender goes on, as the same session, at another server when its own is stopped. */
        RECONNECT,
        /** It can be told which server answers at an address. */
        TELL_SERVERS_APART
    }

    /** Starts a driver on an ensemble of so many participants, with ids from 1, and returns once that has settled. */
    protected abstract DriverUnderTest start(int participants);

    /** Returns what can be asked of this driver; everything unless it is overridden. */
    protected Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Test
    void observes_what_is_committed_who_leads_who_is_live_and_that_reconfiguring_is_allowed() throws Exception {
        try (var subject = start(3)) {
            var seen = observe(subject);

            assertThat(seen.ensemble().participants()).containsExactly(id(1), id(2), id(3));
            assertThat(seen.live()).containsExactly(id(1), id(2), id(3));
            assertThat(seen.leader()).isEqualTo(subject.ensemble().leader());
            assertThat(seen.access().value()).contains(ReconfigurationAccess.GRANTED);
            assertThat(seen.committed().isGenuine()).isTrue();
            assertThat(seen.committed().write()).isGreaterThan(seen.committed().modified());
            for (var facts : seen.servers().values()) {
                boolean leads = seen.leader().filter(facts.id()::equals).isPresent();
                assertThat(facts.presence()).isEqualTo(Presence.ANSWERS);
                assertThat(facts.mode().value()).contains(leads ? ServerMode.LEADER : ServerMode.FOLLOWER);
                assertThat(facts.inForce().value()).contains(seen.version());
                assertThat(facts.connections().value().orElse(0)).isPositive();
            }
        }
    }

    @Test
    void observing_changes_neither_version_nor_content_and_follows_a_write_of_its_own() throws Exception {
        try (var subject = start(3)) {
            var before = observe(subject).committed();
            var after = observe(subject).committed();

            assertThat(after.configuration()).isEqualTo(before.configuration());
            assertThat(after.modified()).isEqualTo(before.modified());
            assertThat(after.write()).isGreaterThan(before.write());
        }
    }

    @Test
    void tells_by_which_identity_the_ensemble_is_known_and_always_the_same() throws Exception {
        try (var subject = start(3)) {
            var told = observe(subject).committed().identity();

            assertThat(told).isPresent();
            assertThat(observe(subject).committed().identity()).isEqualTo(told);
            try (var sender = sender(subject)) {
                assertThat(sender.readCommitted(TIME).identity()).isEqualTo(told);
            }
        }
    }

    @Test
    void observes_servers_that_are_not_listed_and_those_that_are_down() throws Exception {
        try (var subject = start(3)) {
            var stranger = subject.ensemble().newServers(1).get(0);
            var down = follower(subject);
            subject.ensemble().stop(down);

            var seen = eventually(
                    subject,
                    () -> subject.driver().observe(new ObserveRequest(List.of(stranger), TIME)),
                    it -> it.live().size() == 2);

            assertThat(seen.live()).doesNotContain(down);
            assertThat(seen.servers().keySet()).containsExactly(id(1), id(2), id(3), stranger.id());
            for (var absent : List.of(down, stranger.id())) {
                var facts = facts(seen, absent);
                assertThat(facts.presence()).isEqualTo(Presence.REFUSES);
                assertThat(facts.isProvedSynced()).isFalse();
                assertThat(facts.mode()).isInstanceOf(Fact.Unknown.class);
            }
        }
    }

    @Test
    void fails_in_time_so_that_it_may_be_repeated_while_no_write_can_be_committed() throws Exception {
        try (var subject = start(3)) {
            var stands = observe(subject);
            subject.ensemble().stop(id(1));
            subject.ensemble().stop(id(2));
            long begun = subject.time().nanoTime();

            assertThatThrownBy(() -> subject.driver().observe(new ObserveRequest(List.of(), LITTLE_TIME)))
                    .isInstanceOfSatisfying(
                            DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RETRYABLE));
            assertThat(Duration.ofNanos(subject.time().nanoTime() - begun))
                    .isLessThanOrEqualTo(LITTLE_TIME.plus(subject.slack()));

            subject.ensemble().restart(id(1));
            subject.ensemble().restart(id(2));
            assertThat(eventually(
                                    subject,
                                    () -> observe(subject),
                                    it -> it.live().size() == 3)
                            .committed()
                            .configuration())
                    .isEqualTo(stands.committed().configuration());
        }
    }

    @Test
    void a_sender_is_there_for_others_until_it_is_closed() throws Exception {
        try (var subject = start(3);
                var watching = sender(subject)) {
            var other = sender(subject);
            assertThat(other.id()).isNotEqualTo(watching.id());
            assertThat(watching.isGone(other.id(), TIME)).isFalse();
            assertThat(watching.isGone(watching.id(), TIME)).isFalse();

            other.close();
            other.close();

            eventually(subject, () -> watching.isGone(other.id(), TIME), gone -> gone);
            assertThatThrownBy(() -> other.readCommitted(TIME))
                    .isInstanceOfSatisfying(
                            DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SESSION_ENDED));
        }
    }

    @Test
    void nothing_is_sent_on_a_session_that_has_ended() throws Exception {
        try (var subject = start(3)) {
            var stands = observe(subject);
            var ended = sender(subject);
            ended.close();

            var result = send(ended, stands, stands.ensemble().minus(follower(subject)));

            assertRefused(result, Code.SESSION_ENDED);
            assertUnchanged(subject, stands);
        }
    }

    @Test
    void another_server_serves_if_the_preferred_one_is_down() throws Exception {
        try (var subject = start(3)) {
            var stands = observe(subject);
            var down = follower(subject);
            subject.ensemble().stop(down);

            try (var sender = subject.driver().openSender(new SenderRequest(stands.ensemble(), List.of(down), TIME))) {
                assertThat(sender.readCommitted(TIME).configuration())
                        .isEqualTo(stands.committed().configuration());
            }
        }
    }

    @Test
    void what_is_sent_on_the_version_that_stands_is_applied_and_names_the_version_it_brought() throws Exception {
        try (var subject = start(3);
                var sender = sender(subject)) {
            var stands = observe(subject);
            var target = stands.ensemble()
                    .plus(subject.ensemble().newServers(1).get(0).withRole(ServerRole.OBSERVER));

            var result = send(sender, stands, target);

            var read = sender.readCommitted(TIME);
            assertThat(result).isEqualTo(new Applied(read.version()));
            assertThat(read.ensemble()).isEqualTo(target);
            assertThat(read.version()).isGreaterThan(stands.version());
            assertThat(read.isGenuine()).isTrue();
            assertThat(observe(subject).committed().configuration()).isEqualTo(read.configuration());
        }
    }

    @Test
    void what_is_sent_on_another_version_is_refused_and_changes_nothing() throws Exception {
        try (var subject = start(3);
                var sender = sender(subject)) {
            var stands = observe(subject);

            var result = sender.sendOnce(new SendRequest(
                    stands.ensemble(),
                    stands.ensemble().minus(follower(subject)),
                    stands.leader(),
                    ConfigurationVersion.of(stands.version().value() + 1),
                    TIME));

            assertRefused(result, Code.BAD_VERSION);
            assertUnchanged(subject, stands);
        }
    }

    @Test
    void what_no_quorum_is_connected_for_is_refused_and_changes_nothing() throws Exception {
        try (var subject = start(3);
                var sender = sender(subject)) {
            var stands = observe(subject);
            var target = stands.ensemble();
            for (var absent : subject.ensemble().newServers(4)) {
                target = target.plus(absent);
            }

            var result = send(sender, stands, target);

            assertRefused(result, Code.NO_QUORUM);
            assertUnchanged(subject, stands);
        }
    }

    @Test
    void nothing_is_sent_if_a_name_of_the_target_does_not_resolve() throws Exception {
        try (var subject = start(3);
                var sender = sender(subject)) {
            var stands = observe(subject);

            var result = send(sender, stands, stands.ensemble().plus(newServerOfUnknownName(subject)));

            assertRefused(result, Code.NAME_UNRESOLVED);
            assertUnchanged(subject, stands);
        }
    }

    @Test
    void nothing_is_sent_that_would_move_the_quorum_address_of_a_leader_that_alone_is_a_quorum() throws Exception {
        try (var subject = start(1);
                var sender = sender(subject)) {
            var stands = observe(subject);
            var only = stands.ensemble().servers().get(0);
            var quorum = only.endpoints().quorum().get(0);
            var elsewhere =
                    subject.ensemble().newServers(1).get(0).endpoints().quorum().get(0);
            var moved = only.withEndpoints(new Endpoints(
                    List.of(new QuorumAddress(quorum.host(), elsewhere.quorumPort() + 100, quorum.electionPort())),
                    only.endpoints().client()));

            var result = send(sender, stands, Ensemble.of(moved));

            assertRefused(result, Code.LONE_QUORUM);
            assertUnchanged(subject, stands);
        }
    }

    @Test
    void nothing_is_sent_without_time_or_by_an_interrupted_thread() throws Exception {
        try (var subject = start(3);
                var sender = sender(subject)) {
            var stands = observe(subject);
            var target = stands.ensemble().minus(follower(subject));

            var withoutTime = sender.sendOnce(
                    new SendRequest(stands.ensemble(), target, stands.leader(), stands.version(), Duration.ZERO));
            assertThat(withoutTime).isInstanceOf(Refused.class);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> send(sender, stands, target)).isInstanceOf(InterruptedException.class);

            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertUnchanged(subject, stands);
        }
    }

    @Test
    void calls_of_an_interrupted_thread_throw_and_may_be_repeated() throws Exception {
        try (var subject = start(3);
                var sender = sender(subject)) {
            var stands = observe(subject);
            var server = stands.ensemble().servers().get(0);
            var calls = new LinkedHashMap<String, Callable<?>>();
            calls.put("observe", () -> observe(subject));
            calls.put("open a sender", () -> closed(sender(subject)));
            calls.put("prove", () -> subject.driver().proveSynced(new SyncRequest(server, TIME)));
            calls.put("confirm", () -> subject.driver().confirmActive(new ActiveRequest(List.of(server), TIME)));
            calls.put("verify", () -> subject.driver().verify(new VerifyRequest(List.of(server), TIME)));
            calls.put("read", () -> sender.readCommitted(TIME));
            calls.put("look for a sender", () -> sender.isGone(sender.id(), TIME));

            for (var call : calls.entrySet()) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(call.getValue()::call).as(call.getKey()).isInstanceOf(InterruptedException.class);
                assertThat(Thread.currentThread().isInterrupted())
                        .as(call.getKey())
                        .isFalse();
                call.getValue().call();
            }
        }
    }

    @Test
    void reading_follows_a_write_of_the_same_session_and_may_be_repeated() throws Exception {
        try (var subject = start(3);
                var sender = sender(subject)) {
            var first = sender.readCommitted(TIME);
            var second = sender.readCommitted(TIME);

            assertThat(second.configuration()).isEqualTo(first.configuration());
            assertThat(second.write()).isGreaterThan(first.write());
            assertThat(first.configuration())
                    .isEqualTo(observe(subject).committed().configuration());
        }
    }

    @Test
    void a_sender_whose_server_stops_reads_as_the_same_session_elsewhere() throws Exception {
        assume(Capability.RECONNECT);
        try (var subject = start(3);
                var watching = sender(subject)) {
            var stands = observe(subject);
            var server = follower(subject);
            try (var sender =
                    subject.driver().openSender(new SenderRequest(stands.ensemble(), List.of(server), TIME))) {
                subject.ensemble().stop(server);

                assertThat(sender.readCommitted(TIME).configuration())
                        .isEqualTo(stands.committed().configuration());
                assertThat(watching.isGone(sender.id(), TIME)).isFalse();
            }
        }
    }

    @Test
    void a_server_is_proved_synced_once_it_has_joined_and_not_before() throws Exception {
        try (var subject = start(3)) {
            var joiner = subject.ensemble().newServers(1).get(0);
            assertThat(subject.driver().proveSynced(new SyncRequest(joiner, TIME)))
                    .isInstanceOfSatisfying(SyncResult.NotYet.class, notYet -> assertThat(notYet.waitingFor())
                            .startsWith("server " + joiner.id() + " does not answer at "));

            subject.ensemble().join(joiner);

            var proof = proved(subject, joiner);
            assertThat(proof.server()).isEqualTo(joiner.id());
            assertThat(proof.holds()).isTrue();
            assertThat(proof.renew(TIME)).isTrue();
            proof.close();
            proof.close();
            assertThat(proof.holds()).isFalse();
            assertThat(proof.renew(TIME)).isFalse();
        }
    }

    @Test
    void a_proof_ends_for_good_when_its_server_restarts() throws Exception {
        try (var subject = start(3)) {
            var server = server(observe(subject), follower(subject));
            try (var proof = proved(subject, server)) {
                subject.ensemble().restart(server.id());

                eventually(subject, proof::holds, holds -> !holds);
                proved(subject, server).close();
                assertThat(proof.holds()).isFalse();
                assertThat(proof.renew(TIME)).isFalse();
            }
        }
    }

    @Test
    void a_server_that_answers_under_another_id_is_no_proof() throws Exception {
        assume(Capability.TELL_SERVERS_APART);
        try (var subject = start(3)) {
            var real = server(observe(subject), id(1));
            var impostor = new Server(id(99), real.role(), real.endpoints());

            assertThat(subject.driver().proveSynced(new SyncRequest(impostor, TIME)))
                    .isInstanceOfSatisfying(SyncResult.NotYet.class, notYet -> assertThat(notYet.waitingFor())
                            .startsWith("server 99 to answer: server 1 answers at "));
        }
    }

    @Test
    void servers_are_asked_which_version_they_have_in_force_and_one_that_is_down_does_not_hide_the_others()
            throws Exception {
        try (var subject = start(3)) {
            var stands = observe(subject);
            var down = follower(subject);
            subject.ensemble().stop(down);
            var stranger = subject.ensemble().newServers(1).get(0);
            var asked = List.of(server(stands, id(1)), server(stands, id(2)), server(stands, id(3)), stranger);

            var active = eventually(
                    subject,
                    () -> subject.driver().confirmActive(new ActiveRequest(asked, TIME)),
                    it -> it.values().stream()
                                    .filter(fact -> fact.value().isPresent())
                                    .count()
                            == 2);

            assertThat(active.keySet()).containsExactly(id(1), id(2), id(3), stranger.id());
            active.forEach((id, fact) -> {
                if (id.equals(down) || id.equals(stranger.id())) {
                    assertThat(fact).as("server %s", id).isInstanceOf(Fact.Unknown.class);
                } else {
                    assertThat(fact.value()).as("server %s", id).contains(stands.version());
                }
            });
        }
    }

    @Test
    void a_trial_is_seen_through_each_server_that_is_up_and_changes_nothing() throws Exception {
        try (var subject = start(3)) {
            var stands = observe(subject);
            var down = follower(subject);
            subject.ensemble().stop(down);
            var stranger = subject.ensemble().newServers(1).get(0);
            var asked = List.of(server(stands, id(1)), server(stands, id(2)), server(stands, id(3)), stranger);

            var trial = eventually(
                    subject,
                    () -> subject.driver().verify(new VerifyRequest(asked, TIME)),
                    it -> it.servers().values().stream()
                                    .filter(seen -> seen.shows().value().orElse(false))
                                    .count()
                            == 2);

            assertThat(trial.servers().keySet()).containsExactly(id(1), id(2), id(3), stranger.id());
            trial.servers().forEach((id, seen) -> {
                if (id.equals(down) || id.equals(stranger.id())) {
                    assertThat(seen.shows()).as("server %s", id).isInstanceOf(Fact.Unknown.class);
                    assertThat(seen.data()).as("server %s", id).isInstanceOf(Fact.Unknown.class);
                }
            });
            assertThat(trial.slowestWrite()).isPositive().isLessThan(TIME);
            assertUnchanged(subject, stands);
        }
    }

    @Test
    void a_joiner_that_was_proved_is_added_and_has_the_new_version_in_force() throws Exception {
        try (var subject = start(3)) {
            var joiner = subject.ensemble().newServers(1).get(0);
            subject.ensemble().join(joiner);
            try (var proof = proved(subject, joiner);
                    var sender = sender(subject)) {
                var before = observe(subject);
                var target = before.ensemble().plus(joiner);

                var result = send(sender, before, target);

                var committed = sender.readCommitted(TIME);
                assertThat(result).isEqualTo(new Applied(committed.version()));
                eventually(
                        subject,
                        () -> subject.driver().confirmActive(new ActiveRequest(target.servers(), TIME)),
                        active -> active.values().stream().allMatch(fact -> fact.value()
                                .filter(committed.version()::equals)
                                .isPresent()));
                assertThat(observe(subject).live()).containsExactly(id(1), id(2), id(3), joiner.id());
                assertThat(proof.renew(TIME)).isTrue();
            }
        }
    }

    private void assume(Capability capability) {
        Assumptions.assumeTrue(capabilities().contains(capability), () -> "this driver cannot " + capability);
    }

    private static Observation observe(DriverUnderTest subject) throws InterruptedException {
        return subject.driver().observe(new ObserveRequest(List.of(), TIME));
    }

    private static Sender sender(DriverUnderTest subject) throws InterruptedException {
        var stands = observe(subject);
        return subject.driver()
                .openSender(new SenderRequest(
                        stands.ensemble(), stands.leader().stream().toList(), TIME));
    }

    private static Sender closed(Sender sender) {
        sender.close();
        return sender;
    }

    private static SendResult send(Sender sender, Observation stands, Ensemble target) throws InterruptedException {
        return sender.sendOnce(new SendRequest(stands.ensemble(), target, stands.leader(), stands.version(), TIME));
    }

    private static SyncProof proved(DriverUnderTest subject, Server server) throws Exception {
        var result = eventually(
                subject,
                () -> subject.driver().proveSynced(new SyncRequest(server, TIME)),
                SyncResult.Proved.class::isInstance);
        return ((SyncResult.Proved) result).proof();
    }

    private static void assertRefused(SendResult result, Code code) {
        assertThat(result).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.code())
                .as(refused.detail())
                .isEqualTo(code));
    }

    private static void assertUnchanged(DriverUnderTest subject, Observation stands) throws InterruptedException {
        assertThat(observe(subject).committed().configuration())
                .isEqualTo(stands.committed().configuration());
    }

    private static ServerId follower(DriverUnderTest subject) {
        return id(subject.ensemble().leader().filter(id(1)::equals).isPresent() ? 2 : 1);
    }

    /** Returns a server that does not exist, whose host name nobody resolves: names that end so are reserved for that. */
    private static Server newServerOfUnknownName(DriverUnderTest subject) {
        var host = "no-such-host.invalid";
        return subject.ensemble()
                .newServers(1)
                .get(0)
                .withEndpoints(Endpoints.of(new QuorumAddress(host, 2888, 3888), new Address(host, 2181)));
    }

    private static Server server(Observation seen, ServerId id) {
        return seen.ensemble().server(id).orElseThrow();
    }

    private static ServerFacts facts(Observation seen, ServerId id) {
        return seen.facts(id).orElseThrow();
    }

    private static ServerId id(long value) {
        return ServerId.of(value);
    }

    /** Asks until the answer is as expected, and fails with the last answer after a while. */
    private static <T> T eventually(DriverUnderTest subject, Callable<T> question, Predicate<? super T> expected)
            throws Exception {
        long end = subject.time().nanoTime() + TIME.toNanos();
        while (true) {
            var answer = question.call();
            if (expected.test(answer)) {
                return answer;
            }
            assertThat(subject.time().nanoTime())
                    .as("time is over; the last answer was %s", answer)
                    .isLessThan(end);
            subject.time().sleep(POLL);
        }
    }
}
