package io.ensembler.testkit.runtime.injvm;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.ensembler.testkit.runtime.LogLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.LoggerFactory;

/**
 * Tells by the thread group of the thread that logs which server it belongs to, since neither messages nor names of threads
 * do. Thread-safe.
 */
final class LogbackRouting extends UnsynchronizedAppenderBase<ILoggingEvent> implements LogRouting {

    private static final String SERVERS = "org.apache.zookeeper.server";

    private final Logger root;
    private final PatternLayout layout = new PatternLayout();

    private LogbackRouting(Logger root) {
        this.root = root;
    }

    static LogbackRouting begin() {
        var logging = (LoggerContext) LoggerFactory.getILoggerFactory();
        var routing = new LogbackRouting(logging.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME));
        routing.setName("ensembler");
        routing.setContext(logging);
        routing.layout.setContext(logging);
        routing.layout.setPattern(LogLines.PATTERN);
        routing.layout.start();
        routing.start();
        routing.root.addAppender(routing);
        return routing;
    }

    @Override
    public String whyNone() {
        var level = root.getLoggerContext().getLogger(SERVERS).getEffectiveLevel();
        return "they share the test's JVM, and its Logback lets through what they log at level " + level + " only ("
                + SERVERS + ")";
    }

    @Override
    public void close() {
        root.detachAppender(this);
        stop();
        layout.stop();
    }

    @Override
    protected void append(ILoggingEvent event) {
        var run = InJvmRun.Threads.runOfCurrentThread();
        if (run.isPresent()) {
            try {
                run.get().log().append(layout.doLayout(event));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
