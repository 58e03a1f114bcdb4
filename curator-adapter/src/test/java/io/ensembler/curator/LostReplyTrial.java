package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.EnsembleScaler;
import io.ensembler.curator.ScalingProcess.Call;
import io.ensembler.execution.RunResult;
import io.ensembler.journal.FileJournal;
import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.spi.PlanJournal;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import io.ensembler.testkit.ClientRequest;
import io.ensembler.testkit.FailureFolder;
import io.ensembler.testkit.Fault;
import io.ensembler.testkit.Selector;
import io.ensembler.testkit.ServerRuntime;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.Timeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One plan on real servers, one of whose reconfigurations is cut off from its reply by a proxy, and how that is drawn.
 *
 * @param kind what is planned
 * @param cut what happens to the reconfiguration
 * @param moment around which the proxy cuts the connection
 * @param end what becomes of who sent it
 * @param route where it is sent
 * @param send which of the plan's reconfigurations is hit, from 1
 * @param wakes after how many calls of the run a follower goes on that stands still
 */
record LostReplyTrial(Kind kind, Cut cut, Moment moment, SenderEnd end, Route route, int send, int wakes) {

    private static final Duration TIME = Duration.ofSeconds(5);

    /** What a session of a process that has ended lasts, and one whose server stands still. */
    private static final Duration SESSIONS = Duration.ofSeconds(4);

    /** How often a run that stopped is resumed. */
    private static final int RUNS = 5;

    /** What is planned. */
    enum Kind {
        ADD(3, 0, 1),
        REMOVE(3, 0, 1),
        REMOVE_LEADER(3, 0, 1),
        /** Counted as lost while it reconnects it would be missed: it is taken out first. */
        PROMOTE(3, 1, 2);

        private final int participants;
        private final int observers;
        private final int reconfigurations;

        Kind(int participants, int observers, int reconfigurations) {
            this.participants = participants;
            this.observers = observers;
            this.reconfigurations = reconfigurations;
        }
    }

    /** What happens to the reconfiguration. */
    enum Cut {
        /** The follower that holds it stands still. */
        HOLDER_FROZEN,
        /** Its sender is killed, whatever became of it. */
        SENDER_KILLED,
        BEFORE_FORWARDED,
        FORWARDED_BEFORE_REPLY
    }

    /** Around which the connection is cut. */
    enum Moment {
        BEFORE_REQUEST("before a"),
        AFTER_REQUEST("after a"),
        BEFORE_REPLY("before the reply to a");

        private final String name;

        Moment(String name) {
            this.name = name;
        }

        Fault arm(TestEnsemble ensemble) {
            var faults = ensemble.faults();
            return switch (this) {
                case BEFORE_REQUEST -> faults.cutBeforeRequest(ClientRequest.RECONFIGURATION);
                case AFTER_REQUEST -> faults.cutAfterRequest(ClientRequest.RECONFIGURATION);
                case BEFORE_REPLY -> faults.cutBeforeReply(ClientRequest.RECONFIGURATION);
            };
        }

        boolean hasStruck(TestEnsemble ensemble) {
            return ensemble.timeline()
                    .last(Timeline.Kind.MARK, "cut of a client " + name + " reconfiguration has struck")
                    .isPresent();
        }
    }

    /** What becomes of who sent it. */
    enum SenderEnd {
        LIVES_ON,
        SESSION_ENDS,
        PROCESS_IS_KILLED
    }

    /** Where it is sent. */
    enum Route {
        LEADER,
        FIRST_FOLLOWER,
        LAST_FOLLOWER
    }

    /** Draws a trial: by its number, so that sixteen in a row have every kind with every cut, and by a seed. */
    static LostReplyTrial drawn(int number, long seed) {
        var random = new SplittableRandom(seed * 1_000_003 + number);
        var kind = pick(number, Kind.values());
        var cut = pick(number + number / 4, Cut.values());
        var moment =
                switch (cut) {
                    case HOLDER_FROZEN -> Moment.AFTER_REQUEST;
                    case BEFORE_FORWARDED -> Moment.BEFORE_REQUEST;
                    case FORWARDED_BEFORE_REPLY -> pick(number / 3, Moment.AFTER_REQUEST, Moment.BEFORE_REPLY);
                    case SENDER_KILLED -> pick(random.nextInt(3), Moment.values());
                };
        var end =
                switch (cut) {
                    // Half of those whose holder stands still are killed as well.
                    case HOLDER_FROZEN -> pick(number / 16, SenderEnd.LIVES_ON, SenderEnd.PROCESS_IS_KILLED);
                    case SENDER_KILLED ->
                        pick(number / 4 + number / 16, SenderEnd.SESSION_ENDS, SenderEnd.PROCESS_IS_KILLED);
                    case BEFORE_FORWARDED, FORWARDED_BEFORE_REPLY -> SenderEnd.LIVES_ON;
                };
        var route = cut == Cut.HOLDER_FROZEN
                ? pick(random.nextInt(2), Route.FIRST_FOLLOWER, Route.LAST_FOLLOWER)
                : pick(random.nextInt(3), Route.values());
        return new LostReplyTrial(
                kind, cut, moment, end, route, 1 + random.nextInt(kind.reconfigurations), 1 + random.nextInt(6));
    }

    @SafeVarargs
    private static <T> T pick(int number, T... from) {
        return from[number % from.length];
    }

    /** Carries it out, and returns what is wrong, in sentences. What there is to know of a wrong one is kept. */
    List<String> run(Path folder) throws Exception {
        try (var run = new Run(folder)) {
            var wrongs = run.carryOut();
            if (!wrongs.isEmpty()) {
                FailureFolder.of(LostReplyTrial.class.getName(), String.valueOf(folder.getFileName()))
                        .write(run.ensemble);
            }
            return wrongs;
        }
    }

    /** One ensemble with one plan. */
    private final class Run implements AutoCloseable {

        private final TestEnsemble ensemble;
        private final ServerId leader;
        private final ServerId over;
        private final Ensemble origin;
        private final ScalingPlan plan;
        private final List<NavigableMap<Long, String>> expected;
        private final ScalingProcess.Options options;
        private final List<String> wrongs = new ArrayList<>();
        private @Nullable Fault pause;
        private int sends;
        private int callsSince;
        private boolean isReplyLost;

        Run(Path folder) throws Exception {
            var builder = TestEnsemble.builder()
                    .participants(kind.participants)
                    .observers(kind.observers)
                    .relayClients(true);
            if (cut == Cut.HOLDER_FROZEN) {
                // The leader keeps a follower that stands still for longer than a session lasts.
                builder.runtime(ServerRuntime.forked()).setting("syncLimit", "100");
            }
            ensemble = builder.start();
            try {
                leader = ensemble.leader().orElseThrow();
                var followers = List.copyOf(Selector.followers().select(ensemble)).stream()
                        .sorted()
                        .toList();
                over = switch (route) {
                    case LEADER -> leader;
                    case FIRST_FOLLOWER -> followers.get(0);
                    case LAST_FOLLOWER -> followers.get(followers.size() - 1);
                };
                origin = ensemble.committed();
                var removed = followers.get(0);
                var added = ensemble.newServers(1).get(0);
                expected = expected(removed, added.id());
                var change = ScalingRequest.change();
                var request =
                        switch (kind) {
                            case ADD -> change.add(added);
                            case REMOVE -> change.remove(removed).consentToTolerance(0);
                            case REMOVE_LEADER -> change.remove(leader).consentToTolerance(0);
                            case PROMOTE -> change.changeRole(ServerId.of(4), ServerRole.PARTICIPANT);
                        };
                try (var planning = driver()) {
                    plan = EnsembleScaler.builder(planning)
                            .launcher(ensemble.launcher())
                            .build()
                            .plan(request);
                }
                options = new ScalingProcess.Options(folder, SESSIONS, Optional.of(names(folder)), Optional.of(over));
            } catch (Exception | Error e) {
                ensemble.close();
                throw e;
            }
        }

        private static Path names(Path folder) throws Exception {
            var names = IntStream.rangeClosed(1, 5).mapToObj(id -> "zk" + id).collect(Collectors.joining(" "));
            return Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost " + names + "\n");
        }

        /** The memberships that are to come, by hand. */
        private List<NavigableMap<Long, String>> expected(ServerId removed, ServerId added) {
            var after = roles(origin);
            switch (kind) {
                case ADD -> after.put(added.value(), "participant");
                case REMOVE -> after.remove(removed.value());
                case REMOVE_LEADER -> after.remove(leader.value());
                case PROMOTE -> {
                    var between = new TreeMap<>(after);
                    between.remove(4L);
                    after.put(4L, "participant");
                    return List.of(between, after);
                }
            }
            return List.of(after);
        }

        private static NavigableMap<Long, String> roles(Ensemble ensemble) {
            var roles = new TreeMap<Long, String>();
            ensemble.participants().forEach(id -> roles.put(id.value(), "participant"));
            ensemble.observers().forEach(id -> roles.put(id.value(), "observer"));
            return roles;
        }

        List<String> carryOut() throws Exception {
            List<String> journal;
            if (cut == Cut.HOLDER_FROZEN || end == SenderEnd.PROCESS_IS_KILLED) {
                runInProcesses();
                try (var file = FileJournal.open(options.journal())) {
                    journal = file.lines(TIME);
                }
            } else {
                var memory = DyingJournal.before(line -> false);
                runHere(memory);
                journal = memory.lines(TIME);
            }
            if (!isReplyLost) {
                wrongs.add("the reply came");
            }
            // A follower whose leader leaves may drop its clients first.
            if (!moment.hasStruck(ensemble) && moment != Moment.BEFORE_REPLY) {
                wrongs.add("nothing was cut");
            }
            ensemble.faults().healAll();
            assertThat(ensemble.awaitSettled()).isEqualTo(plan.target());
            wrongs.addAll(JournalAgainstLogs.wrongs(logs(), roles(origin), expected, journal));
            return wrongs;
        }

        private TransactionLogs logs() throws Exception {
            var staying = new ArrayList<Path>();
            var others = new ArrayList<Path>();
            for (var server : ensemble.servers()) {
                var data = ensemble.directory(server.id()).resolve("data");
                ensemble.stop(server.id());
                if (Files.exists(data)) {
                    (plan.target().contains(server.id()) ? staying : others).add(data);
                }
            }
            return TransactionLogs.read(staying, others);
        }

        private CuratorEnsembleDriver driver() {
            SenderRoute first = (servers, preferred) -> {
                var order = new LinkedHashSet<ServerId>();
                order.add(over);
                order.addAll(servers.ids());
                return List.copyOf(order);
            };
            return CuratorEnsembleDriver.connect(ensemble.connectString())
                    .sessionTimeout(SESSIONS)
                    .route(first)
                    .open();
        }

        private void runHere(PlanJournal journal) throws Exception {
            RunResult result = null;
            for (int run = 0; run < RUNS && !(result instanceof RunResult.Completed); run++) {
                try (var driver = driver()) {
                    var scaler = EnsembleScaler.builder(new Cutting(driver))
                            .launcher(ensemble.launcher())
                            .journal(journal)
                            .listener(event -> {})
                            .build();
                    result = result == null ? scaler.run(plan, Scaling.QUICK) : scaler.resume(journal, Scaling.QUICK);
                }
            }
            if (!(result instanceof RunResult.Completed completed)) {
                wrongs.add("it ended as " + result);
            } else if (!completed.report().after().ensemble().equals(plan.target())) {
                wrongs.add("it completed as " + completed.report());
            }
        }

        /** Its connection is cut once. */
        private final class Cutting extends TamperedDriver {

            Cutting(CuratorEnsembleDriver driver) {
                super(driver);
            }

            @Override
            SendResult send(Sender sender, Sender.SendRequest request, int number) throws InterruptedException {
                if (++sends != send) {
                    return super.send(sender, request, number);
                }
                SendResult result;
                try (var fault = moment.arm(ensemble)) {
                    result = super.send(sender, request, number);
                }
                isReplyLost = result instanceof SendResult.Unknown;
                if (end == SenderEnd.SESSION_ENDS) {
                    sender.close();
                }
                return result;
            }
        }

        private void runInProcesses() throws Exception {
            var ends = new ArrayList<String>();
            for (int run = 0; run < RUNS; run++) {
                try (var process = ScalingProcess.start(ensemble, plan, options, this::mayGoOn)) {
                    var told = process.awaitEnd();
                    if (told.isEmpty() && end == SenderEnd.PROCESS_IS_KILLED && ends.isEmpty()) {
                        ends.add("killed");
                    } else if (told.orElse("killed").startsWith("completed: the ensemble is " + plan.target())) {
                        return;
                    } else {
                        ends.add(told.orElse("killed"));
                    }
                }
            }
            wrongs.add("it ended as " + ends);
        }

        private boolean mayGoOn(Call call) {
            ensemble.mark(call.toString());
            boolean isSend = call.name().equals("sendOnce");
            if (isSend && !call.isOver() && ++sends == send) {
                if (cut == Cut.HOLDER_FROZEN) {
                    pause = ensemble.faults().pause(Selector.server(over));
                }
                moment.arm(ensemble);
            } else if (isSend && call.isOver() && sends == send) {
                isReplyLost = call.detail().startsWith("Unknown");
                // What it sends when it goes on is another reconfiguration.
                return end != SenderEnd.PROCESS_IS_KILLED;
            } else if (sends >= send && pause != null && !call.isOver() && ++callsSince == wakes) {
                pause.heal();
            }
            return true;
        }

        @Override
        public void close() {
            ensemble.close();
        }
    }
}
