package io.ensembler.examples;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.Test;

/** Replicas in one process; {@code chaos.ReplicasTest} kills those that have a process each. */
@ZooKeeperEnsemble(participants = 3)
class ReplicatedAutomationTest {

    private static final RunOptions OPTIONS =
            RunOptions.builder().stabilization(Duration.ZERO).build();

    @Test
    void of_three_replicas_one_runs_the_plan_and_the_others_find_nothing_to_do(TestEnsemble ensemble) throws Exception {
        var target = ensemble.committed().plus(ensemble.newServers(1).get(0));
        Callable<Optional<RunResult>> replica = () -> {
            try (var curator = CuratorFrameworkFactory.newClient(ensemble.connectString(), new RetryOneTime(100))) {
                curator.start();
                return ReplicatedAutomation.reach(target, curator, ensemble.launcher(), OPTIONS);
            }
        };
        var ends = new ArrayList<RunResult>();
        var replicas = Executors.newFixedThreadPool(3);
        try {
            for (var end : replicas.invokeAll(List.of(replica, replica, replica))) {
                end.get().ifPresent(ends::add);
            }
        } finally {
            replicas.shutdownNow();
        }

        assertThat(ends).hasSize(1);
        assertThat(ends.get(0)).isCompleted().sent(1);
        assertThat(ensemble.awaitSettled()).isEqualTo(target);
    }
}
