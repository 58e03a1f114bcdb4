package io.ensembler.curator;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.SendIntent;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.probe.ConfReply;
import io.ensembler.probe.SrvrReply;
import io.ensembler.probe.WordProbe;
import io.ensembler.probe.WordProbe.Answer;
import io.ensembler.probe.WordProbe.Question;
import io.ensembler.probe.WordProbe.Word;
import io.ensembler.spi.TimeSource;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.Timeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Holds what is done to an ensemble to the invariants, as far as they can be seen from outside: by what servers say of
 * themselves and by the files they write, never by what a driver or a run believes. Thread-safe.
 *
 * <p>Seen are: of one epoch there is one leader; of one version there is one configuration; each configuration comes from
 * the one before by one server that comes, goes or changes; nobody is sent to vote who has not served since its last start.
 */
final class OutsideWatch implements AutoCloseable {

    private static final Duration WORD_TIME = Duration.ofMillis(300);
    private static final long POLL_MILLIS = 30;
    private static final String DYNAMIC = "zoo.cfg.dynamic.";

    private final TestEnsemble ensemble;
    private final WordProbe words = new WordProbe(TimeSource.system());
    private final Thread thread = new Thread(this::watch, "watches-from-outside");

    // Guarded by this object.
    private final Map<Long, ServerId> leaders = new TreeMap<>();
    private final Map<ServerId, Instant> served = new HashMap<>();
    private final Map<Long, Map<Ensemble, TreeSet<ServerId>>> configurations = new TreeMap<>();
    private final List<String> broken = new ArrayList<>();

    private volatile boolean ended;

    private OutsideWatch(TestEnsemble ensemble) {
        this.ensemble = ensemble;
        thread.setDaemon(true);
    }

    static OutsideWatch begin(TestEnsemble ensemble) {
        var watch = new OutsideWatch(ensemble);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        try {
            while (!ended) {
                look();
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Nothing follows from what was not seen.
            broken("the watch ended early: " + e);
        }
    }

    /** Asks every server once. */
    private void look() throws InterruptedException {
        var servers = ensemble.servers();
        var questions = new ArrayList<Question>();
        for (var server : servers) {
            questions.add(question(server, Word.SRVR));
            questions.add(question(server, Word.CONF));
        }
        var begun = Instant.now();
        var answers = words.ask(questions, WORD_TIME);
        for (var server : servers) {
            if (answers.get(question(server, Word.CONF)) instanceof Answer.Text text
                    && ConfReply.parse(text.text()) instanceof ConfReply.InForce inForce
                    && inForce.id().equals(server.id())) {
                acts(server.id(), inForce.inForce());
            }
            var serving = serving(answers.get(question(server, Word.SRVR)));
            if (serving.isPresent()) {
                serves(server, serving.get(), begun);
            }
        }
    }

    private static Question question(Server server, Word word) {
        return new Question(server.endpoints().reachableClient().orElseThrow(), word);
    }

    private static Optional<SrvrReply.Serving> serving(@Nullable Answer answer) {
        return answer instanceof Answer.Text text && SrvrReply.parse(text.text()) instanceof SrvrReply.Serving serving
                ? Optional.of(serving)
                : Optional.empty();
    }

    /** A server that served when it was asked had come to serve by then. */
    private void serves(Server server, SrvrReply.Serving serving, Instant begun) throws InterruptedException {
        boolean another = false;
        synchronized (this) {
            served.put(server.id(), begun);
            if (serving.mode() == ServerMode.LEADER) {
                another = !leaders.computeIfAbsent(serving.zxid().epoch(), it -> server.id())
                        .equals(server.id());
            }
        }
        // One that has just come into office may show the last transaction of the epoch before, for a moment.
        if (another && leadsStill(server, serving.zxid().epoch())) {
            broken("servers " + leaders.get(serving.zxid().epoch()) + " and " + server.id() + " lead in epoch "
                    + serving.zxid().epoch());
        }
    }

    private boolean leadsStill(Server server, long epoch) throws InterruptedException {
        var question = question(server, Word.SRVR);
        return serving(words.ask(List.of(question), WORD_TIME).get(question))
                .filter(again ->
                        again.mode() == ServerMode.LEADER && again.zxid().epoch() == epoch)
                .isPresent();
    }

    private synchronized void acts(ServerId id, Configuration inForce) {
        configurations
                .computeIfAbsent(inForce.version().value(), it -> new HashMap<>())
                .computeIfAbsent(inForce.ensemble(), it -> new TreeSet<>())
                .add(id);
    }

    private synchronized void broken(String what) {
        broken.add(what);
        ensemble.mark("BROKEN: " + what);
    }

    /** To be called right before this is sent: whoever is to vote by it must have come to serve since it was started. */
    void beforeSending(SendIntent intent) throws InterruptedException {
        look();
        for (var id : intent.target().participants()) {
            if (!intent.before().participants().contains(id) && !hasServedSinceItsStart(id)) {
                broken("server " + id + " is to vote by " + intent.target()
                        + " and has not served since it was started");
            }
        }
    }

    private synchronized boolean hasServedSinceItsStart(ServerId id) {
        var started = ensemble.timeline().concerning(id).stream()
                .filter(entry -> entry.kind() == Timeline.Kind.START)
                .map(Timeline.Entry::wallTime)
                .max(Instant::compareTo);
        var last = served.get(id);
        return started.isPresent() && last != null && last.isAfter(started.get());
    }

    /**
     * Returns what was broken until now.
     *
     * @param from the configuration that the watch began with
     */
    synchronized List<String> broken(Configuration from) {
        readFiles();
        var found = new ArrayList<>(broken);
        var before = from.ensemble();
        for (var entry : configurations.entrySet()) {
            var version = ConfigurationVersion.of(entry.getKey());
            if (version.compareTo(from.version()) < 0) {
                // What a joiner was started with, before it attached.
                continue;
            }
            if (entry.getValue().size() > 1) {
                found.add("of version " + version + " there are several: " + entry.getValue());
            }
            for (var after : entry.getValue().keySet()) {
                if (before.differingLines(after).size() > 1) {
                    found.add(before + " became " + after + " at once, in version " + version);
                }
            }
            before = entry.getValue().keySet().iterator().next();
        }
        return found;
    }

    /** ZooKeeper writes a file for each configuration that a server acts by, and deletes none. */
    private void readFiles() {
        for (var server : ensemble.servers()) {
            var folder = ensemble.directory(server.id()).resolve("conf");
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (var files = Files.list(folder)) {
                for (var file : files.toList()) {
                    var suffix = suffix(file);
                    if (suffix.matches("[0-9a-f]{1,16}")) {
                        var version = ConfigurationVersion.of(Long.parseUnsignedLong(suffix, 16));
                        acts(
                                server.id(),
                                new Configuration(
                                        ConfigurationText.parse(Files.readString(file))
                                                .ensemble(),
                                        version));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String suffix(Path file) {
        var name = file.getFileName().toString();
        return name.startsWith(DYNAMIC) ? name.substring(DYNAMIC.length()) : "";
    }

    @Override
    public void close() {
        ended = true;
    }
}
