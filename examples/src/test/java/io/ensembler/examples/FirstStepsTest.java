package io.ensembler.examples;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.execution.RunOptions;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.io.IOException;
import java.time.Duration;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.Test;

@ZooKeeperEnsemble(participants = 3)
class FirstStepsTest {

    @Test
    void the_block_of_the_readme_grows_an_ensemble_by_the_plan_shown_there_and_leaves_the_client_open(
            TestEnsemble ensemble, Ledger ledger) throws IOException {
        var options = RunOptions.builder().stabilization(Duration.ZERO).build();
        try (var curator = CuratorFrameworkFactory.newClient(ensemble.connectString(), new RetryOneTime(100))) {
            curator.start();

            var result = FirstSteps.grow(curator, ensemble.launcher(), ensemble.newServers(1), options);

            assertThat(result).isCompleted().movedLeadership(0);
            assertThat(ReadmeTest.readme())
                    .contains("```\n" + asInReadme(result.report().plan().toString()) + "```\n");
            assertThat(curator.getState()).isEqualTo(CuratorFrameworkState.STARTED);
        }
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
        ledger.stop();
        assertThat(ledger.acknowledged()).isPositive();
    }

    /** Whoever was elected, the README names the one that most often is; and of the data it has what was there once. */
    private static String asInReadme(String plan) {
        return plan.replaceFirst("leader \\d;", "leader 3;")
                .replaceFirst(
                        "[\\d.]+ \\w+ of free disk and [\\d.]+ \\w+ of heap", "5 KB of free disk and 3.3 KB of heap");
    }
}
