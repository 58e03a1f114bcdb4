package io.ensembler.testkit.runtime.injvm;

import org.slf4j.LoggerFactory;

/** Writes what the servers of this JVM log into a file for each, besides wherever it goes. */
interface LogRouting extends AutoCloseable {

    /** Begins to route, if logging is one that we know how to listen to. */
    static LogRouting begin() {
        // By name: the classes of Logback may not be there.
        var logging = LoggerFactory.getILoggerFactory().getClass().getName();
        return logging.equals("ch.qos.logback.classic.LoggerContext")
                ? LogbackRouting.begin()
                : new None("they share the test's JVM, and its logging is not Logback but " + logging);
    }

    /** Returns why there may be no file for a server, as the end of a sentence that begins with "because". */
    String whyNone();

    /** Routes no more. */
    @Override
    void close();

    /** Routes nothing. */
    record None(String whyNone) implements LogRouting {
        @Override
        public void close() {}
    }
}
