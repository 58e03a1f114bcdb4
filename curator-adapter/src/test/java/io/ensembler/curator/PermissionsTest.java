package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.EnsembleScaler;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver.SenderRequest;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.Test;

/** Whatever a run makes in an ensemble stands on the page that lists it, and all that stands there is made. */
@ZooKeeperEnsemble(participants = 3)
class PermissionsTest {

    private static final Pattern ROW = Pattern.compile("\\| `(/ensembler[^`]*)` \\|.*");

    @Test
    void all_znodes_of_a_run_are_listed_and_no_others(TestEnsemble ensemble) throws Exception {
        var seen = new TreeSet<String>();
        try (var curator = CuratorFrameworkFactory.newClient(ensemble.connectString(), new RetryOneTime(100));
                var driver =
                        CuratorEnsembleDriver.connect(ensemble.connectString()).open();
                var waiting =
                        CuratorEnsembleDriver.connect(ensemble.connectString()).open()) {
            curator.start();
            var scaler = EnsembleScaler.builder(driver)
                    .launcher(ensemble.launcher())
                    .journal(driver.journal())
                    .lock(driver.lock())
                    .listener(event -> look(curator, waiting, event, seen))
                    .build();
            assertThat(scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), Scaling.QUICK))
                    .isCompleted();
            try (var sender = driver.openSender(new SenderRequest(
                    ensemble.committed(), List.copyOf(ensemble.committed().ids()), Duration.ofSeconds(10)))) {
                assertThat(sender.id().value()).startsWith("/ensembler/senders/");
                addAll(curator, "/ensembler", seen);
            }
        }
        assertThat(seen).isEqualTo(listed());
    }

    private static void look(
            CuratorFramework curator, CuratorEnsembleDriver waiting, RunEvent event, Set<String> seen) {
        if (!(event instanceof RunEvent.StepStarted)) {
            return;
        }
        var thread = new Thread(() -> waitForTheLock(waiting), "waits");
        thread.start();
        try {
            while (thread.isAlive()) {
                addAll(curator, "/ensembler", seen);
            }
            thread.join();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void waitForTheLock(CuratorEnsembleDriver waiting) {
        try {
            waiting.lock().acquire(Duration.ofMillis(100)).close();
        } catch (DriverException e) {
            // The run has it.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Adds a znode and all below it, with a star for each name that is made up. */
    private static void addAll(CuratorFramework curator, String znode, Set<String> seen) throws Exception {
        seen.add(znode.replaceAll("/[^/]*[0-9]{3}[^/]*", "/*"));
        try {
            for (var child : curator.getChildren().forPath(znode)) {
                addAll(curator, znode + "/" + child, seen);
            }
        } catch (KeeperException.NoNodeException e) {
            // It has gone meanwhile.
            return;
        }
    }

    private static Set<String> listed() throws IOException {
        var listed = new TreeSet<String>();
        for (var line : Files.readAllLines(Path.of("..", "docs", "permissions.md"))) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                listed.add(row.group(1));
            }
        }
        assertThat(listed).isNotEmpty();
        return listed;
    }
}
