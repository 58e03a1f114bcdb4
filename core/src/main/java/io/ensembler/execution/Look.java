package io.ensembler.execution;

import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.ObserveRequest;
import io.ensembler.spi.TimeSource;
import java.time.Duration;
import java.util.List;

/**
 * What was seen of the ensemble, and of servers besides. Immutable.
 *
 * @param besides which servers, as they were asked for
 * @param begunNanos when the look began, by the injected clock: what is seen is no older
 */
record Look(Observation seen, List<Server> besides, long begunNanos) {

    /**
     * Until this is over, what was seen will do for the next step. Less than opening a session takes over a slow network,
     * and between a look and what it allows there is one opened anyway.
     */
    private static final Duration RECENT = Duration.ofMillis(100);

    static Look at(EnsembleDriver driver, List<Server> besides, TimeSource time, Duration timeLeft)
            throws InterruptedException {
        long begun = time.nanoTime();
        return new Look(driver.observe(new ObserveRequest(besides, timeLeft)), List.copyOf(besides), begun);
    }

    boolean isRecent(TimeSource time) {
        return time.nanoTime() - begunNanos < RECENT.toNanos();
    }

    boolean covers(List<Server> servers) {
        return servers.stream()
                .allMatch(server -> besides.contains(server) || seen.ensemble().contains(server.id()));
    }
}
