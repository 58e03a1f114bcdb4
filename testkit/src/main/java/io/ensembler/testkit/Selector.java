package io.ensembler.testkit;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apiguardian.api.API;

/**
 * Says which servers a fault is to hit. It is resolved when the fault begins, which then hits those servers and no
 * others whatever becomes of them.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface Selector {

    /** Returns the servers meant, as the ensemble is now; none if there are none such. */
    Set<ServerId> select(TestEnsemble ensemble);

    /** Selects the server that leads and serves. */
    static Selector leader() {
        return named("the leader", ensemble -> ensemble.leader().map(List::of).orElse(List.of()));
    }

    /** Selects the listed participants that run and do not lead. */
    static Selector followers() {
        return named("the followers", ensemble -> {
            var leader = ensemble.leader();
            return ensemble.inForce().participants().stream()
                    .filter(ensemble::isRunning)
                    .filter(id -> !leader.filter(id::equals).isPresent())
                    .toList();
        });
    }

    /** Selects the listed observers, running or not. */
    static Selector observers() {
        return named("the observers", ensemble -> ensemble.inForce().observers());
    }

    /** Selects the listed participants, running or not. */
    static Selector participants() {
        return named("the participants", ensemble -> ensemble.inForce().participants());
    }

    /** Selects the servers that run and are not listed. */
    static Selector joining() {
        return named("those that are joining", ensemble -> {
            Ensemble listed = ensemble.inForce();
            return ensemble.servers().stream()
                    .map(Server::id)
                    .filter(ensemble::isRunning)
                    .filter(id -> !listed.contains(id))
                    .toList();
        });
    }

    /** Selects one server of the ensemble, running or not. */
    static Selector server(ServerId id) {
        return named("server " + id, ensemble -> List.of(ensemble.server(id).id()));
    }

    /** Selects one server of the ensemble, running or not. */
    static Selector server(long id) {
        return server(ServerId.of(id));
    }

    /** Selects of what this selects the one with the lowest id. */
    default Selector first() {
        return named(
                "the first of " + this,
                ensemble -> select(ensemble).stream().sorted().limit(1).toList());
    }

    private static Selector named(String name, Function<TestEnsemble, Collection<ServerId>> choice) {
        return new NamedSelector(name, choice);
    }
}
