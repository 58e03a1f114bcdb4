package io.ensembler.execution;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.SendIntent;
import io.ensembler.model.ServerId;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.spi.EnsembleDriver.SenderRequest;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import io.ensembler.spi.Sender.SendRequest;
import io.ensembler.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Sends one reconfiguration and finds out what became of it.
 *
 * <ol>
 *   <li>A sender is opened: a session that owns an ephemeral znode. If that fails, nothing was sent.
 *   <li>The reconfiguration is sent on it once, conditional on the version.
 *   <li>A refusal is final, since nothing was sent before it on this condition.
 *   <li>After an OK the ensemble is observed, over whatever session is quickest: leadership may just be moving. Seen there,
 *       it is applied.
 *   <li>Anything else is unknown: on the same session a write is committed and the configuration read. A higher version
 *       with the target is applied; a higher version with another content is somebody else's; the same version is not
 *       applied for good, because what a session sent is decided before what it sends later.
 *   <li>If that session has expired, another one reads. The same version then proves nothing until the sender's
 *       ephemeral znode is gone: the request may still lie in a server that was paused. Once it is gone, the next read
 *       decides for good.
 *   <li>Without a committed write by the deadline the outcome stays unresolved.
 * </ol>
 *
 * An interruption is kept for later: what was sent is settled first.
 */
final class Settlement {

    private final EnsembleDriver driver;
    private final TimeSource time;
    private final Duration poll;
    private int sent;

    Settlement(EnsembleDriver driver, TimeSource time, Duration poll) {
        this.driver = driver;
        this.time = time;
        this.poll = poll;
    }

    /** What became of a reconfiguration. */
    sealed interface Outcome {}

    /** It was committed; {@code committed} is what stands. */
    record Applied(CommittedConfiguration committed) implements Outcome {}

    /** It was not sent, or can never be applied any more. */
    record NotApplied(Optional<SendResult.Code> code, String detail) implements Outcome {}

    /** Another reconfiguration came between. */
    record Superseded(CommittedConfiguration committed) implements Outcome {}

    /** Nobody can tell yet. */
    record Unresolved(SendIntent intent, String detail) implements Outcome {}

    /** How many reconfigurations left this process, whatever became of them. */
    int sent() {
        return sent;
    }

    /**
     * Sends {@code target} on condition of {@code version}.
     *
     * @param preferred the servers to send it over, best first
     * @param deadline how long settling may take
     * @throws InterruptedException only if nothing was sent
     */
    Outcome send(
            Ensemble before, Ensemble target, ConfigurationVersion version, List<ServerId> preferred, Deadline deadline)
            throws InterruptedException {
        Sender sender;
        try {
            sender = open(target, before, preferred, deadline);
        } catch (DriverException e) {
            return new NotApplied(Optional.empty(), String.valueOf(e.getMessage()));
        }
        try {
            var intent = new SendIntent(version, before, target, sender.id());
            var result = sender.sendOnce(new SendRequest(before, target, version, deadline.oneCall()));
            if (result instanceof SendResult.Refused refused) {
                boolean left =
                        switch (refused.code()) {
                            case NAME_UNRESOLVED, SESSION_ENDED -> false;
                            case BAD_VERSION,
                                    IN_PROGRESS,
                                    NO_QUORUM,
                                    NO_PERMISSION,
                                    DISABLED,
                                    STANDALONE,
                                    BAD_ARGUMENTS -> true;
                        };
                sent += left ? 1 : 0;
                return new NotApplied(Optional.of(refused.code()), refused.detail());
            }
            sent++;
            boolean ok = result instanceof SendResult.Applied;
            return uninterrupted(() -> ok ? seeApplied(intent, sender, deadline) : settle(intent, sender, deadline));
        } finally {
            sender.close();
        }
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

    private Outcome seeApplied(SendIntent intent, Sender sender, Deadline deadline) throws InterruptedException {
        while (!deadline.isOver()) {
            try {
                var seen = driver.observe(new ObserveRequest(List.of(), deadline.oneCall()));
                var decided = judge(intent, seen.committed());
                return decided.isPresent() ? decided.get() : settle(intent, sender, deadline);
            } catch (DriverException e) {
                time.sleep(deadline.left(poll));
            }
        }
        return new Unresolved(intent, "no write was committed");
    }

    private Outcome settle(SendIntent intent, Sender sender, Deadline deadline) throws InterruptedException {
        var lastFailure = "no write was committed";
        while (!deadline.isOver()) {
            try {
                return judge(intent, sender.readCommitted(deadline.oneCall()))
                        .orElse(new NotApplied(Optional.empty(), "it was lost on the way"));
            } catch (DriverException e) {
                if (e.kind() == DriverException.Kind.SESSION_ENDED) {
                    return settleOnAnotherSession(intent, deadline);
                }
                lastFailure = String.valueOf(e.getMessage());
                time.sleep(deadline.left(poll));
            }
        }
        return new Unresolved(intent, lastFailure);
    }

    private Outcome settleOnAnotherSession(SendIntent intent, Deadline deadline) throws InterruptedException {
        var lastFailure = "no session could be opened";
        while (!deadline.isOver()) {
            try (var reader = open(intent.target(), intent.before(), List.of(), deadline)) {
                while (!deadline.isOver()) {
                    var decided = judge(intent, reader.readCommitted(deadline.oneCall()));
                    if (decided.isPresent()) {
                        return decided.get();
                    }
                    if (reader.isGone(intent.sender(), deadline.oneCall())) {
                        return judge(intent, reader.readCommitted(deadline.oneCall()))
                                .orElse(new NotApplied(Optional.empty(), "its session ended before it was decided"));
                    }
                    lastFailure = "the session that sent it has not ended yet";
                    time.sleep(deadline.left(poll));
                }
            } catch (DriverException e) {
                lastFailure = String.valueOf(e.getMessage());
                time.sleep(deadline.left(poll));
            }
        }
        return new Unresolved(intent, lastFailure);
    }

    /** What a configuration read after the sending proves; empty if it stands where it stood. */
    private static Optional<Outcome> judge(SendIntent intent, CommittedConfiguration read) {
        int order = read.version().compareTo(intent.version());
        if (order == 0 && read.isGenuine()) {
            return Optional.empty();
        }
        boolean applied = order > 0 && read.isGenuine() && read.ensemble().equals(intent.target());
        return Optional.of(applied ? new Applied(read) : new Superseded(read));
    }

    private Sender open(Ensemble target, Ensemble before, List<ServerId> preferred, Deadline deadline)
            throws InterruptedException {
        var staying = before.ids().stream().filter(target::contains).toList();
        var order = preferred.isEmpty() ? staying : preferred;
        return driver.openSender(new SenderRequest(before, order, deadline.oneCall()));
    }
}
