package io.ensembler.plan;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apiguardian.api.API;

/**
 * One thing to do, as a value that reads as a sentence. Immutable.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Step {

    /** Calls the method of {@code visitor} for this kind of step and returns what it returns. */
    <R> R accept(StepVisitor<R> visitor);

    /**
     * Keep what is needed to come back to where the plan begins: always the configuration, which a plan can {@code
     * reach} again, and on request the data, which the launcher copies.
     *
     * @param contents what to keep
     */
    record BackUp(Contents contents) implements Step {
        @Override
        public <R> R accept(StepVisitor<R> visitor) {
            return visitor.visitBackUp(this);
        }

        @Override
        public String toString() {
            return contents == Contents.CONFIGURATION
                    ? "back up the configuration"
                    : "back up the configuration, and the data of one server";
        }
    }

    /** What is backed up. */
    enum Contents {
        /** The configuration with its version. */
        CONFIGURATION,
        /** That, and the data of one server that is in sync, which has all that was committed. */
        CONFIGURATION_AND_DATA
    }

    /**
     * Start a server that is not listed, so that it attaches without voting.
     *
     * @param server the server, in the role it is to have in the end
     */
    record StartServer(Server server) implements Step {
        @Override
        public <R> R accept(StepVisitor<R> visitor) {
            return visitor.visitStart(this);
        }

        @Override
        public String toString() {
            return "start server " + server.id() + ", not voting yet";
        }
    }

    /**
     * Wait until a server is proved to have caught up, and has stayed so for the stabilization time.
     *
     * @param server the server
     */
    record AwaitSynced(Server server) implements Step {
        @Override
        public <R> R accept(StepVisitor<R> visitor) {
            return visitor.visitAwaitSynced(this);
        }

        @Override
        public String toString() {
            return "wait until server " + server.id() + " has synced";
        }
    }

    /**
     * Send one reconfiguration and settle its outcome.
     *
     * @param before the ensemble from which it goes
     * @param after the ensemble to which it leads
     * @param leadershipMoves whether leadership moves with it, as far as was known when planned
     */
    record Reconfigure(Ensemble before, Ensemble after, Leadership leadershipMoves) implements Step {

        /** Returns the servers that come in, in the order of their ids. */
        public List<Server> joining() {
            return differing(id -> !before.contains(id), after);
        }

        /** Returns the servers that leave, in the order of their ids. */
        public List<Server> leaving() {
            return differing(id -> !after.contains(id), before);
        }

        /** Returns the servers that are listed before and after in different lines, as they are listed after. */
        public List<Server> changing() {
            return differing(id -> before.contains(id) && after.contains(id), after);
        }

        private List<Server> differing(Predicate<ServerId> condition, Ensemble listing) {
            var differing = new ArrayList<Server>();
            for (var id : before.differingLines(after)) {
                if (condition.test(id)) {
                    listing.server(id).ifPresent(differing::add);
                }
            }
            return List.copyOf(differing);
        }

        @Override
        public <R> R accept(StepVisitor<R> visitor) {
            return visitor.visitReconfigure(this);
        }

        @Override
        public String toString() {
            var handOff = leadershipMoves == Leadership.MOVES ? ", the leader: leadership moves" : "";
            return "reconfigure: " + Changes.between(before, after) + handOff;
        }
    }

    /** Whether a reconfiguration moves leadership. */
    enum Leadership {
        /** The leader stays in office. */
        STAYS,
        /** The leader leaves, is demoted or changes its quorum address, and another participant takes over. */
        MOVES
    }

    /**
     * Pass the barrier: wait until so many of the old participants have the new configuration in force that those who
     * have not hold no quorum of the old one, and until whoever was in sync before is so again.
     *
     * @param before the ensemble before
     * @param after the ensemble that must be active
     */
    record ConfirmActive(Ensemble before, Ensemble after) implements Step {
        @Override
        public <R> R accept(StepVisitor<R> visitor) {
            return visitor.visitConfirmActive(this);
        }

        @Override
        public String toString() {
            return "confirm that the servers act on it";
        }
    }

    /**
     * Wait until one server has led for the stabilization time, without an election, counted from the step's beginning.
     */
    record Stabilize() implements Step {
        @Override
        public <R> R accept(StepVisitor<R> visitor) {
            return visitor.visitStabilize(this);
        }

        @Override
        public String toString() {
            return "see that the leader stays in office";
        }
    }

    /**
     * Verify that the ensemble does its work: that a znode created, changed and deleted is seen so through each server,
     * that all act by one configuration, that none holds other data, and that writes take no longer than before.
     */
    record Verify() implements Step {
        @Override
        public <R> R accept(StepVisitor<R> visitor) {
            return visitor.visitVerify(this);
        }

        @Override
        public String toString() {
            return "verify through each server";
        }
    }

    /**
     * Stop a server that is no longer listed; until then it serves clients and takes writes.
     *
     * @param server the server as it was listed
     */
    record StopServer(Server server) implements Step {
        @Override
        public <R> R accept(StepVisitor<R> visitor) {
            return visitor.visitStop(this);
        }

        @Override
        public String toString() {
            return "stop server " + server.id();
        }
    }

    /**
     * Set the data of a stopped server aside, so that it starts on an empty directory next.
     *
     * @param server the server as it was listed
     */
    record WipeServer(Server server) implements Step {
        @Override
        public <R> R accept(StepVisitor<R> visitor) {
            return visitor.visitWipe(this);
        }

        @Override
        public String toString() {
            return "set the data of server " + server.id() + " aside";
        }
    }
}
