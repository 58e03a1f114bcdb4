package io.ensembler.testkit.fake;

/**
 * What a leader checks before it proposes a reconfiguration, in the order in which it does: the first that fails
 * decides.
 */
final class ReconfigurationChecks {

    private final Simulation simulation;
    private final SimulatedServer leader;

    ReconfigurationChecks(Simulation simulation, SimulatedServer leader) {
        this.simulation = simulation;
        this.leader = leader;
    }

    /** Whether another one is proposed and not committed. */
    boolean isReconfiguring() {
        return leader.lastSeen().version() != leader.inForce().version();
    }

    /**
     * Returns whether a reconfiguration may be proposed.
     *
     * @param synced the servers that the leader counts as connected and synced, itself included
     */
    Reply check(Request request, long synced) {
        var asked = reconfiguration(request);
        var state = checkState(asked.version());
        if (state != Reply.OK) {
            return state;
        }
        if (!asked.isBulk() && !leader.lastSeen().isByMajority()) {
            return Reply.BAD_ARGUMENTS;
        }
        Listing next;
        try {
            next = simulation.listing(asked.appliedTo(leader.lastSeen().ensemble()), 0);
        } catch (IllegalArgumentException e) {
            return Reply.BAD_ARGUMENTS;
        }
        if (next.participants() == 0) {
            return Reply.BAD_ARGUMENTS;
        } else if (!next.isQuorum(synced)) {
            return Reply.NO_QUORUM;
        }
        return simulation.isReconfigurationPermitted() ? Reply.OK : Reply.NO_PERMISSION;
    }

    /** The checks that come before the content. */
    Reply checkState(long version) {
        if (!leader.isReconfigEnabled()) {
            return Reply.DISABLED;
        } else if (isReconfiguring()) {
            return Reply.IN_PROGRESS;
        }
        boolean matches = version == Reconfiguration.UNCONDITIONAL
                || version == leader.lastSeen().version();
        return matches ? Reply.OK : Reply.BAD_VERSION;
    }

    /** What a reconfiguration comes to that was checked. */
    Listing target(Request request, long version) {
        var asked = reconfiguration(request);
        var target = simulation.listing(asked.appliedTo(leader.lastSeen().ensemble()), version);
        return asked.isBulk() ? leader.resolvedAnew(target) : target;
    }

    private static Reconfiguration reconfiguration(Request request) {
        var asked = request.reconfiguration();
        if (asked == null) {
            throw new IllegalStateException("a reconfiguration without content");
        }
        return asked;
    }
}
