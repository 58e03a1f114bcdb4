package io.ensembler.execution;

import io.ensembler.report.EventStamp;
import io.ensembler.report.RunEvent;
import org.apiguardian.api.API;

/**
 * Is told what happens while a plan runs: on the thread that runs it, unless it was added with an executor.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface RunListener {

    /** Returns a listener that logs each event at level INFO. */
    static RunListener logging() {
        return LoggingListener.INSTANCE;
    }

    /** Called for each event, in order. A listener that throws is logged once and not called again in that run. */
    void onEvent(RunEvent event);

    /** The same with the number of the event and the time left; passes the event on unless overridden. */
    default void onEvent(RunEvent event, EventStamp stamp) {
        onEvent(event);
    }
}
