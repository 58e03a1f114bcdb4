package io.ensembler.testkit.fake;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.RunResult;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.spi.EnsembleDriver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A change of an ensemble that tests let the interpreter carry out. */
record Change(String name, int participants, int observers, Function<SimulatedEnsemble, ScalingRequest> request) {

    static final List<Change> ALL = List.of(
            new Change("grow", 3, 0, ensemble -> ScalingRequest.change().add(ensemble.newServers(2))),
            new Change("shrink", 5, 0, ensemble -> ScalingRequest.change().resizeTo(3)),
            new Change("grow from one", 1, 0, ensemble -> ScalingRequest.change()
                    .add(ensemble.newServers(2))
                    .consentToTolerance(0)),
            new Change("replace the leader", 3, 0, ensemble -> ScalingRequest.change()
                    .replace(leader(ensemble), ensemble.newServers(1).get(0))),
            new Change("promote an observer", 3, 1, ensemble -> ScalingRequest.change()
                    .changeRole(ServerId.of(4), ServerRole.PARTICIPANT)
                    .add(ensemble.newServers(1))),
            new Change("replace all", 3, 0, ensemble -> ScalingRequest.change().migrateTo(ensemble.newServers(3))),
            new Change("rebuild", 3, 0, ensemble -> ScalingRequest.change()
                    .rebuild(ServerId.of(1))
                    .helper(ensemble.newServers(1).get(0))),
            new Change("move the leader", 3, 0, ensemble -> ScalingRequest.change()
                    .changeEndpoints(leader(ensemble), ensemble.newEndpoints(leader(ensemble)))),
            new Change("add an observer and move a follower", 3, 1, ensemble -> ScalingRequest.change()
                    .add(ensemble.newServers(1).get(0).withRole(ServerRole.OBSERVER))
                    .changeEndpoints(ServerId.of(1), ensemble.newEndpoints(ServerId.of(1)))),
            new Change("go by groups", 3, 0, ensemble -> ScalingRequest.change()
                    .changeQuorumRule(QuorumRule.hierarchical(
                            Map.of(1L, ensemble.committed().ensemble().participants()), Map.of(ServerId.of(3), 2L)))),
            new Change("remove the dead", 5, 0, ensemble -> {
                ensemble.stop(ServerId.of(1));
                ensemble.clock().advance(Duration.ofSeconds(1));
                return ScalingRequest.change().removeDead().add(ensemble.newServers(1));
            }));

    SimulatedEnsemble start(long seed) {
        return SimulatedEnsemble.builder()
                .participants(participants)
                .observers(observers)
                .seed(seed)
                .start();
    }

    /** A scaler on a simulated ensemble that tells nobody what it does. */
    static EnsembleScaler scaler(SimulatedEnsemble ensemble) {
        return EnsembleScaler.builder(ensemble.driver())
                .launcher(ensemble.launcher())
                .timeSource(ensemble.clock())
                .listener(event -> {})
                .build();
    }

    /** A scaler of one process, with all that this one can reach, that tells nobody what it does. */
    static EnsembleScaler scaler(SimulatedEnsemble ensemble, SimulatedProcess process) {
        return scaler(ensemble, process, process.driver());
    }

    /** The same by way of another driver. */
    static EnsembleScaler scaler(SimulatedEnsemble ensemble, SimulatedProcess process, EnsembleDriver driver) {
        return EnsembleScaler.builder(driver)
                .launcher(process.launcher())
                .journal(process.journal())
                .lock(process.lock())
                .timeSource(ensemble.clock())
                .listener(event -> {})
                .build();
    }

    /** How a run ended, in a word or two. */
    static String end(RunResult result) {
        return result instanceof RunResult.Stopped stopped
                ? "stopped " + stopped.reason()
                : result.getClass().getSimpleName();
    }

    private static ServerId leader(SimulatedEnsemble ensemble) {
        return ensemble.leader().orElseThrow();
    }

    @Override
    public String toString() {
        return name;
    }
}
