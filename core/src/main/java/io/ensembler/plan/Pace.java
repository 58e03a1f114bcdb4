package io.ensembler.plan;

import org.apiguardian.api.API;

/**
 * How many joiners fetch their data at a time.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Pace {
    /**
     * A joiner is started when the one before is listed; of those that come in by one reconfiguration, when the one before
     * has synced. The default, since a leader feeds each joiner from its memory.
     */
    ONE_AFTER_ANOTHER,
    /** Joiners are started at once, except those that come in after a hand-off: they are started after it. */
    TOGETHER
}
