package io.ensembler.curator;

import io.ensembler.model.Address;
import io.ensembler.model.DataCount;
import io.ensembler.model.Fact;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.probe.ConfReply;
import io.ensembler.probe.MntrReply;
import io.ensembler.probe.SrvrReply;
import io.ensembler.probe.WordProbe;
import io.ensembler.probe.WordProbe.Answer;
import io.ensembler.probe.WordProbe.Question;
import io.ensembler.probe.WordProbe.Word;
import io.ensembler.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Asks servers what they say of themselves. Thread-safe. */
final class ServerProbe {

    /** How long a server may take to answer a word before it counts as silent. */
    static final Duration LONGEST = Duration.ofSeconds(1);

    private final WordProbe words;
    private final TimeSource time;

    ServerProbe(WordProbe words, TimeSource time) {
        this.words = words;
        this.time = time;
    }

    /**
     * What one server says of itself.
     *
     * @param client where it was asked, empty if no client address is known
     * @param presence whether anything answers there
     * @param identity whether it is the server that was meant
     */
    record Report(
            ServerId id,
            Optional<Address> client,
            Presence presence,
            Identity identity,
            SrvrReply srvr,
            ConfReply conf) {

        boolean isServing() {
            return srvr instanceof SrvrReply.Serving;
        }

        /** Returns whether a session is worth trying: it serves, or does not tell whether it does. */
        boolean mayServe() {
            return presence == Presence.ANSWERS
                    && identity != Identity.ANOTHER
                    && !(srvr instanceof SrvrReply.NotServing);
        }

        /** Returns why it has no {@code srvr} figures, as the end of a sentence; of no meaning if it has. */
        String reason() {
            return srvr instanceof SrvrReply.Unreadable unreadable ? unreadable.reason() : "it is not serving";
        }
    }

    /** Which server answers at an address. */
    enum Identity {
        /** It says it is the one that was meant. */
        ITSELF,
        /** It says it is another one. */
        ANOTHER,
        /** It does not say. */
        UNTOLD
    }

    /** Asks all servers at once. */
    Map<ServerId, Report> ask(Collection<Server> servers, Deadline deadline) throws InterruptedException {
        var questions = new ArrayList<Question>();
        for (var server : servers) {
            server.endpoints().reachableClient().ifPresent(client -> {
                questions.add(new Question(client, Word.SRVR));
                questions.add(new Question(client, Word.CONF));
            });
        }
        var answers = words.ask(List.copyOf(questions), deadline.atMost(LONGEST).left());
        var reports = new TreeMap<ServerId, Report>();
        for (var server : servers) {
            reports.put(server.id(), report(server, answers));
        }
        return Collections.unmodifiableMap(reports);
    }

    /** Asks a leader who follows it. */
    MntrReply askLearners(Address leader, Deadline deadline) throws InterruptedException {
        var question = new Question(leader, Word.MNTR);
        var answer =
                words.ask(List.of(question), deadline.atMost(LONGEST).left()).get(question);
        return answer instanceof Answer.Text text
                ? MntrReply.parse(text.text())
                : new MntrReply.Untold(reason(answer, leader));
    }

    /**
     * Asks servers how much they hold. What they hold is told only where they applied nothing meanwhile, since that
     * and the transaction they have come to cannot be asked for at once.
     */
    Map<ServerId, Fact<DataCount>> askHoldings(Collection<Server> servers, Deadline deadline)
            throws InterruptedException {
        var before = ask(servers, deadline);
        var questions = before.values().stream()
                .flatMap(report -> report.client().stream())
                .map(client -> new Question(client, Word.MNTR))
                .toList();
        var answers = words.ask(questions, deadline.atMost(LONGEST).left());
        var after = ask(servers, deadline);
        var holdings = new TreeMap<ServerId, Fact<DataCount>>();
        before.forEach((id, report) -> holdings.put(
                id,
                report.client()
                        .map(client -> holdings(
                                report,
                                answers.get(new Question(client, Word.MNTR)),
                                Objects.requireNonNull(after.get(id))))
                        .orElseGet(() -> Fact.unknown(report.reason()))));
        return holdings;
    }

    private Fact<DataCount> holdings(Report before, @Nullable Answer answer, Report after) {
        if (!(before.srvr() instanceof SrvrReply.Serving first && after.srvr() instanceof SrvrReply.Serving last)) {
            return Fact.unknown((before.isServing() ? after : before).reason());
        }
        if (!first.zxid().equals(last.zxid())) {
            return Fact.unknown("it applied transactions meanwhile");
        }
        if (!(answer instanceof Answer.Text text)) {
            return Fact.unknown(reason(answer, before.client().orElseThrow()));
        }
        return MntrReply.holdings(text.text(), first.zxid())
                .map(count -> Fact.known(count, Fact.Source.MNTR, time.now()))
                .orElseGet(() -> Fact.unknown("it does not tell in its answer to mntr"));
    }

    /** Returns whether a server at one of these addresses says that it runs standalone. */
    boolean isAnyStandalone(Collection<Address> addresses, Deadline deadline) throws InterruptedException {
        var questions = addresses.stream()
                .map(address -> new Question(address, Word.SRVR))
                .toList();
        return words.ask(questions, deadline.atMost(LONGEST).left()).values().stream()
                .anyMatch(answer -> answer instanceof Answer.Text text
                        && SrvrReply.parse(text.text()) instanceof SrvrReply.Serving serving
                        && serving.mode() == ServerMode.STANDALONE);
    }

    private static Report report(Server server, Map<Question, Answer> answers) {
        var client = server.endpoints().reachableClient();
        if (client.isEmpty()) {
            return unreadable(
                    server.id(), client, Presence.UNKNOWN, Identity.UNTOLD, "its line names no client address");
        }
        var address = client.get();
        var srvr = answers.get(new Question(address, Word.SRVR));
        var conf = answers.get(new Question(address, Word.CONF));
        var confReply = conf instanceof Answer.Text text
                ? ConfReply.parse(text.text())
                : new ConfReply.Unreadable(reason(conf, address));
        if (confReply instanceof ConfReply.InForce inForce && !inForce.id().equals(server.id())) {
            return unreadable(
                    server.id(),
                    client,
                    Presence.ANSWERS,
                    Identity.ANOTHER,
                    "server " + inForce.id() + " answers at " + address);
        }
        return new Report(
                server.id(),
                client,
                presence(srvr),
                confReply instanceof ConfReply.InForce ? Identity.ITSELF : Identity.UNTOLD,
                srvr instanceof Answer.Text text
                        ? SrvrReply.parse(text.text())
                        : new SrvrReply.Unreadable(reason(srvr, address)),
                confReply);
    }

    private static Report unreadable(
            ServerId id, Optional<Address> client, Presence presence, Identity identity, String reason) {
        return new Report(
                id, client, presence, identity, new SrvrReply.Unreadable(reason), new ConfReply.Unreadable(reason));
    }

    private static Presence presence(@Nullable Answer answer) {
        if (answer instanceof Answer.Text) {
            return Presence.ANSWERS;
        }
        return answer instanceof Answer.Refused ? Presence.REFUSES : Presence.SILENT;
    }

    private static String reason(@Nullable Answer answer, Address client) {
        return answer instanceof Answer.Silent silent
                ? "nothing heard from " + client + ": " + silent.reason()
                : "the connection to " + client + " is refused";
    }
}
