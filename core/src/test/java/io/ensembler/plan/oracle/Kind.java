package io.ensembler.plan.oracle;

import io.ensembler.model.ServerRole;
import java.util.Optional;
import java.util.stream.Stream;

/** What a case asks of a server. */
enum Kind {
    STAYS(ServerRole.PARTICIPANT, ServerRole.PARTICIPANT),
    LEAVES(ServerRole.PARTICIPANT, null),
    READDRESSED(ServerRole.PARTICIPANT, ServerRole.PARTICIPANT),
    DEMOTED(ServerRole.PARTICIPANT, ServerRole.OBSERVER),
    JOINS(null, ServerRole.PARTICIPANT),
    PROMOTED(ServerRole.OBSERVER, ServerRole.PARTICIPANT),
    OBSERVER_COMES(null, ServerRole.OBSERVER),
    OBSERVER_GOES(ServerRole.OBSERVER, null),
    /** Stays at its quorum address and moves its client port. */
    CLIENTS_MOVED(ServerRole.PARTICIPANT, ServerRole.PARTICIPANT),
    /** Joins at the addresses of one that leaves. */
    TAKES_OVER(null, ServerRole.PARTICIPANT),
    /** Stays, and moves to the addresses of one that leaves. */
    MOVES_IN(ServerRole.PARTICIPANT, ServerRole.PARTICIPANT),
    /** Stays, and moves to the addresses of the next of those that exchange theirs. */
    EXCHANGES(ServerRole.PARTICIPANT, ServerRole.PARTICIPANT),
    /** Likewise, as an observer. */
    OBSERVER_EXCHANGES(ServerRole.OBSERVER, ServerRole.OBSERVER);

    private final Optional<ServerRole> before;
    private final Optional<ServerRole> after;

    Kind(ServerRole before, ServerRole after) {
        this.before = Optional.ofNullable(before);
        this.after = Optional.ofNullable(after);
    }

    Optional<ServerRole> before() {
        return before;
    }

    Optional<ServerRole> after() {
        return after;
    }

    boolean votesBefore() {
        return before.filter(ServerRole.PARTICIPANT::equals).isPresent();
    }

    boolean votesAfter() {
        return after.filter(ServerRole.PARTICIPANT::equals).isPresent();
    }

    boolean movesQuorumAddress() {
        return this == READDRESSED || this == MOVES_IN || this == EXCHANGES;
    }

    boolean isListedBefore() {
        return before.isPresent();
    }

    boolean observes() {
        return Stream.of(before, after).flatMap(Optional::stream).anyMatch(ServerRole.OBSERVER::equals);
    }
}
