package io.ensembler.testkit.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.testkit.Outside;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

/**
 * A server with {@code reconfigEnabled=false} writes each new configuration into its znode, as any transaction, and
 * goes on acting by its old list. It votes by that list until the next election, in which it does not get any further.
 * What this asks of us is the {@code barrier}: that a server acts by a new configuration is proved by its {@code conf};
 * its znode proves it only if more is known of the server.
 */
class MixedFlagHazardTest {

    /** Far longer than an election takes. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(2);

    private static final ServerId OFF = ServerId.of(1);

    @Test
    void a_server_with_reconfiguration_off_shows_new_configurations_in_its_znode_and_acts_by_its_old_list()
            throws Exception {
        try (var ensemble = mixed();
                var admin = admin(ensemble);
                var there = Outside.connect(Outside.client(off(ensemble)).toString())) {
            var whole = Outside.server(ensemble, 3);
            var old = new Configuration(conf(whole).ensemble(), ConfigurationVersion.NONE);
            assertThat(znode(there)).isEqualTo(old);

            addObserver(ensemble, admin);
            commitWrite(there, "/first");

            var first = conf(whole);
            assertThat(first.ensemble()).hasToString("1,2,3 observers 4");
            assertThat(conf(off(ensemble))).isEqualTo(old);
            // From now on its znode stands where the ensemble does, and what stood before betrays it no more.
            assertThat(znode(there)).isEqualTo(first);

            addObserver(ensemble, admin);
            commitWrite(there, "/second");

            assertThat(znode(there)).isEqualTo(conf(whole)).isNotEqualTo(first);
            assertThat(conf(off(ensemble))).isEqualTo(old);
        }
    }

    @Test
    void a_server_with_reconfiguration_off_elects_nobody_after_a_change_so_that_two_of_three_stand_still()
            throws Exception {
        try (var ensemble = mixed();
                var admin = admin(ensemble)) {
            addObserver(ensemble, admin);
            var follower = ensemble.servers().stream()
                    .filter(server -> Selector.followers().select(ensemble).contains(server.id()))
                    .filter(server -> !server.id().equals(OFF))
                    .findFirst()
                    .orElseThrow();
            Outside.await(follower, "conf", answer -> answer.contains(":observer;"));

            ensemble.faults().crash(Selector.leader());

            Outside.await(follower, "srvr", Outside.notServing());
            Outside.await(off(ensemble), "srvr", Outside.notServing());
            Waiting.whileNoneServes(LONG_ENOUGH, ensemble, List.of(off(ensemble), follower));
        }
    }

    private static TestEnsemble mixed() {
        return TestEnsemble.builder()
                .runtime(ServerRuntime.forked())
                .setting(OFF, "reconfigEnabled", "false")
                .start();
    }

    private static Server off(TestEnsemble ensemble) {
        return ensemble.server(OFF);
    }

    private static ZooKeeperAdmin admin(TestEnsemble ensemble) throws Exception {
        return new ZooKeeperAdmin(Outside.client(Outside.server(ensemble, 3)).toString(), 30_000, event -> {});
    }

    /** Adds an observer that is not started. */
    private static void addObserver(TestEnsemble ensemble, ZooKeeperAdmin admin) throws Exception {
        var observer = ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER);
        admin.reconfigure(List.of(observer.toString()), null, null, -1, new Stat());
    }

    /** Returns once the server of this session has applied all that was committed before. */
    private static void commitWrite(ZooKeeper client, String path) throws Exception {
        client.create(path, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }

    private static Configuration conf(Server server) {
        var answer = Outside.ask(server, "conf");
        return ConfigurationText.parse(answer.substring(answer.indexOf("membership:") + "membership:".length())
                .strip());
    }

    private static Configuration znode(ZooKeeper client) throws Exception {
        return ConfigurationText.parse(new String(client.getConfig(false, new Stat()), StandardCharsets.UTF_8));
    }
}
