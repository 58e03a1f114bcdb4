package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Fact;
import io.ensembler.model.Fact.Source;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.model.ServerVersion;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.runtime.LoopbackPorts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is seen of servers that tell of themselves over HTTP, by four-letter words, both ways or neither. */
class SightTest {

    private static final Duration TIME = Duration.ofSeconds(20);

    private static List<Integer> ports;
    private static TestEnsemble ensemble;
    private static List<ServerId> ids;

    @BeforeAll
    static void start() {
        ports = LoopbackPorts.lease(3);
        var builder = TestEnsemble.builder()
                .runtime(ServerRuntime.forked())
                .setting("admin.enableServer", "true")
                .setting("admin.serverAddress", LoopbackPorts.HOST);
        for (int i = 0; i < 3; i++) {
            builder.setting(ServerId.of(i + 1), "admin.serverPort", ports.get(i).toString());
        }
        ensemble = builder.start();
        ids = List.copyOf(ensemble.committed().ids());
    }

    @AfterAll
    static void stop() {
        ensemble.close();
        LoopbackPorts.release(ports);
    }

    @Test
    void a_server_is_believed_over_http_first_and_every_fact_has_its_source() throws Exception {
        try (var driver = overHttp(SightTest::place)) {
            var seen = observeOverHttp(driver);

            assertSeen(seen, Source.ADMIN, Source.CONF);
            assertThat(seen.servers().values()).allSatisfy(facts -> {
                assertThat(source(facts, ServerDetail.VERSION)).contains(Source.ADMIN);
                assertThat(source(facts, ServerDetail.PEER_STATE)).contains(Source.ADMIN);
                assertThat(source(facts, ServerDetail.DATA_SIZE)).contains(Source.ADMIN);
                assertThat(source(facts, ServerDetail.MAX_HEAP)).contains(Source.ADMIN);
                assertThat(source(facts, ServerDetail.INIT_LIMIT)).contains(Source.CONF);
            });
            assertThat(source(leader(seen), ServerDetail.LEARNERS)).contains(Source.ADMIN);
        }
    }

    @Test
    void words_alone_tell_as_much() throws Exception {
        try (var driver = byWords()) {
            var seen = observe(driver);

            assertSeen(seen, Source.SRVR, Source.CONF);
            assertThat(seen.servers().values()).allSatisfy(facts -> {
                assertThat(source(facts, ServerDetail.VERSION)).contains(Source.SRVR);
                assertThat(source(facts, ServerDetail.PEER_STATE)).contains(Source.MNTR);
                assertThat(source(facts, ServerDetail.DATA_SIZE)).contains(Source.MNTR);
                assertThat(source(facts, ServerDetail.MAX_HEAP)).contains(Source.ENVI);
            });
            assertThat(source(leader(seen), ServerDetail.LEARNERS)).contains(Source.MNTR);
        }
    }

    @Test
    void http_alone_tells_all_but_what_is_in_force_which_a_session_shows() throws Exception {
        try (var mute = ensemble.faults().mute(Selector.participants());
                var driver = overHttp(SightTest::place)) {
            var seen = observeOverHttp(driver);

            assertSeen(seen, Source.ADMIN, Source.ZNODE);
            assertThat(mute.isHealed()).isFalse();
        }
    }

    @Test
    void where_neither_tells_sessions_show_who_is_in_sync_and_nobody_is_known_to_lead() throws Exception {
        try (var mute = ensemble.faults().mute(Selector.participants());
                var driver = byWords()) {
            var seen = observe(driver);

            assertThat(mute.isHealed()).isFalse();
            assertThat(seen.live()).containsExactlyElementsOf(ids);
            assertThat(seen.leader()).isEmpty();
            assertThat(seen.servers().values()).allSatisfy(facts -> {
                assertThat(facts.presence()).isEqualTo(Presence.ANSWERS);
                assertThat(facts.mode())
                        .isEqualTo(Fact.unknown(
                                "it answers srvr with: srvr is not executed because it is not in the whitelist."));
                assertThat(facts.zxid().value()).isEmpty();
                assertThat(facts.inForce()).isInstanceOfSatisfying(Fact.Known.class, known -> {
                    assertThat(known.known()).isEqualTo(seen.version());
                    assertThat(known.source()).isEqualTo(Source.ZNODE);
                });
                assertThat(facts.details().fact(ServerDetail.LAG)).isInstanceOfSatisfying(Fact.Known.class, known -> {
                    assertThat(known.known()).isEqualTo(0L);
                    assertThat(known.source()).isEqualTo(Source.SESSION);
                });
                assertThat(facts.details().value(ServerDetail.VERSION)).isEmpty();
            });
        }
    }

    @Test
    void what_another_server_tells_over_http_is_not_believed() throws Exception {
        try (var driver = overHttp(server -> place(server.id().value() % 3 + 1))) {
            assertSeen(observe(driver), Source.SRVR, Source.CONF);
        }
    }

    @Test
    void whoever_accepts_and_says_nothing_where_http_should_be_hides_nothing() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var driver = overHttp(
                        server -> Optional.of(URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/commands")))) {
            assertSeen(observe(driver), Source.SRVR, Source.CONF);
        }
    }

    @Test
    void a_server_without_leader_says_over_http_that_it_is_not_serving() throws Exception {
        try (var driver = overHttp(SightTest::place)) {
            var follower = ids.stream()
                    .filter(id -> !ensemble.leader().orElseThrow().equals(id))
                    .findFirst()
                    .orElseThrow();
            try (var isolation = ensemble.faults().isolate(Selector.server(follower))) {
                CuratorEnsembleDriverTest.eventually(
                        () -> observe(driver).facts(follower).orElseThrow(),
                        facts -> facts.mode() instanceof Fact.NotServing<ServerMode> not
                                && not.source() == Source.ADMIN
                                && facts.presence() == Presence.ANSWERS
                                && !facts.isProvedSynced());
                assertThat(isolation.isHealed()).isFalse();
            }
            ensemble.awaitSettled();
        }
    }

    /**
     * Looks until every server has answered over HTTP. The first questions of a JVM may take longer than a look waits, and
     * what changes slowly is asked for again ten seconds later.
     */
    private static Observation observeOverHttp(CuratorEnsembleDriver driver) throws Exception {
        return CuratorEnsembleDriverTest.eventually(() -> observe(driver), seen -> seen.servers().values().stream()
                .allMatch(facts -> facts.mode() instanceof Fact.Known<ServerMode> known
                        && known.source() == Source.ADMIN
                        && facts.details().value(ServerDetail.MAX_HEAP).isPresent()
                        && facts.details().value(ServerDetail.PEER_STATE).isPresent()
                        && facts.details().value(ServerDetail.ZNODES).isPresent()));
    }

    private static void assertSeen(Observation seen, Source ofMode, Source ofVersion) {
        assertThat(seen.live()).containsExactlyElementsOf(ids);
        assertThat(seen.leader()).isPresent();
        for (var facts : seen.servers().values()) {
            var leads = seen.leader().filter(facts.id()::equals).isPresent();
            assertThat(facts.presence()).isEqualTo(Presence.ANSWERS);
            assertThat(facts.mode()).isInstanceOfSatisfying(Fact.Known.class, known -> {
                assertThat(known.known()).isEqualTo(leads ? ServerMode.LEADER : ServerMode.FOLLOWER);
                assertThat(known.source()).isEqualTo(ofMode);
                assertThat(known.at()).isAfterOrEqualTo(seen.at());
            });
            assertThat(facts.zxid().value()).isPresent();
            assertThat(facts.connections().value()).isPresent();
            assertThat(facts.inForce()).isInstanceOfSatisfying(Fact.Known.class, known -> {
                assertThat(known.known()).isEqualTo(seen.version());
                assertThat(known.source()).isEqualTo(ofVersion);
            });
            var details = facts.details();
            assertThat(details.value(ServerDetail.VERSION)).contains(ServerVersion.parse("3.9.5"));
            assertThat(details.value(ServerDetail.PEER_STATE))
                    .contains(leads ? "leading - broadcast" : "following - broadcast");
            assertThat(details.value(ServerDetail.LAG)).isPresent();
            assertThat(details.value(ServerDetail.OUTSTANDING_REQUESTS)).isPresent();
            assertThat(details.value(ServerDetail.LATENCY)).isPresent();
            assertThat(details.value(ServerDetail.UPTIME).orElseThrow()).isPositive();
            assertThat(details.value(ServerDetail.ZNODES).orElseThrow()).isPositive();
            assertThat(details.value(ServerDetail.DATA_SIZE).orElseThrow().bytes())
                    .isPositive();
            assertThat(details.value(ServerDetail.MAX_HEAP).orElseThrow().bytes())
                    .isPositive();
            assertThat(details.value(ServerDetail.HEAP_USED).orElseThrow().bytes())
                    .isPositive();
        }
        assertThat(leader(seen).details().value(ServerDetail.LEARNERS)).contains(2);
        assertThat(leader(seen).details().value(ServerDetail.IN_OFFICE)).isPresent();
    }

    private static ServerFacts leader(Observation seen) {
        return seen.facts(seen.leader().orElseThrow()).orElseThrow();
    }

    private static <T> Optional<Source> source(ServerFacts facts, ServerDetail<T> detail) {
        return facts.details().fact(detail) instanceof Fact.Known<T> known
                ? Optional.of(known.source())
                : Optional.empty();
    }

    private static Optional<URI> place(Server server) {
        return place(server.id().value());
    }

    private static Optional<URI> place(long id) {
        return Optional.of(URI.create("http://127.0.0.1:" + ports.get((int) id - 1) + "/commands"));
    }

    private static CuratorEnsembleDriver overHttp(Function<Server, Optional<URI>> places) {
        return CuratorEnsembleDriver.connect(ensemble.connectString())
                .adminServer(places)
                .open();
    }

    private static CuratorEnsembleDriver byWords() {
        return CuratorEnsembleDriver.connect(ensemble.connectString()).open();
    }

    private static Observation observe(CuratorEnsembleDriver driver) throws InterruptedException {
        return driver.observe(new ObserveRequest(List.of(), TIME));
    }
}
