package io.ensembler.testkit.fake;

import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.ExclusiveLock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The lock of an ensemble, as one process reaches it. What a dead process held is free once its session has ended. */
final class SimulatedLock implements ExclusiveLock {

    private static final long SESSION = 30_000 * Settings.MILLI;

    private final Simulation simulation;
    private final Caller caller;
    private final Holder holder;

    SimulatedLock(Simulation simulation, Caller caller, Holder holder) {
        this.simulation = simulation;
        this.caller = caller;
        this.holder = holder;
    }

    /** Who holds it, and how often anybody has. */
    static final class Holder {

        private @Nullable Holding current;
        private long epoch;

        /** Takes the lock from whoever holds it, as when its session ends. */
        void lose() {
            if (current != null) {
                current.held = false;
                current = null;
            }
        }
    }

    @Override
    public Held acquire(Duration timeLeft) throws InterruptedException {
        return caller.call("acquire", timeLeft, end -> {
            caller.await(() -> isFree(), end);
            if (!isFree()) {
                throw new DriverException(
                        Kind.CONFLICT, "Cannot take the lock: another process holds it. Wait until it is done.");
            }
            holder.lose();
            var holding = new Holding(++holder.epoch);
            holder.current = holding;
            caller.onDeath(() -> holding.endsAt = simulation.now() + SESSION);
            return holding;
        });
    }

    private boolean isFree() {
        var current = holder.current;
        return current == null || current.endsAt <= simulation.now();
    }

    private final class Holding implements Held {

        private final long epoch;
        private boolean held = true;
        private long endsAt = Long.MAX_VALUE;

        Holding(long epoch) {
            this.epoch = epoch;
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public boolean isHeld() {
            synchronized (simulation.clock()) {
                return held;
            }
        }

        @Override
        public void close() {
            synchronized (simulation.clock()) {
                if (!caller.isDead() && held) {
                    holder.lose();
                }
            }
        }
    }

    @Override
    public String toString() {
        return "lock of a simulated ensemble";
    }
}
