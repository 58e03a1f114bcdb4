package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Address;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.ReconfigurationAccess;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.EnsembleDriver.ActiveRequest;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.spi.EnsembleDriver.SenderRequest;
import io.ensembler.spi.EnsembleDriver.SyncRequest;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.SendResult.Applied;
import io.ensembler.spi.SendResult.Code;
import io.ensembler.spi.SendResult.Refused;
import io.ensembler.spi.Sender;
import io.ensembler.spi.Sender.SendRequest;
import io.ensembler.spi.SyncProof;
import io.ensembler.spi.SyncResult;
import io.ensembler.spi.SyncResult.NotYet;
import io.ensembler.spi.SyncResult.Proved;
import io.ensembler.spi.TimeSource;
import io.ensembler.testkit.TestEnsemble;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The driver on real servers. Tests that leave the ensemble as it is share one. */
class CuratorEnsembleDriverTest {

    private static final Duration TIME = Duration.ofSeconds(20);

    private static TestEnsemble shared;
    private static CuratorEnsembleDriver driver;

    @BeforeAll
    static void start() {
        shared = TestEnsemble.start(3);
        driver = CuratorEnsembleDriver.connect(shared.connectString()).open();
    }

    @AfterAll
    static void stop() {
        driver.close();
        shared.close();
    }

    @Test
    void observes_three_live_servers_their_leader_and_that_reconfiguring_is_allowed() throws Exception {
        var observation = observe(driver);

        assertThat(observation.ensemble()).isEqualTo(shared.committed());
        assertThat(observation.live()).containsExactlyElementsOf(ids(1, 2, 3));
        assertThat(observation.tolerance()).isOne();
        assertThat(observation.leader()).isEqualTo(shared.leader());
        assertThat(observation.access().value()).contains(ReconfigurationAccess.GRANTED);
        assertThat(observation.committed().isGenuine()).isTrue();
        assertThat(observation.committed().write())
                .isGreaterThan(observation.committed().modified());
        for (var facts : observation.servers().values()) {
            assertThat(facts.presence()).isEqualTo(Presence.ANSWERS);
            assertThat(facts.mode().value())
                    .contains(
                            observation.leader().filter(facts.id()::equals).isPresent()
                                    ? ServerMode.LEADER
                                    : ServerMode.FOLLOWER);
            assertThat(facts.inForce()).isInstanceOfSatisfying(Fact.Known.class, known -> {
                assertThat(known.known()).isEqualTo(observation.version());
                assertThat(known.source()).isEqualTo(Fact.Source.CONF);
            });
            assertThat(facts.connections().value().orElse(0)).isPositive();
        }
    }

    @Test
    void observing_changes_neither_the_version_nor_the_configuration() throws Exception {
        var before = observe(driver);
        var after = observe(driver);

        assertThat(after.committed().configuration())
                .isEqualTo(before.committed().configuration());
        assertThat(after.committed().modified()).isEqualTo(before.committed().modified());
        assertThat(after.committed().write()).isGreaterThan(before.committed().write());
    }

    @Test
    void a_joiner_that_does_not_run_refuses_and_is_not_proved() throws Exception {
        var joiner = shared.newServers(1).get(0);

        var observation = driver.observe(new ObserveRequest(List.of(joiner), TIME));
        var result = driver.proveSynced(new SyncRequest(joiner, TIME));

        var facts = observation.facts(joiner.id()).orElseThrow();
        assertThat(facts.presence()).isEqualTo(Presence.REFUSES);
        assertThat(facts.isProvedSynced()).isFalse();
        assertThat(observation.live()).containsExactlyElementsOf(ids(1, 2, 3));
        assertThat(result)
                .isEqualTo(new NotYet("server " + joiner.id() + " does not answer at "
                        + joiner.endpoints().client().orElseThrow() + ": the connection is refused"));
    }

    @Test
    void a_server_that_answers_under_another_id_is_no_proof() throws Exception {
        var impostor = new Server(
                ServerId.of(9),
                shared.server(ServerId.of(1)).role(),
                shared.server(ServerId.of(1)).endpoints());

        assertThat(driver.proveSynced(new SyncRequest(impostor, TIME)))
                .isEqualTo(new NotYet("server 9 to answer: server 1 answers at "
                        + impostor.endpoints().client().orElseThrow()));
    }

    @Test
    void confirms_the_version_in_force_by_what_each_server_says_of_itself() throws Exception {
        var stranger = shared.newServers(1).get(0);
        var asked = List.of(shared.server(ServerId.of(1)), shared.server(ServerId.of(2)), stranger);

        var active = driver.confirmActive(new ActiveRequest(asked, TIME));

        var version = observe(driver).version();
        assertThat(active.get(ServerId.of(1)).value()).contains(version);
        assertThat(active.get(ServerId.of(2)).value()).contains(version);
        assertThat(active.get(stranger.id()))
                .hasToString("unknown (the connection to "
                        + stranger.endpoints().client().orElseThrow() + " is refused)");
    }

    @Test
    void a_client_with_namespace_and_chroot_serves_and_is_left_as_it_is() throws Exception {
        try (var client = client(shared.connectString() + "/some/chroot", "some-namespace")) {
            try (var onClient = CuratorEnsembleDriver.on(client)
                    .authorization("digest", "who:hush-hush")
                    .path("/elsewhere/deep")
                    .open()) {
                assertThat(observe(onClient).live()).containsExactlyElementsOf(ids(1, 2, 3));
                try (var sender = sender(onClient)) {
                    assertThat(sender.id().value()).startsWith("/elsewhere/deep/senders/");
                    assertThat(sender.readCommitted(TIME).ensemble()).isEqualTo(shared.committed());
                }
                assertThat(onClient).hasToString("CuratorEnsembleDriver[path=/elsewhere/deep, identities=[digest]]");
            }
            assertThat(client.getZookeeperClient().isConnected()).isTrue();
        }
    }

    @Test
    void secrets_reach_neither_text_nor_exception() throws Exception {
        var builder = CuratorEnsembleDriver.connect(shared.connectString()).path("/guarded");
        try (var owner = builder.authorization("digest", "owner:hush-hush").open();
                var other = CuratorEnsembleDriver.connect(shared.connectString())
                        .path("/guarded")
                        .authorization("digest", "other:hush-too")
                        .open()) {
            observe(owner);

            assertThat(builder.toString() + owner).doesNotContain("hush");
            assertThatThrownBy(() -> observe(other))
                    .isInstanceOfSatisfying(
                            DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                    .hasMessageStartingWith(
                            "Cannot create a znode under /guarded: the identity given lacks the right to do"
                                    + " so at /guarded/")
                    .hasMessageNotContaining("hush");
        }
    }

    @Test
    void an_ensemble_that_nobody_answers_for_is_a_failure_that_may_be_tried_again() {
        var nobody = shared.newServers(1).get(0).endpoints().client().orElseThrow();
        try (var lost = CuratorEnsembleDriver.connect(nobody.toString()).open()) {
            assertThatThrownBy(() -> lost.observe(new ObserveRequest(List.of(), Duration.ofSeconds(1))))
                    .isInstanceOfSatisfying(
                            DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RETRYABLE))
                    .hasMessageStartingWith("Cannot open a session: ");
        }
    }

    @Test
    void a_configuration_that_cannot_be_read_is_refused_and_does_not_hide_what_servers_have_in_force()
            throws Exception {
        try (var ensemble = TestEnsemble.start(1);
                var client = client(ensemble.connectString(), "");
                var looking =
                        CuratorEnsembleDriver.connect(ensemble.connectString()).open()) {
            var stands = observe(looking);
            try (var sender = sender(looking)) {
                client.setData().forPath("/zookeeper/config", "server.1=nonsense".getBytes(StandardCharsets.UTF_8));

                for (ThrowingCallable call :
                        List.<ThrowingCallable>of(() -> observe(looking), () -> sender.readCommitted(TIME))) {
                    assertThatThrownBy(call)
                            .isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind())
                                    .isEqualTo(Kind.REFUSED))
                            .hasMessageStartingWith("Cannot use what /zookeeper/config holds: Cannot read line 1"
                                    + " \"server.1=nonsense\": ")
                            .hasMessageEndingWith("If somebody wrote that znode directly, any reconfiguration with"
                                    + " zkCli.sh puts there again what the servers have in force.");
                }
            }
            assertThat(looking.confirmActive(new ActiveRequest(stands.ensemble().servers(), TIME))
                            .get(ServerId.of(1))
                            .value())
                    .contains(stands.version());
        }
    }

    @Test
    void a_client_closed_before_the_driver_is_named() {
        var client = client(shared.connectString(), "");
        try (var onClient = CuratorEnsembleDriver.on(client).open()) {
            client.close();

            assertThatThrownBy(() -> observe(onClient))
                    .isInstanceOfSatisfying(
                            DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                    .hasMessage("Cannot read the configuration through the Curator client: its state is STOPPED."
                            + " Close it after the driver, and open another driver on a client that is started.");
        }
    }

    @Test
    void a_closed_driver_opens_no_session() throws Exception {
        var closed = CuratorEnsembleDriver.connect(shared.connectString()).open();
        var stands = observe(closed);
        var server = stands.ensemble().servers().get(0);
        var left = sender(closed);
        closed.close();
        closed.close();

        var calls = new LinkedHashMap<String, ThrowingCallable>();
        calls.put("Cannot observe the ensemble", () -> observe(closed));
        calls.put(
                "Cannot open a session to send on",
                () -> closed.openSender(new SenderRequest(stands.ensemble(), List.of(), TIME)));
        calls.put(
                "Cannot prove server " + server.id() + " synced",
                () -> closed.proveSynced(new SyncRequest(server, TIME)));
        calls.put(
                "Cannot ask which configuration servers have in force",
                () -> closed.confirmActive(new ActiveRequest(List.of(server), TIME)));
        calls.forEach((what, call) -> assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessage(what + ": the driver has been closed. Open another."));
        assertThatThrownBy(() -> left.readCommitted(TIME))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SESSION_ENDED));
    }

    @Test
    void a_wrong_version_is_refused() throws Exception {
        var stands = observe(driver);
        try (var sender = sender(driver)) {
            var result = sender.sendOnce(new SendRequest(
                    stands.ensemble(),
                    stands.ensemble(),
                    stands.leader(),
                    ConfigurationVersion.of(stands.version().value() + 1),
                    TIME));

            assertThat(result).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.code())
                    .isEqualTo(Code.BAD_VERSION));
        }
        assertThat(observe(driver).version()).isEqualTo(stands.version());
    }

    @Test
    void nothing_is_sent_if_a_name_of_the_target_does_not_resolve() throws Exception {
        var stands = observe(driver);
        var joiner = new Server(
                ServerId.of(7),
                shared.server(ServerId.of(1)).role(),
                Endpoints.of(
                        new QuorumAddress("no-such-host.invalid", 2888, 3888),
                        new Address("no-such-host.invalid", 2181)));
        try (var sender = sender(driver)) {
            assertThat(sender.sendOnce(new SendRequest(
                            stands.ensemble(),
                            stands.ensemble().plus(joiner),
                            stands.leader(),
                            stands.version(),
                            TIME)))
                    .isEqualTo(new Refused(
                            Code.NAME_UNRESOLVED,
                            "nothing was sent: no-such-host.invalid of the target cannot be resolved here; the servers"
                                    + " would stop when they cannot either"));
        }
        assertThat(observe(driver).version()).isEqualTo(stands.version());
    }

    @Test
    void nothing_is_sent_that_could_take_all_servers_down_with_the_leader() throws Exception {
        var stands = observe(driver);
        var leader = stands.leader().orElseThrow();
        var servers = stands.ensemble().servers().stream()
                .map(server -> server.id().equals(leader)
                        ? Server.parse(server.toString().replace("127.0.0.1", "localhost"))
                        : server)
                .toList();
        var group = Map.of(1L, stands.ensemble().ids());
        var target = Ensemble.of(servers, QuorumRule.hierarchical(group, Map.of(leader, 3L)));
        try (var sender = sender(driver)) {
            var request = new SendRequest(target, target, stands.leader(), stands.version(), TIME);

            assertThat(sender.sendOnce(request))
                    .isEqualTo(new Refused(
                            Code.LONE_QUORUM,
                            "nothing was sent: server " + leader + ", alone a quorum of the target, is listed by host"
                                    + " name, which a call with the whole text makes it resolve anew. List it by its"
                                    + " address first"));
        }
        assertThat(observe(driver).version()).isEqualTo(stands.version());
    }

    @Test
    void groups_and_weights_are_sent_and_read_as_they_are() throws Exception {
        try (var ensemble = TestEnsemble.builder().participants(3).observers(1).start();
                var changing =
                        CuratorEnsembleDriver.connect(ensemble.connectString()).open()) {
            var servers = ensemble.servers();
            var groups = Map.of(7L, ids(1, 3), 9L, ids(2));
            var targets = List.of(
                    Ensemble.of(servers, QuorumRule.hierarchical(Map.of(1L, ids(1), 2L, ids(2), 3L, ids(3)), Map.of())),
                    Ensemble.of(servers, QuorumRule.hierarchical(groups, Map.of(ServerId.of(3), 0L))),
                    Ensemble.of(servers, QuorumRule.hierarchical(groups, Map.of(ServerId.of(1), 2L))),
                    Ensemble.of(servers, QuorumRule.majority()));
            for (var target : targets) {
                var before = observe(changing);
                try (var sender = sender(changing)) {
                    var result = sender.sendOnce(
                            new SendRequest(before.ensemble(), target, before.leader(), before.version(), TIME));

                    var committed = sender.readCommitted(TIME);
                    assertThat(result).isEqualTo(new Applied(committed.version()));
                    assertThat(committed.ensemble()).isEqualTo(target);
                }
                eventually(() -> observe(changing), now -> now.ensemble().equals(target) && inForceEverywhere(now));
            }
        }
    }

    private static boolean inForceEverywhere(Observation now) {
        return now.servers().values().stream()
                .allMatch(facts -> facts.isProvedSynced()
                        && facts.inForce().value().filter(now.version()::equals).isPresent());
    }

    @Test
    void nothing_is_sent_by_an_interrupted_thread_or_without_time() throws Exception {
        var stands = observe(driver);
        var ensemble = stands.ensemble();
        try (var sender = sender(driver)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> sender.sendOnce(
                            new SendRequest(ensemble, ensemble, stands.leader(), stands.version(), TIME)))
                    .isInstanceOf(InterruptedException.class);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(sender.sendOnce(
                            new SendRequest(ensemble, ensemble, stands.leader(), stands.version(), Duration.ZERO)))
                    .isEqualTo(new Refused(
                            Code.NAME_UNRESOLVED,
                            "nothing was sent: resolving the host names of the target took all the time there was,"
                                    + " 0 ms"));
            assertThat(sender.readCommitted(TIME).version()).isEqualTo(stands.version());
        }
    }

    @Test
    void a_sender_is_gone_only_after_it_was_closed() throws Exception {
        try (var watching = sender(driver)) {
            var other = sender(driver);
            assertThat(watching.isGone(other.id(), TIME)).isFalse();
            assertThat(watching.isGone(watching.id(), TIME)).isFalse();

            other.close();

            eventually(() -> watching.isGone(other.id(), TIME), gone -> gone);
            assertThatThrownBy(() -> other.readCommitted(TIME))
                    .isInstanceOfSatisfying(
                            DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SESSION_ENDED));
        }
    }

    @Test
    void a_session_whose_znode_somebody_removed_goes_on() throws Exception {
        try (var client = client(shared.connectString(), "");
                var disturbed = CuratorEnsembleDriver.connect(shared.connectString())
                        .path("/disturbed")
                        .open();
                var sender = sender(disturbed)) {
            var before = sender.readCommitted(TIME);
            for (var folder : List.of("/disturbed/senders", "/disturbed/drivers")) {
                client.delete().deletingChildrenIfNeeded().forPath(folder);
            }

            var after = sender.readCommitted(TIME);

            assertThat(after.configuration()).isEqualTo(before.configuration());
            assertThat(after.write()).isGreaterThan(before.write());
            var scratch = client.getChildren().forPath("/disturbed/senders");
            assertThat(scratch).hasSize(1);
            assertThat(client.checkExists()
                            .forPath("/disturbed/senders/" + scratch.get(0))
                            .getEphemeralOwner())
                    .as("the session that goes on")
                    .isEqualTo(((SessionSender) sender).sessionId());
            assertThat(sender.isGone(sender.id(), TIME)).isTrue();
            assertThat(observe(disturbed).live()).containsExactlyElementsOf(ids(1, 2, 3));
        }
    }

    @Test
    void a_server_that_has_joined_is_proved_added_and_in_force() throws Exception {
        try (var ensemble = TestEnsemble.start(3);
                var growing =
                        CuratorEnsembleDriver.connect(ensemble.connectString()).open()) {
            var joiner = ensemble.newServers(1).get(0);
            var before = observe(growing);
            ensemble.join(joiner);
            try (var proof = proved(growing, joiner);
                    var sender = sender(growing)) {
                assertThat(proof.renew(TIME)).isTrue();
                var target = before.ensemble().plus(joiner);
                assertThat(((SessionSender) sender).openedOn())
                        .isEqualTo(clientOf(ensemble, before.leader().orElseThrow()));

                var result = sender.sendOnce(
                        new SendRequest(before.ensemble(), target, before.leader(), before.version(), TIME));

                var committed = sender.readCommitted(TIME);
                assertThat(result).isEqualTo(new Applied(committed.version()));
                assertThat(committed.ensemble()).isEqualTo(target);
                assertThat(committed.version()).isGreaterThan(before.version());
                eventually(
                        () -> growing.confirmActive(new ActiveRequest(target.servers(), TIME)),
                        active -> active.values().stream().allMatch(fact -> fact.value()
                                .filter(committed.version()::equals)
                                .isPresent()));
                assertThat(observe(growing).live()).containsExactlyElementsOf(ids(1, 2, 3, 4));
                assertThat(proof.holds()).isTrue();
            }
            assertThat(ensemble.exitRequests()).isEmpty();
        }
    }

    @Test
    void a_proof_ends_for_good_when_its_server_restarts() throws Exception {
        try (var ensemble = TestEnsemble.start(3);
                var looking =
                        CuratorEnsembleDriver.connect(ensemble.connectString()).open()) {
            var follower = follower(ensemble);
            try (var proof = proved(looking, follower)) {
                assertThat(proof.holds()).isTrue();

                ensemble.restart(follower.id());

                eventually(proof::holds, holds -> !holds);
                proved(looking, follower).close();
                assertThat(proof.holds()).isFalse();
                assertThat(proof.renew(TIME)).isFalse();
            }
        }
    }

    @Test
    void a_sender_whose_server_stopped_reads_on_the_same_session_elsewhere() throws Exception {
        try (var ensemble = TestEnsemble.start(3);
                var overFollower = CuratorEnsembleDriver.connect(ensemble.connectString())
                        .route((stands, preferred) -> List.of(follower(ensemble).id()))
                        .open()) {
            var stands = observe(overFollower);
            try (var sender = (SessionSender) sender(overFollower);
                    var watching = sender(overFollower)) {
                var server = follower(ensemble);
                assertThat(sender.openedOn()).isEqualTo(clientOf(ensemble, server.id()));

                ensemble.stop(server.id());

                assertThat(sender.readCommitted(TIME).version()).isEqualTo(stands.version());
                assertThat(watching.isGone(sender.id(), TIME)).isFalse();
                var down = observe(overFollower);
                assertThat(down.live()).hasSize(2).doesNotContain(server.id());
                assertThat(down.facts(server.id()).orElseThrow().presence()).isEqualTo(Presence.REFUSES);
            }
        }
    }

    @Test
    void the_leader_is_removed_over_a_follower_and_the_outcome_read_on_the_same_session() throws Exception {
        try (var ensemble = TestEnsemble.start(4);
                var overFollower = CuratorEnsembleDriver.connect(ensemble.connectString())
                        .route((stands, preferred) -> List.of(follower(ensemble).id()))
                        .open()) {
            var before = observe(overFollower);
            var target = before.ensemble().minus(before.leader().orElseThrow());
            SendResult result;
            try (var sender = sender(overFollower)) {
                result = sender.sendOnce(
                        new SendRequest(before.ensemble(), target, before.leader(), before.version(), TIME));

                assertThat(sender.readCommitted(TIME).ensemble())
                        .as("what stands after %s", result)
                        .isEqualTo(target);
            }
            assertThat(result).isNotInstanceOf(Refused.class);
            eventually(
                    () -> observe(overFollower),
                    now -> now.live().size() == 3 && now.leader().isPresent());
        }
    }

    private static Observation observe(CuratorEnsembleDriver of) throws InterruptedException {
        return of.observe(new ObserveRequest(List.of(), TIME));
    }

    private static Sender sender(CuratorEnsembleDriver of) throws InterruptedException {
        var stands = observe(of);
        return of.openSender(
                new SenderRequest(stands.ensemble(), stands.leader().stream().toList(), TIME));
    }

    private static SyncProof proved(CuratorEnsembleDriver by, Server server) {
        var result =
                eventually(() -> by.proveSynced(new SyncRequest(server, TIME)), SyncResult.Proved.class::isInstance);
        return ((Proved) result).proof();
    }

    private static Server follower(TestEnsemble ensemble) {
        return ensemble.servers().stream()
                .filter(server -> ensemble.leader().filter(server.id()::equals).isEmpty())
                .findFirst()
                .orElseThrow();
    }

    private static Address clientOf(TestEnsemble ensemble, ServerId id) {
        return ensemble.server(id).endpoints().client().orElseThrow();
    }

    private static List<ServerId> ids(long... values) {
        return Arrays.stream(values).mapToObj(ServerId::of).toList();
    }

    private static CuratorFramework client(String connectString, String namespace) {
        var client = CuratorFrameworkFactory.builder()
                .connectString(connectString)
                .namespace(namespace)
                .retryPolicy(new RetryOneTime(100))
                .build();
        client.start();
        return client;
    }

    /** Asks until the answer is as expected, and fails with the last answer after {@link #TIME}. */
    static <T> T eventually(Callable<T> question, Predicate<? super T> expected) {
        var time = TimeSource.system();
        long end = time.nanoTime() + TIME.toNanos();
        try {
            while (true) {
                var answer = question.call();
                if (expected.test(answer)) {
                    return answer;
                }
                assertThat(time.nanoTime())
                        .as("time is over; the last answer was %s", answer)
                        .isLessThan(end);
                time.sleep(Duration.ofMillis(10));
            }
        } catch (Exception e) {
            throw new AssertionError("asking failed", e);
        }
    }
}
