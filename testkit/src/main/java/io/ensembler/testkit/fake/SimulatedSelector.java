package io.ensembler.testkit.fake;

import io.ensembler.model.ServerId;
import java.util.Set;
import org.apiguardian.api.API;

/**
 * Says which servers of a simulated ensemble a fault is to hit. It is resolved when the fault begins.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface SimulatedSelector {

    /** Returns the servers meant, as the ensemble is now; none if there are none such. */
    Set<ServerId> select(SimulatedEnsemble ensemble);

    /** Selects the server that leads and serves. */
    static SimulatedSelector leader() {
        return ensemble -> ensemble.leader().map(Set::of).orElse(Set.of());
    }

    /** Selects the listed participants that run and do not lead. */
    static SimulatedSelector followers() {
        return ensemble -> Choice.of(
                ensemble,
                id -> ensemble.committed().ensemble().participants().contains(id)
                        && ensemble.isRunning(id)
                        && ensemble.leader().filter(id::equals).isEmpty());
    }

    /** Selects the listed observers, running or not. */
    static SimulatedSelector observers() {
        return ensemble -> ensemble.committed().ensemble().observers();
    }

    /** Selects the listed participants, running or not. */
    static SimulatedSelector participants() {
        return ensemble -> ensemble.committed().ensemble().participants();
    }

    /** Selects the servers that run and are not listed. */
    static SimulatedSelector joining() {
        return ensemble -> Choice.of(
                ensemble,
                id -> ensemble.isRunning(id) && !ensemble.committed().ensemble().contains(id));
    }

    /** Selects these servers. */
    static SimulatedSelector servers(long... ids) {
        return ensemble -> Choice.of(ensemble, id -> Choice.contains(ids, id));
    }

    /** Selects of what this selects the one with the lowest id. */
    default SimulatedSelector first() {
        return ensemble -> {
            var all = select(ensemble);
            return all.stream().sorted().findFirst().map(Set::of).orElse(Set.of());
        };
    }
}
