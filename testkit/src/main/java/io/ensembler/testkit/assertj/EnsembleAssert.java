package io.ensembler.testkit.assertj;

import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apiguardian.api.API;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions on an ensemble.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class EnsembleAssert extends AbstractAssert<EnsembleAssert, Ensemble> {

    EnsembleAssert(Ensemble actual) {
        super(actual, EnsembleAssert.class);
    }

    /**
     * Fails unless exactly these servers vote, in whatever order they are given.
     *
     * <p>With an ensemble {@code 1,2,3 observers 4}, {@code hasParticipants(1, 2, 3)} passes; {@code hasParticipants(1, 2)}
     * and {@code hasParticipants(1, 2, 3, 4)} fail.
     */
    public EnsembleAssert hasParticipants(long... ids) {
        isNotNull();
        return check("participants", ids, actual.participants());
    }

    /**
     * Fails unless exactly these servers are listed without voting, in whatever order they are given; without arguments,
     * unless there are none.
     *
     * <p>With an ensemble {@code 1,2,3 observers 4}, {@code hasObservers(4)} passes; {@code hasObservers()} fails.
     */
    public EnsembleAssert hasObservers(long... ids) {
        isNotNull();
        return check("observers", ids, actual.observers());
    }

    private EnsembleAssert check(String what, long[] expected, SortedSet<ServerId> found) {
        var wanted = Arrays.stream(expected).mapToObj(ServerId::of).collect(Collectors.toCollection(TreeSet::new));
        if (!wanted.equals(found)) {
            failWithMessage("Expected %s %s, but the ensemble is %s", what, list(wanted), actual);
        }
        return this;
    }

    private static String list(SortedSet<ServerId> ids) {
        return ids.isEmpty() ? "none" : ids.stream().map(ServerId::toString).collect(Collectors.joining(","));
    }
}
