package io.ensembler.execution;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.ActiveRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What must be proved before the next step: that the old participants which may not act on the new configuration hold
 * no quorum of the old one. A server forgets a configuration that it acknowledged and did not activate at its second
 * boot, so that many of them could otherwise revive the old ensemble.
 *
 * <p>A server proves it by what its {@code conf} shows in force. Its configuration znode proves it only if that is known
 * to follow what the server has in force: the znode of a server with {@code reconfigEnabled=false} shows the new
 * version, though it goes on by its old list. It is known of a server that had the ensemble's version in force before
 * the plan, and of one that attached during it, which such a server never does.
 */
final class Barrier {

    private final EnsembleDriver driver;
    private final Set<ServerId> znodeFollows = new TreeSet<>();

    /**
     * Creates a barrier.
     *
     * @param following the servers whose znode is known to follow what they have in force
     */
    Barrier(EnsembleDriver driver, Set<ServerId> following) {
        this.driver = driver;
        this.znodeFollows.addAll(following);
    }

    /** Returns the servers whose znode is known to follow what they have in force, by an observation before a plan. */
    static SortedSet<ServerId> following(Observation beforePlan) {
        var following = new TreeSet<ServerId>();
        beforePlan.servers().values().stream()
                .filter(facts -> facts.inForce().value().equals(Optional.of(beforePlan.version())))
                .map(ServerFacts::id)
                .forEach(following::add);
        return following;
    }

    /** The server attached to the ensemble during this run. */
    void attached(ServerId id) {
        znodeFollows.add(id);
    }

    /** The server is started anew, perhaps with other settings: what was known of it is known no more. */
    void startsAnew(ServerId id) {
        znodeFollows.remove(id);
    }

    /** Returns who does not yet act on the configuration observed, as a clause; empty if the barrier is passed. */
    Optional<String> missing(Ensemble old, Observation now, Duration timeLeft) throws InterruptedException {
        var asked = new TreeMap<ServerId, Server>();
        old.servers().forEach(server -> asked.put(server.id(), server));
        now.ensemble().servers().forEach(server -> asked.put(server.id(), server));
        var answers = driver.confirmActive(new ActiveRequest(List.copyOf(asked.values()), timeLeft));

        var unproved = new TreeSet<ServerId>();
        var clauses = new ArrayList<String>();
        for (var id : old.participants()) {
            var answer = answers.getOrDefault(id, Fact.unknown("nobody asked it"));
            if (!proves(id, answer, now.version())) {
                unproved.add(id);
                clauses.add("server " + id + " has " + answer + " in force");
            }
        }
        return old.containsQuorum(unproved) ? Optional.of(String.join(", ", clauses)) : Optional.empty();
    }

    /**
     * Returns who does not act on the configuration observed, as a clause; empty if those who do are a quorum of it.
     */
    Optional<String> missingQuorum(Observation now) {
        var proved = new TreeSet<ServerId>();
        var clauses = new ArrayList<String>();
        for (var id : now.ensemble().participants()) {
            var inForce = now.facts(id).map(ServerFacts::inForce).orElse(Fact.unknown("nobody asked it"));
            if (proves(id, inForce, now.version())) {
                proved.add(id);
            } else {
                clauses.add("server " + id + " has " + inForce + " in force");
            }
        }
        return now.ensemble().containsQuorum(proved) ? Optional.empty() : Optional.of(String.join(", ", clauses));
    }

    boolean proves(ServerId id, Fact<ConfigurationVersion> inForce, ConfigurationVersion version) {
        return inForce instanceof Fact.Known<ConfigurationVersion> known
                && known.known().equals(version)
                && (known.source() == Fact.Source.CONF || znodeFollows.contains(id));
    }
}
