package io.ensembler.testkit.ledger;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.EnsembleException;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.server.auth.DigestLoginModule;
import org.junit.jupiter.api.Test;

/** A ledger needs nothing of an ensemble but a connect string and a path that it may write below. */
@ZooKeeperEnsemble(participants = 1)
class AnyEnsembleTest {

    @Test
    void a_path_that_is_there_is_used_where_nothing_may_be_made_beside_it(TestEnsemble ensemble) throws Exception {
        try (var client = new ZooKeeper(ensemble.connectString(), 10_000, event -> {})) {
            create(client, "/probe");
            client.setACL("/", Ids.READ_ACL_UNSAFE, -1);
            try (var ledger =
                    Ledger.on(ensemble.connectString()).under("/probe").start()) {
                ledger.awaitAcknowledged(100);
                assertThat(ledger.report()).brokeNoPromise();
            }
            assertThat(client.getChildren("/probe", false)).isEmpty();
        }
    }

    @Test
    void clients_stay_below_the_path_of_their_connect_string_wherever_they_follow(TestEnsemble ensemble)
            throws Exception {
        try (var client = new ZooKeeper(ensemble.connectString(), 10_000, event -> {})) {
            create(client, "/app");
            try (var ledger = Ledger.start(ensemble.connectString() + "/app")) {
                ledger.follow(ensemble.connectString());
                ledger.awaitAcknowledged(100);
                ledger.follow(ensemble.connectString() + "/app");
                assertThatThrownBy(() -> ledger.follow(ensemble.connectString() + "/other"))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("Cannot follow to /other: the znodes are below /app");

                assertThat(ledger.report()).brokeNoPromise();
            }
            assertThat(client.getChildren("/app", false)).isEmpty();
        }
    }

    @Test
    @ZooKeeperEnsemble(participants = 2)
    void asks_who_is_in_the_ensemble_in_the_end_and_not_who_was(TestEnsemble ensemble) throws Exception {
        var joiner = ensemble.newServers(1).get(0);
        try (var ledger = Ledger.start(ensemble.connectString());
                var admin = new ZooKeeperAdmin(ensemble.connectString(), 10_000, event -> {})) {
            ensemble.join(joiner);
            ensemble.awaitSettled();
            var observer = joiner.toString().replace(":participant", ":observer");
            admin.reconfigure(List.of(observer), null, null, -1, new Stat());
            ensemble.awaitSettled();
            assertThat(ensemble.committed().ids()).contains(joiner.id());
            var leaving = ensemble.leader().orElseThrow().equals(ServerId.of(1)) ? ServerId.of(2) : ServerId.of(1);
            admin.reconfigure(null, List.of(leaving.toString()), null, -1, new Stat());
            ensemble.stop(leaving);
            ensemble.awaitSettled();
            ledger.awaitAcknowledged(100);

            var report = ledger.report();

            assertThat(report).brokeNoPromise();
            assertThat(ledger.history().looks())
                    .extracting(Look::server)
                    .contains(address(ensemble, joiner.id()))
                    .doesNotContain(address(ensemble, leaving));
            assertThat(report.serversAsked()).isEqualTo(2);
        }
    }

    @Test
    void asks_the_servers_of_the_connect_string_where_none_has_a_configuration() {
        try (var ensemble =
                        TestEnsemble.builder().participants(1).standalone(true).start();
                var ledger = Ledger.start(ensemble.connectString())) {
            ledger.awaitAcknowledged(100);

            assertThat(ledger.report()).brokeNoPromise();
        }
    }

    @Test
    void clients_that_prove_who_they_are_by_sasl_work_like_others() {
        var logins = new Logins();
        logins.put("Server", Map.of("user_tester", "secret"));
        try (var ensemble = logins.whileInstalled(() -> TestEnsemble.start(1))) {
            logins.put("Client", Map.of("username", "tester", "password", "secret"));
            logins.whileInstalled(() -> {
                try (var ledger = Ledger.start(ensemble.connectString())) {
                    ledger.awaitAcknowledged(100);
                    assertThat(ledger.report()).brokeNoPromise();
                    return ledger;
                }
            });
        }
    }

    @Test
    void clients_that_are_not_who_they_say_do_not_wait() {
        var logins = new Logins();
        logins.put("Server", Map.of("user_tester", "secret"));
        try (var ensemble = logins.whileInstalled(() -> TestEnsemble.start(1))) {
            logins.put("Client", Map.of("username", "tester", "password", "wrong"));
            var begun = System.nanoTime();

            assertThatThrownBy(() -> logins.whileInstalled(() -> Ledger.start(ensemble.connectString())))
                    .isInstanceOf(EnsembleException.class)
                    .hasMessageStartingWith("Cannot open a session to " + ensemble.connectString()
                            + ": it does not accept the client as who it says it is");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
        }
    }

    private static void create(ZooKeeper client, String path) throws Exception {
        client.create(path, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }

    private static String address(TestEnsemble ensemble, ServerId id) {
        return ensemble.server(id).endpoints().reachableClient().orElseThrow().toString();
    }

    /** Who the servers and clients of this JVM are, as long as it is installed. */
    private static final class Logins extends Configuration {

        private static final String FIPS_MODE = "zookeeper.fips-mode";

        private interface Action<T> {
            T run();
        }

        private final Map<String, Map<String, String>> sections = new ConcurrentHashMap<>();

        void put(String section, Map<String, String> options) {
            sections.put(section, options);
        }

        <T> T whileInstalled(Action<T> action) {
            Configuration.setConfiguration(this);
            // Unless told otherwise ZooKeeper 3.9 refuses logins by digest, which alone need no server of their own.
            System.setProperty(FIPS_MODE, "false");
            try {
                return action.run();
            } finally {
                System.clearProperty(FIPS_MODE);
                Configuration.setConfiguration(null);
            }
        }

        @Override
        public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
            var options = sections.get(name);
            return options == null
                    ? null
                    : new AppConfigurationEntry[] {
                        new AppConfigurationEntry(
                                DigestLoginModule.class.getName(),
                                LoginModuleControlFlag.REQUIRED,
                                new HashMap<>(options))
                    };
        }
    }
}
