package io.ensembler.testkit.hazard;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Server;
import io.ensembler.testkit.Outside;
import io.ensembler.testkit.TestEnsemble;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Waits for what becomes of an ensemble, or sees that nothing does. */
final class Waiting {

    private static final Duration TIME = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 20;

    private Waiting() {}

    /** Returns once this holds; if it does not in time, fails with how the ensemble stands. */
    static void until(String what, TestEnsemble ensemble, BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + TIME.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("not within %s: %s; %s; %s", TIME, what, ensemble, ensemble.exitRequests())
                    .isLessThan(deadline);
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** Fails as soon as one of these serves, and returns when for so long none has. */
    static void whileNoneServes(Duration time, TestEnsemble ensemble, List<Server> servers)
            throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            for (var server : servers) {
                assertThat(Outside.ask(server, "srvr"))
                        .as("server %s of %s", server.id(), ensemble)
                        .doesNotContain("Mode: ");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }
}
