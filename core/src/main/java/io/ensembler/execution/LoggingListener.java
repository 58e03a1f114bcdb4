package io.ensembler.execution;

import io.ensembler.report.RunEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs events, behind {@link RunListener#logging()}. */
enum LoggingListener implements RunListener {
    INSTANCE;

    private static final Logger LOG = LoggerFactory.getLogger(RunListener.class);

    @Override
    public void onEvent(RunEvent event) {
        LOG.info("{}", event);
    }
}
