package io.ensembler.execution;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.spi.ExclusiveLock;
import io.ensembler.spi.FencingToken;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether a run may still act: as long as it holds its lock, or always where there is none. */
record Guard(Optional<ExclusiveLock.Held> held) {

    /**
     * Ends the run if the lock is lost.
     *
     * @param effect what cannot be done then, as a sentence without full stop; asked for only then
     */
    void check(Supplier<String> effect) {
        if (isLost()) {
            throw Halt.stopped(
                    StopReason.LOCK_LOST,
                    effect.get()
                            + ": the lock was lost, so that somebody else may be changing this ensemble by now. See who"
                            + " does, and resume once they are done.");
        }
    }

    boolean isLost() {
        return held.filter(lock -> !lock.isHeld()).isPresent();
    }

    FencingToken token(ConfigurationVersion version) {
        return new FencingToken(held.map(ExclusiveLock.Held::epoch).orElse(0L), version);
    }
}
