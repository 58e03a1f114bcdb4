package io.ensembler.testkit.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.Outside;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.junit.jupiter.api.Test;

/**
 * A leader whose quorum address differs in the new configuration hands over to another server that has acknowledged it.
 * Where the leader holds a quorum alone there need not be any: it looks for the first of none and fails, and fails so
 * each time that it has been elected again. The processes run on. What this asks of us is {@code lone-quorum-stays}.
 */
class LoneQuorumHazardTest {

    /** Far longer than it takes to elect a leader. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);

    /** How much later the acknowledgements of others come, as they mostly do: the leader's own is enough. */
    private static final Duration LATER = Duration.ofMillis(500);

    private static final String FAILED = "java.util.NoSuchElementException";

    @Test
    void a_leader_that_outweighs_the_others_takes_all_three_out_of_service_when_it_moves_its_quorum_port()
            throws Exception {
        var three = ServerId.of(3);
        var heavy = QuorumRule.hierarchical(
                Map.of(1L, Set.of(ServerId.of(1), ServerId.of(2), three)),
                Map.of(ServerId.of(1), 1L, ServerId.of(2), 1L, three, 3L));
        try (var ensemble = TestEnsemble.builder()
                        .runtime(ServerRuntime.forked())
                        .quorumRule(heavy)
                        .start();
                var admin = new ZooKeeperAdmin(ensemble.connectString(), 60_000, event -> {})) {
            var servers = ensemble.servers();
            assertThat(ensemble.leader()).contains(three);
            var before = ensemble.committed();
            var moved = withNewQuorumPort(ensemble, ensemble.server(three));
            var target = servers.stream()
                    .map(server -> server.id().equals(three) ? moved : server)
                    .toList();
            try (var slow = ensemble.faults().delay(Selector.followers(), Selector.leader(), LATER)) {
                var answer = reconfigure(admin, Ensemble.of(target, heavy));

                assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(KeeperException.Code.CONNECTIONLOSS.intValue());
                awaitOutOfService(ensemble, servers);
                ensemble.bootTwice(three);
                assertThat(slow.isHealed()).isFalse();
            }
            assertThat(ensemble.awaitSettled()).isEqualTo(before);
        }
    }

    @Test
    void the_only_participant_locks_up_when_it_moves_its_quorum_port_until_it_has_been_started_twice()
            throws Exception {
        try (var ensemble = alone();
                var admin = new ZooKeeperAdmin(ensemble.connectString(), 60_000, event -> {})) {
            var only = Outside.server(ensemble, 1);
            var moved = withNewQuorumPort(ensemble, only);
            var before = ensemble.committed();

            var answer = reconfigure(admin, Ensemble.of(moved));

            assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(KeeperException.Code.CONNECTIONLOSS.intValue());
            awaitOutOfService(ensemble, List.of(only));
            ensemble.restart(only.id());
            awaitOutOfService(ensemble, List.of(only));

            ensemble.restart(only.id());

            assertThat(ensemble.awaitSettled()).isEqualTo(before);
        }
    }

    @Test
    void the_only_participant_locks_up_at_a_bulk_call_that_changes_nothing_once_its_name_leads_elsewhere()
            throws Exception {
        try (var ensemble = alone();
                var admin = new ZooKeeperAdmin(ensemble.connectString(), 60_000, event -> {})) {
            var only = Outside.server(ensemble, 1);
            var hosts = ensemble.directory(only.id()).resolve("hosts");
            var names = Files.readString(hosts);
            var before = ensemble.committed();
            var versionBefore = version(only);
            Files.writeString(hosts, "127.0.0.1 localhost\n127.0.0.2 zk1\n");

            var answer = reconfigure(admin, before);

            assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(KeeperException.Code.CONNECTIONLOSS.intValue());
            Files.writeString(hosts, names);
            awaitOutOfService(ensemble, List.of(only));
            ensemble.restart(only.id());
            // What got no answer commits: the server has its own name resolved anew.
            assertThat(ensemble.awaitSettled()).isEqualTo(before);
            assertThat(version(only)).isNotEqualTo(versionBefore);
        }
    }

    private static TestEnsemble alone() {
        return TestEnsemble.builder()
                .participants(1)
                .runtime(ServerRuntime.forked())
                .start();
    }

    /** Sends a whole configuration. */
    private static CompletableFuture<Integer> reconfigure(ZooKeeperAdmin admin, Ensemble target) {
        var answer = new CompletableFuture<Integer>();
        admin.reconfigure(
                List.of(),
                null,
                List.of(ConfigurationText.print(target)),
                -1,
                (code, path, context, data, stat) -> answer.complete(code),
                null);
        return answer;
    }

    /** Returns once no server serves, and the last of them has kept failing to lead; none has ended. */
    private static void awaitOutOfService(TestEnsemble ensemble, List<Server> servers) throws Exception {
        var leader = servers.get(servers.size() - 1).id();
        for (var server : servers) {
            Outside.await(server, "srvr", Outside.notServing());
        }
        long failures = failures(ensemble, leader);
        Waiting.whileNoneServes(LONG_ENOUGH, ensemble, servers);
        Waiting.until("it fails to lead again", ensemble, () -> failures(ensemble, leader) > failures);
        assertThat(ensemble.exitRequests()).isEmpty();
    }

    private static String version(Server server) {
        return Outside.ask(server, "conf")
                .lines()
                .filter(line -> line.startsWith("version="))
                .findFirst()
                .orElseThrow();
    }

    private static Server withNewQuorumPort(TestEnsemble ensemble, Server server) {
        var old = server.endpoints().quorum().get(0);
        int port = ensemble.newEndpoints(server.id()).quorum().get(0).quorumPort();
        return server.withEndpoints(
                Endpoints.of(new QuorumAddress(old.host(), port, old.electionPort()), Outside.client(server)));
    }

    /** Returns how often it has failed to lead. */
    private static long failures(TestEnsemble ensemble, ServerId id) {
        try (var lines = Files.lines(ensemble.log(id).orElseThrow())) {
            return lines.filter(line -> line.startsWith(FAILED)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
