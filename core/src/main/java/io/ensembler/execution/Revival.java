package io.ensembler.execution;

import io.ensembler.joiner.Incarnation;
import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.SendIntent;
import io.ensembler.model.Server;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.spi.ServerLauncher.StartRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings joiners back that went down when they were let in. By their own files they cannot start, since those do not
 * list them yet. Each is started as any joiner is, on its own directory with data only; those that run are left alone.
 */
final class Revival {

    private static final Logger LOG = LoggerFactory.getLogger(PlanRunner.class);

    /** An election and a reconnect take less. */
    private static final Duration BETWEEN = Duration.ofSeconds(10);

    private final RunContext context;
    private final Optional<ScalingPlan> plan;
    private long next;

    /**
     * Creates what brings back the joiners of one plan.
     *
     * @param plan which; empty if nobody knows
     */
    Revival(RunContext context, Optional<ScalingPlan> plan) {
        this.context = context;
        this.plan = plan;
        this.next = context.time().nanoTime() + BETWEEN.toNanos();
    }

    /**
     * Starts the joiners of a reconfiguration that cannot be settled for some time. Where one that is needed for a
     * quorum goes down right after it was sent, the leader steps down and finds nobody to lead with until that server
     * is back. It is not started as a participant: several of those could elect one another, without what was written
     * meanwhile.
     */
    void ofUnsettled(SendIntent intent, Deadline deadline) {
        if (!isDue()) {
            return;
        }
        var committed = new Configuration(intent.before(), intent.version());
        for (var server : intent.target().servers()) {
            if (server.isParticipant() && !intent.before().participants().contains(server.id())) {
                start(server, committed, deadline);
            }
        }
    }

    /** Starts servers that the configuration lists, unless something was started a moment ago. */
    void ofListed(List<Server> servers, Configuration committed, Deadline deadline) {
        if (isDue()) {
            servers.forEach(server -> start(server, committed, deadline));
        }
    }

    /** Whether nothing was started for some time; asked once, it is not due for as long again. */
    boolean isDue() {
        long now = context.time().nanoTime();
        if (context.launcher().isEmpty() || now < next) {
            return false;
        }
        next = now + BETWEEN.toNanos();
        return true;
    }

    /** One that was there before the plan, and goes on with what it has, bears the marker it came with. */
    private JoinerSeed.Data data(Server server) {
        boolean goesOn = plan.filter(
                        it -> it.origin().contains(server.id()) && !it.rebuilt().contains(server.id()))
                .isPresent();
        return goesOn ? JoinerSeed.Data.KEPT_AND_REQUIRED : JoinerSeed.Data.REQUIRED;
    }

    private void start(Server server, Configuration committed, Deadline deadline) {
        if (context.guard().isLost()) {
            return;
        }
        var incarnation = plan.map(it -> new Incarnation(it.baseVersion(), it.identity()))
                .orElse(Incarnation.since(ConfigurationVersion.NONE));
        var request = new StartRequest(
                JoinerFiles.seed(committed, server, incarnation).with(data(server)),
                context.guard().token(committed.version()),
                deadline.launch());
        try {
            context.launcher().orElseThrow().start(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("Server {} is needed and could not be started", server.id(), e);
        }
    }
}
