package io.ensembler.testkit.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Server;
import io.ensembler.model.ServerRole;
import io.ensembler.testkit.Outside;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

/**
 * Wherever a reconfiguration changes the set of servers, each of them closes its election listener and opens it anew by
 * its name. If that is not resolved three times in a row, a second apart, the server ends: all at once, by one failure
 * of the name service. What this asks of us is {@code names-resolve}: every name is resolved right before each send,
 * and names with a limited {@code electionPortBindRetry} are warned of.
 */
class NamesHazardTest {

    private static final String FAILED = "Exception while listening to address";

    @Test
    void adding_an_observer_while_names_do_not_resolve_for_seconds_ends_every_server_with_code_14() throws Exception {
        try (var ensemble =
                        TestEnsemble.builder().runtime(ServerRuntime.forked()).start();
                var admin = new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {})) {
            var servers = ensemble.servers();
            var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
            forgetNames(ensemble, servers);

            admin.reconfigure(List.of(observer.toString()), null, null, -1, new Stat());

            Waiting.until("all three end", ensemble, () -> servers.stream()
                    .noneMatch(server -> ensemble.isRunning(server.id())));
            assertThat(ensemble.exitRequests())
                    .hasSize(3)
                    .allMatch(exit -> exit.matches("(?s)server \\d asked to exit: status 14, .*"));
            assertThat(servers).allSatisfy(server -> assertThat(failures(ensemble, server))
                    .as("attempts of server %s", server.id())
                    .isEqualTo(3));
        }
    }

    @Test
    void every_server_survives_unresolved_names_where_it_tries_for_ever() throws Exception {
        try (var ensemble = TestEnsemble.builder()
                        .runtime(ServerRuntime.forked())
                        .setting("electionPortBindRetry", "0")
                        .start();
                var admin = new ZooKeeperAdmin(ensemble.connectString(), 30_000, event -> {})) {
            var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
            ensemble.join(observer);
            Outside.await(observer, "srvr", Outside.mode("follower"));
            var servers = ensemble.servers();
            var names = forgetNames(ensemble, servers);

            admin.reconfigure(List.of(observer.toString()), null, null, -1, new Stat());
            Waiting.until("each has tried more often than it would otherwise", ensemble, () -> servers.stream()
                    .allMatch(server -> failures(ensemble, server) > 3));
            for (var hosts : names.entrySet()) {
                Files.writeString(hosts.getKey(), hosts.getValue());
            }

            assertThat(ensemble.awaitSettled()).hasToString("1,2,3 observers 4");
            assertThat(ensemble.exitRequests()).isEmpty();
        }
    }

    /** Lets no name be resolved by these servers, and returns what stood in their hosts files. */
    private static Map<Path, String> forgetNames(TestEnsemble ensemble, List<Server> servers) throws IOException {
        var names = new LinkedHashMap<Path, String>();
        for (var server : servers) {
            var hosts = ensemble.directory(server.id()).resolve("hosts");
            names.put(hosts, Files.readString(hosts));
            Files.writeString(hosts, "127.0.0.1 localhost\n");
        }
        return names;
    }

    /** Returns how often it failed to open its election listener. */
    private static long failures(TestEnsemble ensemble, Server server) {
        try (var lines = Files.lines(ensemble.log(server.id()).orElseThrow())) {
            return lines.filter(line -> line.contains(FAILED)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
