package io.ensembler.testkit.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerRole;
import io.ensembler.testkit.Outside;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import java.nio.file.Files;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.Test;

/**
 * A server adopts the ensemble's configuration from the first message of any other server, and with it its own role
 * there: what its files call it counts no more. What this asks of us is {@code joiner-cannot-elect}: that nobody is
 * started on an empty directory under an id that the configuration lists as participant.
 */
class EmptyDirectoryHazardTest {

    private static final String WRITE = "/acknowledged";

    @Test
    void an_empty_directory_seeded_as_observer_votes_at_once_under_a_listed_id_and_a_write_is_lost_for_good()
            throws Exception {
        try (var ensemble =
                TestEnsemble.builder().runtime(ServerRuntime.forked()).start()) {
            var stale = Outside.server(ensemble, 1);
            var holder = Outside.server(ensemble, 2);
            var emptied = Outside.server(ensemble, 3);
            ensemble.stop(stale.id());
            try (var client = Outside.connect(ensemble.connectString())) {
                client.create(WRITE, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            }
            ensemble.stop(holder.id());
            ensemble.stop(emptied.id());
            ensemble.wipe(emptied.id());
            seedAsObserver(ensemble, emptied);

            ensemble.restart(emptied.id());
            Outside.await(emptied, "ruok", "imok"::equals);
            assertThat(Outside.ask(emptied, "srvr")).matches(Outside.notServing());
            ensemble.restart(stale.id());

            Outside.await(emptied, "srvr", answer -> answer.contains("Mode: "));
            assertThat(Outside.ask(emptied, "conf")).contains("peerType=0", "version=100000000");
            ensemble.restart(holder.id());
            assertThat(ensemble.awaitSettled()).hasToString("1,2,3");
            for (var server : List.of(stale, holder, emptied)) {
                try (var there = Outside.connect(Outside.client(server).toString())) {
                    there.sync("/");
                    assertThat(there.exists(WRITE, false))
                            .as("server %s", server.id())
                            .isNull();
                }
            }
        }
    }

    /** Gives it the files of a joiner in place of those it has written. */
    private static void seedAsObserver(TestEnsemble ensemble, Server server) throws Exception {
        var others = ensemble.servers().stream()
                .filter(other -> !other.id().equals(server.id()))
                .toList();
        var seed = Ensemble.of(others, QuorumRule.majority()).plus(server.withRole(ServerRole.OBSERVER));
        var conf = ensemble.directory(server.id()).resolve("conf");
        var dynamicFile = conf.resolve("zoo.cfg.dynamic");
        Files.writeString(dynamicFile, ConfigurationText.print(seed));
        var staticFile = conf.resolve("zoo.cfg");
        var text = Files.readString(staticFile);
        Files.writeString(
                staticFile, text.replaceAll("(?m)^dynamicConfigFile=.*$", "dynamicConfigFile=" + dynamicFile));
    }
}
