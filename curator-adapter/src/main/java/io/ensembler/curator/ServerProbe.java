package io.ensembler.curator;

import io.ensembler.model.Address;
import io.ensembler.model.DataCount;
import io.ensembler.model.Fact;
import io.ensembler.model.Fact.Source;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerDetails;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.probe.AdminProbe.Command;
import io.ensembler.probe.AdminReply;
import io.ensembler.probe.ConfReply;
import io.ensembler.probe.EnviReply;
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
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/** Asks servers what they say of themselves. Thread-safe. */
final class ServerProbe {

    /** How long a server may take to answer a word before it counts as silent. */
    static final Duration LONGEST = Duration.ofSeconds(1);

    /** How old what changes slowly may be before it is asked for anew: it is a long answer to a busy server. */
    private static final Duration OLDEST = Duration.ofSeconds(10);

    private static final Set<Command> ALWAYS = EnumSet.of(Command.SERVER_STATS, Command.CONFIGURATION);

    private final WordProbe words;
    private final Administration administration;
    private final ProbePace pace;
    private final TimeSource time;
    private final Map<Place, Figures> figures = new ConcurrentHashMap<>();

    ServerProbe(WordProbe words, Administration administration, ProbePace pace, TimeSource time) {
        this.words = words;
        this.administration = administration;
        this.pace = pace;
        this.time = time;
    }

    /** A server and where it is asked. */
    private record Place(ServerId id, Address client) {}

    /**
     * What a server told that changes slowly.
     *
     * @param askedAt when, by {@link TimeSource#nanoTime}
     */
    private record Figures(ServerDetails details, long askedAt) {}

    /**
     * What one server says of itself.
     *
     * @param client where it was asked, empty if no client address is known
     * @param presence whether anything answers there
     * @param identity whether it is the server that was meant
     * @param srvr what it does
     * @param source where it said that
     * @param conf by which configuration it acts
     * @param details what else it told
     */
    record Report(
            ServerId id,
            Optional<Address> client,
            Presence presence,
            Identity identity,
            SrvrReply srvr,
            Source source,
            ConfReply conf,
            ServerDetails details) {

        Report with(ServerDetails newDetails) {
            return new Report(id, client, presence, identity, srvr, source, conf, newDetails);
        }

        boolean isServing() {
            return srvr instanceof SrvrReply.Serving;
        }

        /** Returns whether a session is worth trying: it serves, or does not tell whether it does. */
        boolean mayServe() {
            return presence == Presence.ANSWERS
                    && identity != Identity.ANOTHER
                    && !(srvr instanceof SrvrReply.NotServing);
        }

        /** Returns why it does not tell what it does, as the end of a sentence; of no meaning if it has. */
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

    /** Asks all servers at once what they do, and by which configuration. */
    Map<ServerId, Report> ask(Collection<Server> servers, Deadline deadline) throws InterruptedException {
        awaitTurn(EnsembleSession.clients(List.copyOf(servers)), deadline);
        return askNow(servers, List.of(), deadline);
    }

    /** Returns once there may be a look at each of these addresses, which is then taken to be made. */
    void awaitTurn(Collection<Address> addresses, Deadline deadline) throws InterruptedException {
        var named = addresses.stream().map(Address::toString).collect(Collectors.joining(", "));
        pace.await("Cannot look at " + named, addresses, deadline);
    }

    /**
     * Asks all servers at once for all they tell. What changes slowly is some seconds old.
     *
     * @param awaited the addresses that need not be waited for any more
     */
    Map<ServerId, Report> askAll(Collection<Server> servers, Set<Address> awaited, Deadline deadline)
            throws InterruptedException {
        var others = new ArrayList<>(EnsembleSession.clients(List.copyOf(servers)));
        others.removeAll(awaited);
        awaitTurn(others, deadline);
        figures.values().removeIf(it -> time.nanoTime() - it.askedAt() > OLDEST.toNanos());
        var due = servers.stream()
                .filter(server ->
                        place(server).filter(it -> !figures.containsKey(it)).isPresent())
                .toList();
        var reports = new TreeMap<ServerId, Report>(askNow(servers, due, deadline));
        for (var server : servers) {
            place(server)
                    .map(figures::get)
                    .ifPresent(known -> reports.computeIfPresent(
                            server.id(),
                            (id, report) -> report.with(report.details().or(known.details()))));
        }
        return Collections.unmodifiableMap(reports);
    }

    private static Optional<Place> place(Server server) {
        return server.endpoints().reachableClient().map(client -> new Place(server.id(), client));
    }

    /** Asks as part of a look whose turn it is. */
    private Map<ServerId, Report> askNow(Collection<Server> servers, List<Server> due, Deadline deadline)
            throws InterruptedException {
        var within = deadline.atMost(LONGEST);
        var commands = new TreeMap<ServerId, Map<Command, CompletableFuture<AdminReply>>>();
        var questions = new ArrayList<Question>();
        for (var server : servers) {
            boolean isDue = due.contains(server);
            commands.put(
                    server.id(),
                    administration.ask(server, isDue ? EnumSet.allOf(Command.class) : ALWAYS, within.left()));
            server.endpoints().reachableClient().ifPresent(client -> {
                questions.add(new Question(client, Word.SRVR));
                questions.add(new Question(client, Word.CONF));
                if (isDue) {
                    questions.add(new Question(client, Word.MNTR));
                    questions.add(new Question(client, Word.ENVI));
                }
            });
        }
        var answers = words.ask(List.copyOf(questions), within.left());
        var reports = new TreeMap<ServerId, Report>();
        for (var server : servers) {
            var replies = replies(server, Objects.requireNonNull(commands.get(server.id())), within);
            reports.put(server.id(), report(server, answers, replies));
            if (due.contains(server)) {
                remember(server, answers, replies);
            }
        }
        return Collections.unmodifiableMap(reports);
    }

    /** Waits for what a server answers over HTTP: nothing that counts if another server does. */
    private static Map<Command, AdminReply> replies(
            Server server, Map<Command, CompletableFuture<AdminReply>> asked, Deadline deadline)
            throws InterruptedException {
        var replies = new EnumMap<Command, AdminReply>(Command.class);
        for (var each : asked.entrySet()) {
            replies.put(each.getKey(), await(each.getValue(), deadline));
        }
        var whose = Optional.ofNullable(replies.get(Command.CONFIGURATION)).flatMap(AdminReply::id);
        if (whose.filter(server.id()::equals).isEmpty()) {
            replies.values().removeIf(AdminReply.Told.class::isInstance);
        }
        return replies;
    }

    private static AdminReply await(CompletableFuture<AdminReply> asked, Deadline deadline)
            throws InterruptedException {
        try {
            return Guard.await(asked, deadline);
        } catch (TimeoutException | KeeperException e) {
            return new AdminReply.Unreadable("no answer over HTTP in time");
        }
    }

    private void remember(Server server, Map<Question, Answer> answers, Map<Command, AdminReply> replies) {
        var told = new ArrayList<ServerDetails>();
        for (var command : Command.values()) {
            if (!ALWAYS.contains(command)) {
                told.add(details(command, replies));
            }
        }
        place(server).ifPresent(place -> {
            text(answers, place.client(), Word.MNTR).ifPresent(text -> told.add(MntrReply.details(text, time.now())));
            text(answers, place.client(), Word.ENVI).ifPresent(text -> told.add(EnviReply.details(text, time.now())));
            var all = told.stream().reduce(ServerDetails.none(), ServerDetails::or);
            // Whoever is not serving yet, or is not there, is asked again.
            if (!all.equals(ServerDetails.none())) {
                figures.put(place, new Figures(all, time.nanoTime()));
            }
        });
    }

    private static Optional<String> text(Map<Question, Answer> answers, Address client, Word word) {
        return answers.get(new Question(client, word)) instanceof Answer.Text text
                ? Optional.of(text.text())
                : Optional.empty();
    }

    private ServerDetails details(Command command, Map<Command, AdminReply> replies) {
        return Optional.ofNullable(replies.get(command))
                .map(reply -> reply.details(command, time.now()))
                .orElse(ServerDetails.none());
    }

    /** Asks a leader who follows it. */
    ServerDetails askLearners(Server leader, Deadline deadline) throws InterruptedException {
        var client = leader.endpoints().reachableClient();
        if (client.isEmpty()) {
            return ServerDetails.none();
        }
        var within = deadline.atMost(LONGEST);
        var commands = administration.ask(leader, Set.of(Command.CONFIGURATION, Command.MONITOR), within.left());
        var question = new Question(client.get(), Word.MNTR);
        var answer = words.ask(List.of(question), within.left()).get(question);
        var overHttp = Optional.ofNullable(replies(leader, commands, within).get(Command.MONITOR))
                .map(AdminReply::learners);
        return overHttp.map(reply -> learners(reply, Source.ADMIN))
                .orElse(ServerDetails.none())
                .or(learners(
                        answer instanceof Answer.Text text
                                ? MntrReply.parse(text.text())
                                : new MntrReply.Untold(reason(answer, client.get())),
                        Source.MNTR));
    }

    private ServerDetails learners(MntrReply reply, Source source) {
        if (reply instanceof MntrReply.Leading leading) {
            var details = ServerDetails.none()
                    .with(ServerDetail.LEARNERS, Fact.known(leading.learners(), source, time.now()))
                    .with(ServerDetail.OBSERVERS, Fact.known(leading.observers(), source, time.now()));
            return leading.inOffice()
                    .map(office -> details.with(ServerDetail.IN_OFFICE, Fact.known(office, source, time.now())))
                    .orElse(details);
        }
        var reason = ((MntrReply.Untold) reply).reason();
        return ServerDetails.none()
                .with(ServerDetail.LEARNERS, Fact.unknown(reason))
                .with(ServerDetail.OBSERVERS, Fact.unknown(reason));
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
        var after = askNow(servers, List.of(), deadline);
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
                .map(count -> Fact.known(count, Source.MNTR, time.now()))
                .orElseGet(() -> Fact.unknown("it does not tell in its answer to mntr"));
    }

    /** Returns whether a server at one of these addresses says that it runs standalone. */
    boolean isAnyStandalone(Collection<Address> addresses, Deadline deadline) throws InterruptedException {
        awaitTurn(addresses, deadline);
        var questions = addresses.stream()
                .map(address -> new Question(address, Word.SRVR))
                .toList();
        return words.ask(questions, deadline.atMost(LONGEST).left()).values().stream()
                .anyMatch(answer -> answer instanceof Answer.Text text
                        && SrvrReply.parse(text.text()) instanceof SrvrReply.Serving serving
                        && serving.mode() == ServerMode.STANDALONE);
    }

    private Report report(Server server, Map<Question, Answer> answers, Map<Command, AdminReply> replies) {
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
        var byWord = srvr instanceof Answer.Text text
                ? SrvrReply.parse(text.text())
                : new SrvrReply.Unreadable(reason(srvr, address));
        var overHttp = Optional.ofNullable(replies.get(Command.SERVER_STATS))
                .map(AdminReply::serving)
                .filter(reply -> !(reply instanceof SrvrReply.Unreadable));
        var details = details(Command.SERVER_STATS, replies)
                .or(text(answers, address, Word.SRVR)
                        .map(text -> SrvrReply.details(text, time.now()))
                        .orElse(ServerDetails.none()))
                .or(text(answers, address, Word.CONF)
                        .map(text -> ConfReply.details(text, time.now()))
                        .orElse(ServerDetails.none()));
        return new Report(
                server.id(),
                client,
                presence(srvr),
                confReply instanceof ConfReply.InForce ? Identity.ITSELF : Identity.UNTOLD,
                overHttp.orElse(byWord),
                overHttp.isPresent() ? Source.ADMIN : Source.SRVR,
                confReply,
                details);
    }

    private static Report unreadable(
            ServerId id, Optional<Address> client, Presence presence, Identity identity, String reason) {
        return new Report(
                id,
                client,
                presence,
                identity,
                new SrvrReply.Unreadable(reason),
                Source.SRVR,
                new ConfReply.Unreadable(reason),
                ServerDetails.none());
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
