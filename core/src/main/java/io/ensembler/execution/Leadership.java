package io.ensembler.execution;

import io.ensembler.model.Observation;
import io.ensembler.model.ServerId;
import io.ensembler.report.RunEvent;
import io.ensembler.report.RunEvent.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who leads, and how often that changed: every leader that takes office begins an epoch. */
final class Leadership {

    private Optional<ServerId> leader;
    private long epoch;
    private boolean handOffDue;
    private int handOffs;
    private int elections;

    Leadership(Observation first) {
        this.leader = first.leader();
        this.epoch = first.committed().write().epoch();
    }

    /** A reconfiguration was applied that moves leadership, or may do so since nobody was known to lead. */
    void expectHandOff() {
        handOffDue = true;
    }

    /** One was applied that leaves the leader in office, so that what comes now is no hand-off of one before. */
    void expectNoHandOff() {
        handOffDue = false;
    }

    /** Takes note of an observation and returns what to tell of it. */
    List<RunEvent> note(Observation seen) {
        var events = new ArrayList<RunEvent>();
        long newEpoch = seen.committed().write().epoch();
        if (newEpoch > epoch) {
            // A hand-off whose designated leader fails ends in an election, an epoch of its own.
            int epochs = (int) (newEpoch - epoch);
            int planned = handOffDue ? 1 : 0;
            handOffs += planned;
            elections += epochs - planned;
            var cause = handOffDue ? Cause.PLAN : Cause.ELECTION;
            handOffDue = false;
            epoch = newEpoch;
            events.add(new RunEvent.LeadershipMoved(seen.leader(), cause));
        }
        leader = seen.leader().or(() -> leader);
        return events;
    }

    Optional<ServerId> leader() {
        return leader;
    }

    int handOffs() {
        return handOffs;
    }

    int elections() {
        return elections;
    }
}
