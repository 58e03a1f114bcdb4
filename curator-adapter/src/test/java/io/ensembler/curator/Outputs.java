package io.ensembler.curator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.ensembler.execution.RunResult;
import io.ensembler.json.PlanJson;
import io.ensembler.json.ReportJson;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.render.Mermaid;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.PlanJournal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.slf4j.LoggerFactory;

/**
 * All that comes out of the driver and of what it uses, searched for secrets as it comes. From its creation to its end
 * all loggers of this JVM log everything, but for those of servers, which are no part of a driver; it alone gets what
 * they log. Thread-safe.
 */
final class Outputs extends UnsynchronizedAppenderBase<ILoggingEvent> implements AutoCloseable {

    private static final Duration TIME = Duration.ofSeconds(10);
    private static final String SERVERS = "org.apache.zookeeper.server";

    private final List<Secret> secrets;
    private final LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger root = logging.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Map<Logger, Level> levels = new LinkedHashMap<>();
    private final List<Appender<ILoggingEvent>> appenders = new ArrayList<>();

    private final Map<Kind, AtomicInteger> searched = new EnumMap<>(Kind.class);
    private final Map<String, AtomicInteger> logged = new ConcurrentSkipListMap<>();
    private final Map<Kind, NavigableSet<String>> findings = new EnumMap<>(Kind.class);

    /** Where a secret might come to light. */
    enum Kind {
        LOG,
        PLAN,
        EVENT,
        REPORT,
        JOURNAL,
        ZNODE,
        EXCEPTION,
        TEXT,
        PROCESS_ARGUMENTS,
        SYSTEM_PROPERTY,
        THREAD_NAME
    }

    private Outputs(List<Secret> secrets) {
        this.secrets = List.copyOf(secrets);
        for (var kind : Kind.values()) {
            searched.put(kind, new AtomicInteger());
            findings.put(kind, new ConcurrentSkipListSet<>());
        }
    }

    static Outputs search(Secret... secrets) {
        var outputs = new Outputs(List.of(secrets));
        outputs.begin();
        return outputs;
    }

    private void begin() {
        root.iteratorForAppenders().forEachRemaining(appenders::add);
        appenders.forEach(root::detachAppender);
        logging.getLoggerList().stream()
                .filter(logger -> logger.getLevel() != null && !logger.getName().startsWith(SERVERS))
                .forEach(logger -> levels.put(logger, logger.getLevel()));
        levels.keySet().forEach(logger -> logger.setLevel(Level.TRACE));
        setContext(logging);
        start();
        root.addAppender(this);
    }

    @Override
    public void close() {
        root.detachAppender(this);
        stop();
        levels.forEach(Logger::setLevel);
        appenders.forEach(root::addAppender);
    }

    @Override
    protected void append(ILoggingEvent event) {
        logged.computeIfAbsent(family(event.getLoggerName()), name -> new AtomicInteger())
                .incrementAndGet();
        var text = event.getLoggerName() + ": " + event.getFormattedMessage() + " "
                + Arrays.toString(event.getArgumentArray());
        var thrown = event.getThrowableProxy();
        look(Kind.LOG, thrown == null ? text : text + ThrowableProxyUtil.asString(thrown), event.getLoggerName());
    }

    /** The first three parts of a name. */
    private static String family(String logger) {
        var parts = logger.split("[.]", -1);
        return String.join(".", Arrays.asList(parts).subList(0, Math.min(3, parts.length)));
    }

    void plan(ScalingPlan plan) {
        look(Kind.PLAN, plan.toString());
        look(Kind.PLAN, PlanJson.write(plan));
        look(Kind.PLAN, Mermaid.of(plan));
    }

    void event(RunEvent event) {
        look(Kind.EVENT, event.toString());
    }

    void result(RunResult result) {
        plan(result.report().plan());
        look(Kind.REPORT, result.toString());
        look(Kind.REPORT, result.report().toString());
        look(Kind.REPORT, ReportJson.write(result.report()));
    }

    void journal(PlanJournal journal) {
        journal.lines(TIME).forEach(line -> look(Kind.JOURNAL, line));
    }

    /** Takes the names and data of a znode and of all below it. */
    void znodes(CuratorFramework curator, String path) throws Exception {
        byte[] data = curator.getData().forPath(path);
        look(Kind.ZNODE, path + " " + (data == null ? "" : new String(data, StandardCharsets.UTF_8)));
        for (var child : curator.getChildren().forPath(path)) {
            znodes(curator, (path.equals("/") ? "" : path) + "/" + child);
        }
    }

    /** Takes what is told of it with its causes and all that was suppressed. */
    void failure(Throwable failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        look(Kind.EXCEPTION, text.toString());
    }

    void text(Object printed) {
        look(Kind.TEXT, printed.toString());
    }

    /** Takes what is known of this process, and the arguments of all those that it started. */
    void processes() {
        var self = ProcessHandle.current();
        Stream.concat(Stream.of(self), self.descendants()).forEach(process -> {
            process.info().commandLine().ifPresent(line -> look(Kind.PROCESS_ARGUMENTS, line));
            process.info().arguments().ifPresent(line -> look(Kind.PROCESS_ARGUMENTS, Arrays.toString(line)));
        });
        System.getProperties().forEach((name, value) -> look(Kind.SYSTEM_PROPERTY, name + "=" + value));
        Thread.getAllStackTraces().keySet().forEach(thread -> look(Kind.THREAD_NAME, thread.getName()));
    }

    private void look(Kind kind, String text) {
        look(kind, text, kind.name());
    }

    private void look(Kind kind, String text, String source) {
        searched.get(kind).incrementAndGet();
        for (var secret : secrets) {
            secret.formIn(text).ifPresent(form -> findings.get(kind).add(form + " by " + source));
        }
    }

    /** Returns where secrets were found, and in which forms. */
    Map<Kind, NavigableSet<String>> findings() {
        var found = new EnumMap<>(findings);
        found.values().removeIf(forms -> forms.isEmpty());
        return found;
    }

    /** Returns how many texts of a kind there were. */
    int searched(Kind kind) {
        return searched.get(kind).get();
    }

    /** Returns how much was logged by those whose names begin so, in three parts. */
    int logged(String family) {
        var count = logged.get(family);
        return count == null ? 0 : count.get();
    }
}
