package io.ensembler.examples;

import io.ensembler.EnsembleScaler;
import io.ensembler.curator.CuratorEnsembleDriver;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.model.Server;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.spi.ServerLauncher;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apiguardian.api.API;

/** Observe, plan, run: the block that the README shows. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class FirstSteps {

    private FirstSteps() {}

    /** Adds servers to the ensemble that {@code curator} is connected to. */
    public static RunResult grow(
            CuratorFramework curator, ServerLauncher launcher, List<Server> newServers, RunOptions options) {
        try (var driver = CuratorEnsembleDriver.on(curator).open()) { // leaves your client as it is, and open
            var scaler = EnsembleScaler.builder(driver)
                    .launcher(launcher)
                    .journal(driver.journal()) // in the ensemble: another process can go on where this one ends
                    .lock(driver.lock()) // one runner at a time
                    .build();
            System.out.println(scaler.observe()); // what stands now
            var plan = scaler.plan(ScalingRequest.change().add(newServers).because("a third of traffic moves here"));
            System.out.println(plan); // in short; a refused request throws with the reasons
            return scaler.run(plan, options); // completed, stopped, failed or cancelled, each with its report
        }
    }
}
