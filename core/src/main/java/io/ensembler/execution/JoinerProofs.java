package io.ensembler.execution;

import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.PlannedStep;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.SyncRequest;
import io.ensembler.spi.SyncProof;
import io.ensembler.spi.SyncResult;
import io.ensembler.spi.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The proofs that joiners have caught up and have stayed so, each as long as its session lives. */
final class JoinerProofs implements AutoCloseable {

    private final EnsembleDriver driver;
    private final TimeSource time;
    private final Patience patience;
    private final Account account;
    private final Duration stabilization;
    /** Only proofs that were watched for the stabilization time. */
    private final Map<ServerId, SyncProof> proofs = new TreeMap<>();

    JoinerProofs(EnsembleDriver driver, TimeSource time, Patience patience, Account account, Duration stabilization) {
        this.driver = driver;
        this.time = time;
        this.patience = patience;
        this.account = account;
        this.stabilization = stabilization;
    }

    /** What is done from time to time while a server is waited for. */
    @FunctionalInterface
    interface Nudge {
        void give() throws InterruptedException;
    }

    /**
     * Waits until a server has caught up and stayed so for the stabilization time; at once if that is proved already.
     */
    void await(PlannedStep step, Server server, Deadline deadline, Nudge nudge) throws InterruptedException {
        while (!holds(server.id())) {
            forget(server.id());
            var result =
                    patience.tolerant(deadline, () -> driver.proveSynced(new SyncRequest(server, deadline.oneCall())));
            if (result instanceof SyncResult.Proved proved) {
                watch(step, server, proved.proof(), deadline).ifPresent(proof -> proofs.put(server.id(), proof));
            }
            if (!holds(server.id())) {
                var waitingFor = result instanceof SyncResult.NotYet notYet
                        ? notYet.waitingFor()
                        : "server " + server.id() + " had synced and dropped again";
                pause(step, deadline, server, waitingFor);
                nudge.give();
            }
        }
    }

    /** Returns the proof if it holds throughout the stabilization time. */
    private Optional<SyncProof> watch(PlannedStep step, Server server, SyncProof proof, Deadline deadline)
            throws InterruptedException {
        boolean kept = false;
        try {
            var watched = Deadline.in(stabilization, time);
            while (patience.tolerant(deadline, () -> proof.renew(deadline.oneCall()))) {
                if (watched.isOver()) {
                    kept = true;
                    return Optional.of(proof);
                }
                pause(
                        step,
                        deadline,
                        server,
                        "server " + server.id() + " stays in sync for " + stabilization.toMillis() + " ms");
            }
            return Optional.empty();
        } finally {
            if (!kept) {
                proof.close();
            }
        }
    }

    private void pause(PlannedStep step, Deadline deadline, Server server, String waitingFor)
            throws InterruptedException {
        if (deadline.isOver()) {
            throw Halt.stopped(
                    StopReason.SYNCED_BEFORE_VOTING,
                    "Cannot add server " + server.id() + ": " + waitingFor + ", and "
                            + deadline.limit().toMillis() + " ms are over. The ensemble is still "
                            + account.current().ensemble()
                            + ". Look at that server's log, or stop it if it is not wanted any more.");
        }
        patience.await(step, deadline, StopReason.SYNCED_BEFORE_VOTING, waitingFor);
    }

    /** Proves all these servers again; false if a proof has ended. */
    boolean renew(Collection<Server> servers, Deadline deadline) throws InterruptedException {
        for (var server : servers) {
            var proof = proofs.get(server.id());
            if (proof == null || !patience.tolerant(deadline, () -> proof.renew(deadline.oneCall()))) {
                return false;
            }
        }
        return true;
    }

    private boolean holds(ServerId id) {
        var proof = proofs.get(id);
        return proof != null && proof.holds();
    }

    void forget(ServerId id) {
        close(proofs.remove(id));
    }

    private static void close(@Nullable SyncProof proof) {
        if (proof != null) {
            proof.close();
        }
    }

    @Override
    public void close() {
        proofs.values().forEach(SyncProof::close);
        proofs.clear();
    }
}
