package io.ensembler.execution;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.SendIntent;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.SenderRequest;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import io.ensembler.spi.Sender.SendRequest;
import io.ensembler.spi.TimeSource;
import java.util.List;
import java.util.Optional;

/**
 * Sends one reconfiguration and finds out what became of it.
 *
 * <ol>
 * <li>A sender is opened: a session that owns an ephemeral znode. If that fails, nothing was sent. <li>On it a write is
 * committed and the configuration read, and the caller asked whether it may still go out; opening takes time in which a
 * joiner may fail, leadership move or somebody else reconfigure. <li>The reconfiguration is sent on it once,
 * conditional on the version. <li>A refusal is final, since nothing was sent before it on this condition. <li>After an
 * OK the ensemble is observed, over whatever session is quickest: leadership may just be moving. Seen there at the
 * version the OK names, it is applied. <li>Anything else is unknown: on the same session a write is committed and the
 * configuration read. A higher version with the target is applied; a higher version with another content is somebody
 * else's; the same version proves nothing yet, and the session is ended: wherever it has gone on, a server that stood still
 * may find its request and an attempt of its client to come back, and the attempt gives that server the session again.
 * <li>If that session has ended, another one reads. The same version then proves nothing until the sender's ephemeral
 * znode is gone: the request may still lie in a server that was paused. Once it is gone, the next read decides for
 * good. <li>Without a committed write by the deadline the outcome stays unresolved.
 * </ol>
 *
 * An interruption after the sending is kept for later: what was sent is settled first. Whatever a driver throws after
 * the sending is a reason to look again, never to leave.
 */
final class Settlement {

    private final EnsembleDriver driver;
    private final TimeSource time;
    private final Patience patience;
    private final RunJournal journal;
    private final Revival revival;
    private final Optional<EnsembleIdentity> identity;
    private int sent;

    /**
     * Creates what settles the reconfigurations of one plan.
     *
     * @param plan which; empty if nobody knows
     */
    Settlement(RunContext context, Optional<ScalingPlan> plan) {
        this.revival = new Revival(context, plan);
        this.identity = plan.flatMap(ScalingPlan::identity);
        this.driver = context.driver();
        this.time = context.time();
        this.patience = context.patience();
        this.journal = context.journal();
    }

    /** What became of a reconfiguration. */
    sealed interface Outcome {}

    /** It was not sent. */
    record NotSent(String detail) implements Outcome {}

    /** It was committed; {@code committed} is what stands, seen by {@code look} if that was a whole one. */
    record Applied(SendIntent intent, CommittedConfiguration committed, Optional<Look> look) implements Outcome {}

    /** It can never be applied any more; {@code code} is what the ensemble answered, if it did. */
    record NotApplied(SendIntent intent, Optional<SendResult.Code> code, String detail) implements Outcome {}

    /** Another reconfiguration came between. */
    record Superseded(SendIntent intent, CommittedConfiguration committed) implements Outcome {}

    /** Nobody can tell yet. */
    record Unresolved(SendIntent intent, String detail) implements Outcome {

        private String joiners() {
            var joining = intent.target().ids();
            var ids = joining.stream()
                    .filter(id -> !intent.before().contains(id))
                    .map(id -> "server " + id + ", which is joining")
                    .toList();
            return ids.isEmpty() ? "one server after another on its own files" : String.join(" and of ", ids);
        }

        /** Ends a run that cannot go on before it is settled. */
        Halt halt() {
            return Halt.stopped(
                    StopReason.OUTCOME_UNRESOLVED,
                    "Cannot tell whether the ensemble is " + intent.before() + " or " + intent.target() + ": " + detail
                            + " since it was sent on version " + intent.version()
                            + ". Stop, wipe or start anew none of their servers until an observation succeeds; if no server"
                            + " leads for minutes, restart the process of " + joiners() + ", and resume.");
        }
    }

    /** Decides at the last moment whether a reconfiguration may still go out. */
    @FunctionalInterface
    interface Gate {
        boolean isOpen(CommittedConfiguration seen) throws InterruptedException;
    }

    /** How many reconfigurations left this process, whatever became of them. */
    int sent() {
        return sent;
    }

    /**
     * Sends what {@code change} asks for.
     *
     * @param route the servers to send it over, best first
     * @param besides servers to look at with the ensemble once it was applied
     * @param gate asked right before it is sent, with what was just read on the session that sends
     * @param deadline how long it may take to settle
     * @throws InterruptedException only if nothing was sent
     */
    Outcome send(Change change, List<ServerId> route, List<Server> besides, Gate gate, Deadline deadline)
            throws InterruptedException {
        Sender sender;
        try {
            sender =
                    open(change.before(), route.isEmpty() ? staying(change.before(), change.after()) : route, deadline);
        } catch (DriverException e) {
            return unsent(e);
        }
        try (sender) {
            CommittedConfiguration seen;
            try {
                seen = sender.readCommitted(deadline.oneCall());
            } catch (DriverException e) {
                return unsent(e);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("before anything was sent");
            }
            if (!gate.isOpen(seen)) {
                return new NotSent("what it builds on changed before it was sent");
            }
            return sendNow(change, besides, sender, deadline);
        }
    }

    private static NotSent unsent(DriverException e) {
        if (!Patience.isPassing(e)) {
            throw Halt.failed(StopReason.NOT_ACCEPTED, String.valueOf(e.getMessage()));
        }
        return new NotSent(String.valueOf(e.getMessage()));
    }

    private Outcome sendNow(Change change, List<Server> besides, Sender sender, Deadline deadline)
            throws InterruptedException {
        var intent = new SendIntent(change.version(), change.before(), change.after(), sender.id());
        journal.intended(intent);
        var result = sender.sendOnce(new SendRequest(
                change.before(), change.after(), change.leader(), change.version(), deadline.oneCall()));
        sent += hasLeft(result) ? 1 : 0;
        if (result instanceof SendResult.Refused refused) {
            return new NotApplied(intent, Optional.of(refused.code()), refused.detail());
        } else if (result instanceof SendResult.Applied applied) {
            return uninterrupted(() -> seeApplied(intent, applied.version(), besides, sender, deadline));
        }
        return uninterrupted(() -> settle(intent, sender, deadline));
    }

    /**
     * Finds out what became of a reconfiguration that another process may have sent, or was about to.
     *
     * @throws InterruptedException at any time: it can be asked again
     */
    Outcome settlePast(SendIntent intent, Deadline deadline) throws InterruptedException {
        return settleOnAnotherSession(intent, deadline);
    }

    private static boolean hasLeft(SendResult result) {
        if (result instanceof SendResult.Refused refused) {
            return switch (refused.code()) {
                case NAME_UNRESOLVED, LONE_QUORUM, SESSION_ENDED -> false;
                case BAD_VERSION, IN_PROGRESS, NO_QUORUM, NO_PERMISSION, DISABLED, STANDALONE, BAD_ARGUMENTS -> true;
            };
        }
        return true;
    }

    private interface Settling {
        Outcome settle() throws InterruptedException;
    }

    private static Outcome uninterrupted(Settling settling) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return settling.settle();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Outcome seeApplied(
            SendIntent intent, ConfigurationVersion version, List<Server> besides, Sender sender, Deadline deadline)
            throws InterruptedException {
        var lastFailure = "no write was committed";
        while (!deadline.isOver()) {
            try {
                var look = Look.at(driver, besides, time, deadline.oneCall());
                var seen = look.seen().committed();
                var decided = judge(intent, seen);
                if (decided.isEmpty()) {
                    return settle(intent, sender, deadline);
                }
                if (!seen.version().equals(version)) {
                    return new Superseded(intent, seen);
                }
                return decided.get() instanceof Applied ? new Applied(intent, seen, Optional.of(look)) : decided.get();
            } catch (Halt another) {
                throw another;
            } catch (RuntimeException e) {
                lastFailure = String.valueOf(e.getMessage());
                revival.ofUnsettled(intent, deadline);
                patience.pause(deadline);
            }
        }
        return new Unresolved(intent, lastFailure);
    }

    private Outcome settle(SendIntent intent, Sender sender, Deadline deadline) throws InterruptedException {
        var lastFailure = "no write was committed";
        while (!deadline.isOver()) {
            try {
                var decided = judge(intent, sender.readCommitted(deadline.oneCall()));
                if (decided.isPresent()) {
                    return decided.get();
                }
                // The request may lie where the session tried to come back, which makes it welcome again.
                sender.close();
                return settleOnAnotherSession(intent, deadline);
            } catch (Halt another) {
                throw another;
            } catch (RuntimeException e) {
                if (e instanceof DriverException failure && failure.kind() == DriverException.Kind.SESSION_ENDED) {
                    return settleOnAnotherSession(intent, deadline);
                }
                lastFailure = String.valueOf(e.getMessage());
                revival.ofUnsettled(intent, deadline);
                patience.pause(deadline);
            }
        }
        return new Unresolved(intent, lastFailure);
    }

    private Outcome settleOnAnotherSession(SendIntent intent, Deadline deadline) throws InterruptedException {
        var lastFailure = "no session could be opened";
        while (!deadline.isOver()) {
            try (var reader = open(intent.before(), staying(intent.before(), intent.target()), deadline)) {
                while (!deadline.isOver()) {
                    var decided = judge(intent, reader.readCommitted(deadline.oneCall()));
                    if (decided.isPresent()) {
                        return decided.get();
                    }
                    if (reader.isGone(intent.sender(), deadline.oneCall())) {
                        return judge(intent, reader.readCommitted(deadline.oneCall()))
                                .orElse(new NotApplied(
                                        intent, Optional.empty(), "its session ended before it was decided"));
                    }
                    lastFailure = "the session that sent it has not ended yet";
                    patience.pause(deadline);
                }
            } catch (Halt another) {
                throw another;
            } catch (RuntimeException e) {
                lastFailure = String.valueOf(e.getMessage());
                revival.ofUnsettled(intent, deadline);
                patience.pause(deadline);
            }
        }
        return new Unresolved(intent, lastFailure);
    }

    /** What a configuration read after the sending proves; empty if it stands where it stood. */
    private Optional<Outcome> judge(SendIntent intent, CommittedConfiguration read) {
        Account.checkSame(read, identity);
        int order = read.version().compareTo(intent.version());
        if (order == 0 && read.isGenuine()) {
            return Optional.empty();
        }
        boolean applied = order > 0 && read.isGenuine() && read.ensemble().equals(intent.target());
        return Optional.of(applied ? new Applied(intent, read, Optional.empty()) : new Superseded(intent, read));
    }

    private Sender open(Ensemble ensemble, List<ServerId> route, Deadline deadline) throws InterruptedException {
        return driver.openSender(new SenderRequest(ensemble, route, deadline.oneCall()));
    }

    private static List<ServerId> staying(Ensemble before, Ensemble after) {
        return before.ids().stream().filter(after::contains).toList();
    }
}
