package io.ensembler.testkit.fake;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import java.util.Optional;

/**
 * A configuration as servers act by it: an ensemble under a version, with sets of servers as bits. Immutable, but for
 * what was found out about host names while it was read.
 */
final class Listing {

    private final Ensemble ensemble;
    private final long version;
    private final long participants;
    private final long observers;
    private final long[] groups;
    private final long[] weights;
    /** Whether the host name of the leader that read it led elsewhere then than when that leader started. */
    private final boolean leaderResolvedAnew;

    private Listing(
            Ensemble ensemble,
            long version,
            long participants,
            long observers,
            long[] groups,
            long[] weights,
            boolean leaderResolvedAnew) {
        this.ensemble = ensemble;
        this.version = version;
        this.participants = participants;
        this.observers = observers;
        this.groups = groups;
        this.weights = weights;
        this.leaderResolvedAnew = leaderResolvedAnew;
    }

    static Listing of(Ensemble ensemble, long version, Roster roster) {
        long participants = 0;
        long observers = 0;
        for (var server : ensemble.servers()) {
            long bit = roster.bit(server.id());
            participants |= server.isParticipant() ? bit : 0;
            observers |= server.isParticipant() ? 0 : bit;
        }
        var rule = ensemble.quorumRule();
        var groups = new long[rule.groups().size()];
        int number = 0;
        for (var members : rule.groups().values()) {
            for (var id : members) {
                groups[number] |= roster.bit(id);
            }
            number++;
        }
        var weights = new long[Roster.MOST];
        rule.weights().forEach((id, weight) -> weights[roster.index(id)] = weight);
        return new Listing(ensemble, version, participants, observers, groups, weights, false);
    }

    Listing withVersion(long newVersion) {
        return new Listing(ensemble, newVersion, participants, observers, groups, weights, leaderResolvedAnew);
    }

    Listing withLeaderResolvedAnew(boolean resolvedAnew) {
        return resolvedAnew == leaderResolvedAnew
                ? this
                : new Listing(ensemble, version, participants, observers, groups, weights, resolvedAnew);
    }

    Ensemble ensemble() {
        return ensemble;
    }

    long version() {
        return version;
    }

    long participants() {
        return participants;
    }

    long observers() {
        return observers;
    }

    long servers() {
        return participants | observers;
    }

    boolean leaderResolvedAnew() {
        return leaderResolvedAnew;
    }

    boolean isByMajority() {
        return groups.length == 0;
    }

    Configuration configuration() {
        return new Configuration(ensemble, ConfigurationVersion.of(version));
    }

    Optional<Server> line(SimulatedServer server) {
        return ensemble.server(server.id());
    }

    /** Whether those of {@code servers} that vote are a quorum. */
    boolean isQuorum(long servers) {
        long voting = servers & participants;
        if (groups.length == 0) {
            return Long.bitCount(voting) > Long.bitCount(participants) / 2;
        }
        int weighty = 0;
        int held = 0;
        for (long group : groups) {
            long all = weight(group);
            if (all > 0) {
                weighty++;
                held += weight(group & voting) > all / 2 ? 1 : 0;
            }
        }
        return held > weighty / 2;
    }

    private long weight(long servers) {
        long sum = 0;
        for (long left = servers; left != 0; left &= left - 1) {
            sum += weights[Long.numberOfTrailingZeros(left)];
        }
        return sum;
    }

    /** Whether a server may be elected: one of weight 0 may not. */
    boolean mayLead(int index) {
        return groups.length == 0 || weights[index] > 0;
    }

    /** Whether another listing has the same servers and quorums: then servers take it for the same. */
    boolean isSame(Listing other) {
        return version == other.version || (ensemble.equals(other.ensemble) && !leaderResolvedAnew);
    }

    /** Whether a server votes in both at the same quorum addresses. */
    boolean keepsQuorumAddress(SimulatedServer server, Listing other) {
        if ((participants & other.participants & server.bit()) == 0) {
            return false;
        }
        var here = line(server);
        var there = other.line(server);
        return here.isPresent()
                && there.isPresent()
                && here.get().endpoints().hasQuorumAddressesOf(there.get().endpoints());
    }

    @Override
    public String toString() {
        return ensemble + " version " + Long.toHexString(version);
    }
}
