package io.ensembler.testkit.fake;

import java.time.Duration;

/** The settings that all servers of a simulation share, and how long things take in it; times in nanoseconds. */
record Settings(long tick, int initLimit, int syncLimit, long download, boolean hostNames, int bindRetry) {

    static final long MILLI = 1_000_000;
    static final long FINALIZE_WAIT = 200 * MILLI;
    static final long LONGEST_NOTIFICATION_INTERVAL = 1000 * MILLI;
    static final long CONNECT_RETRY = 100 * MILLI;
    static final int CONNECT_ATTEMPTS = 5;
    static final long BIND_RETRY = 1000 * MILLI;
    static final long OBSERVER_DELAY = 200 * MILLI;

    static final Settings DEFAULTS = new Settings(200 * MILLI, 25, 10, 150 * MILLI, false, 3);

    Settings withDownload(Duration time) {
        return new Settings(tick, initLimit, syncLimit, time.toNanos(), hostNames, bindRetry);
    }

    Settings withSyncLimit(int ticks) {
        return new Settings(tick, initLimit, ticks, download, hostNames, bindRetry);
    }

    Settings withHostNames() {
        return new Settings(tick, initLimit, syncLimit, download, true, bindRetry);
    }

    Settings withBindRetry(int attempts) {
        return new Settings(tick, initLimit, syncLimit, download, hostNames, attempts);
    }

    long initTime() {
        return tick * initLimit;
    }

    long syncTime() {
        return tick * syncLimit;
    }
}
