package io.ensembler.testkit;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.runtime.ServerLook;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException;

/**
 * Tells whether an ensemble has settled, and if not, what is missing. First it judges by what the servers say of
 * themselves, which is cheap; only where they all seem to be ready it proves it as any client could, over sessions and
 * four-letter words.
 *
 * @param sessions open what it is proved by
 * @param looks what each server that runs says of itself
 * @param reconfigures whether a server takes up configurations and tells in {@code conf} by which it acts, as it does
 *     where {@code reconfigEnabled} is on
 */
record Settlement(Sessions sessions, SortedMap<ServerId, ServerLook> looks, Predicate<ServerId> reconfigures) {

    private static final Duration CONNECT_TIME = Duration.ofSeconds(3);

    /** What was found. */
    sealed interface Result {

        /** It has settled in this ensemble. */
        record Settled(Ensemble ensemble) implements Result {}

        /** It has not, for this reason. */
        record NotYet(String reason) implements Result {}
    }

    /** Returns the configuration with the highest version that any running server acts by. */
    static Optional<Configuration> newestInForce(SortedMap<ServerId, ServerLook> looks) {
        return looks.values().stream()
                .flatMap(look -> look.inForce().stream())
                .max(Comparator.comparing(Configuration::version));
    }

    /** Returns the running servers that lead and serve, the one of the highest epoch first. */
    static Stream<ServerId> leaders(SortedMap<ServerId, ServerLook> looks) {
        return looks.entrySet().stream()
                .filter(entry -> entry.getValue().leads())
                .sorted(Comparator.comparing(entry -> -entry.getValue().epoch()))
                .map(entry -> entry.getKey());
    }

    Result check() throws InterruptedException {
        return check(newest -> {
            try (var probes = Probes.open(sessions, newest.ensemble().servers(), reconfigures, CONNECT_TIME)) {
                return probes.prove(newest);
            }
        });
    }

    private Result check(Proof proof) throws InterruptedException {
        var newest = newestInForce(looks);
        if (newest.isEmpty()) {
            return new Result.NotYet("no running server has a configuration in force yet");
        }
        var missing = missing(newest.get());
        if (missing.isPresent()) {
            return new Result.NotYet(missing.get());
        }
        try {
            return proof.of(newest.get());
        } catch (EnsembleException | KeeperException e) {
            return new Result.NotYet(String.valueOf(e.getMessage()));
        }
    }

    private interface Proof {
        Result of(Configuration newest) throws KeeperException, InterruptedException;
    }

    /** The same by what the servers say alone, which is all there is to say where nobody but us has written yet. */
    Result checkFounded(Configuration committed, long written) {
        var missing = missing(committed);
        if (missing.isPresent()) {
            return new Result.NotYet(missing.get());
        }
        return looks.entrySet().stream()
                .filter(entry -> entry.getValue().zxid() < written)
                .findFirst()
                .<Result>map(entry -> new Result.NotYet("server " + entry.getKey() + " does not show the first write"))
                .orElseGet(() -> new Result.Settled(committed.ensemble()));
    }

    /** What the servers say of themselves that keeps it from having settled. */
    private Optional<String> missing(Configuration newest) {
        var leaders = leaders(looks).toList();
        if (leaders.size() != 1) {
            return Optional.of(
                    leaders.isEmpty()
                            ? "no server leads"
                            : "more than one server leads: "
                                    + leaders.stream().map(ServerId::toString).collect(Collectors.joining(",")));
        }
        if (!newest.ensemble().participants().contains(leaders.get(0))) {
            return Optional.of("server " + leaders.get(0) + " leads, but is no participant of " + newest.ensemble());
        }
        for (var id : newest.ensemble().ids()) {
            var look = looks.get(id);
            if (look == null) {
                return Optional.of("server " + id + " is listed and does not run");
            }
            if (!look.serves()) {
                return Optional.of("server " + id + " does not serve yet");
            }
            var version = look.inForce().map(Configuration::version);
            if (reconfigures.test(id) && !version.equals(Optional.of(newest.version()))) {
                return Optional.of("server " + id + " acts by configuration "
                        + version.map(ConfigurationVersion::toString).orElse("unknown") + ", not " + newest.version());
            }
        }
        return Optional.empty();
    }
}
