package io.ensembler.execution;

import io.ensembler.execution.StepAction.Progress;
import io.ensembler.joiner.DataDirectory;
import io.ensembler.joiner.Incarnation;
import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Fact;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.Step;
import io.ensembler.plan.StepVisitor;
import io.ensembler.report.Backup;
import io.ensembler.report.JournalEntry;
import io.ensembler.report.Verification;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.ServerLauncher.StartRequest;
import io.ensembler.spi.ServerLauncher.StopRequest;
import io.ensembler.spi.ServerLauncher.WipeRequest;
import io.ensembler.spi.TimeSource;
import io.ensembler.validation.Rule;
import io.ensembler.validation.Transition;
import io.ensembler.validation.TransitionRules;
import io.ensembler.validation.ValidationReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** How each kind of step is carried out within one run, and what must be remembered between steps. */
final class StepActions implements AutoCloseable {

    /** Between two attempts at what the ensemble refused: each costs it two sessions' worth of transactions. */
    private static final Duration AFTER_REFUSAL = Duration.ofMillis(250);

    private final ScalingPlan plan;
    private final RunOptions options;
    private final Optional<ServerLauncher> launcher;
    private final TimeSource time;
    private final Patience patience;
    private final Account account;
    private final RunJournal journal;
    private final Guard guard;
    private final Deadline runDeadline;
    private final Settlement settlement;
    private final Revival revival;
    private final Barrier barrier;
    private final JoinerProofs proofs;
    private final WorkingOrder order;
    /** Who must be proved in sync before the next step: whoever a step made reconnect or brought in. */
    private final Set<ServerId> expectedBack = new TreeSet<>();

    /** The servers that left and still run, as they were listed: they stay where they were until started anew. */
    private final Map<ServerId, Server> stayedOn = new TreeMap<>();

    /** Those of them that the last change took out, and that answered then. */
    private List<Server> toStop = List.of();

    private Optional<ServerId> plannedFor;

    StepActions(
            RunContext context,
            JournalEntry.RunBegan began,
            Account account,
            Observation first,
            Set<ServerId> setAside) {
        this.plan = began.plan();
        this.options = context.options();
        this.launcher = context.launcher();
        this.time = context.time();
        this.patience = context.patience();
        this.account = account;
        this.journal = context.journal();
        this.runDeadline = context.deadline();
        this.guard = context.guard();
        this.revival = new Revival(context, Optional.of(plan));
        this.settlement = new Settlement(context, Optional.of(plan));
        this.barrier = new Barrier(context.driver(), began.following());
        this.proofs = new JoinerProofs(context.driver(), time, patience, account, options.stabilization());
        this.order = new WorkingOrder(context, account, barrier);
        this.plannedFor = plan.leader();
        // A server with reconfiguration off never attaches: those that came in on the way follow.
        first.ensemble().ids().stream()
                .filter(id -> !plan.origin().contains(id))
                .forEach(barrier::attached);
        // What was done of a plan before is good only if those it brought in or let vote are there: whoever listed them
        // may not have asked.
        new Effects(plan.origin(), first.ensemble()).toProve().forEach(server -> expectedBack.add(server.id()));
        expectedBack.addAll(setAside);
        order.broughtIn(expectedBack);
    }

    /** The steps from here on were planned for this leader. */
    void plannedFor(Optional<ServerId> leader) {
        plannedFor = leader;
    }

    /** How many reconfigurations were sent, whatever became of them. */
    int sent() {
        return settlement.sent();
    }

    /** The configuration that the run accounts for. */
    Configuration accounted() {
        return account.current().configuration();
    }

    /** What was kept before anything was changed, if it was. */
    Optional<Backup> backup() {
        return order.backup();
    }

    /** What was found each time the ensemble proved to be in working order. */
    List<Verification> verifications() {
        return order.verifications();
    }

    /** Who leads as far as was seen last. */
    Optional<ServerId> leader() {
        return account.leadership().leader();
    }

    /**
     * Waits until a quorum acts on the configuration that stands, before anything builds on it: then those who do not
     * hold no quorum of any configuration it may have come from in a single change. Whoever made that change, a run of
     * ours that ended or somebody else, need not have seen to it.
     */
    void awaitInForce(PlannedStep first, Observation seen, Deadline deadline) throws InterruptedException {
        var now = seen;
        var missing = barrier.missingQuorum(now);
        while (missing.isPresent()) {
            patience.await(
                    first,
                    deadline,
                    StopReason.BARRIER,
                    "Cannot begin: of the servers of " + now.ensemble() + ", too few act on version " + now.version()
                            + ", which stands: " + missing.get() + ". Look at the logs of these servers.");
            now = account.observe(deadline, List.of());
            missing = barrier.missingQuorum(now);
        }
    }

    StepAction prepare(PlannedStep planned, Deadline deadline) {
        return planned.step().accept(new StepVisitor<>() {
            @Override
            public StepAction visitBackUp(Step.BackUp step) {
                return () -> order.backUp(planned, step, deadline);
            }

            @Override
            public StepAction visitStart(Step.StartServer step) {
                return () -> start(planned, step.server(), deadline);
            }

            @Override
            public StepAction visitAwaitSynced(Step.AwaitSynced step) {
                return () -> awaitSynced(planned, step.server(), deadline);
            }

            @Override
            public StepAction visitReconfigure(Step.Reconfigure step) {
                return () -> reconfigure(planned, step, deadline);
            }

            @Override
            public StepAction visitConfirmActive(Step.ConfirmActive step) {
                return () -> confirmActive(planned, step, deadline);
            }

            @Override
            public StepAction visitStabilize(Step.Stabilize step) {
                return () -> order.stabilize(planned, deadline);
            }

            @Override
            public StepAction visitVerify(Step.Verify step) {
                return () -> order.verify(planned, deadline);
            }

            @Override
            public StepAction visitStop(Step.StopServer step) {
                return () -> stop(planned, step.server(), deadline);
            }

            @Override
            public StepAction visitWipe(Step.WipeServer step) {
                return () -> wipe(planned, step.server(), deadline);
            }
        });
    }

    private Progress start(PlannedStep planned, Server server, Deadline deadline) throws InterruptedException {
        var now = account.recent(deadline, List.of(asItRuns(server)));
        if (now.ensemble().contains(server.id()) || isAttached(now, server) || isAboutToAttach(now, server)) {
            return Progress.ALREADY_DONE;
        }
        barrier.startsAnew(server.id());
        stayedOn.remove(server.id());
        var seed = seed(server, now);
        if (launcher.isEmpty()) {
            patience.tell(
                    planned,
                    "somebody starts server " + server.id()
                            + " on an empty directory, with this dynamic configuration: "
                            + seed.dynamicConfiguration().trim().replace("\n", " | ") + "; and "
                            + seed.marker().trim().replace("\n", " | ") + " in " + DataDirectory.MARKER
                            + " of its data directory");
            return Progress.DONE;
        }
        var asOf = allowed("start", server, now);
        try {
            launcher.get().start(new StartRequest(seed, asOf, deadline.launch()));
        } catch (RuntimeException e) {
            throw launcherFailed("start", server, e);
        }
        return Progress.DONE;
    }

    private JoinerSeed seed(Server server, Observation now) {
        var seed = JoinerFiles.seed(now.committed().configuration(), server, incarnation());
        boolean goesOn = plan.origin().contains(server.id()) && !plan.rebuilt().contains(server.id());
        return goesOn ? seed.with(JoinerSeed.Data.KEPT) : seed;
    }

    private Incarnation incarnation() {
        return new Incarnation(plan.baseVersion(), plan.identity());
    }

    /**
     * Starts a joiner anew that ended while it was waited for: it cannot start by its own files, which do not list it.
     */
    private void startAgain(Server server, Deadline deadline) throws InterruptedException {
        if (launcher.isEmpty() || deadline.isOver() || !revival.isDue()) {
            return;
        }
        var now = account.observe(deadline, List.of(asItRuns(server)));
        if (now.ensemble().contains(server.id()) || !refuses(now, server)) {
            return;
        }
        var asOf = allowed("start", server, now);
        try {
            launcher.get().start(new StartRequest(seed(server, now), asOf, deadline.launch()));
        } catch (RuntimeException e) {
            throw launcherFailed("start", server, e);
        }
    }

    /** The server where it can be reached now, which is not where it is to be if the plan moves it. */
    private Server asItRuns(Server server) {
        return account.current().ensemble().server(server.id()).orElse(stayedOn.getOrDefault(server.id(), server));
    }

    private static boolean isAttached(Observation now, Server server) {
        return now.facts(server.id())
                .flatMap(facts -> facts.mode().value())
                .filter(mode -> mode == ServerMode.FOLLOWER || mode == ServerMode.OBSERVER)
                .isPresent();
    }

    /** An observer that is no longer listed runs on, and reconnects. */
    private boolean isAboutToAttach(Observation now, Server server) {
        return presence(now, server) == ServerFacts.Presence.ANSWERS
                && (launcher.isEmpty() || stayedOn.containsKey(server.id()));
    }

    private Progress awaitSynced(PlannedStep planned, Server server, Deadline deadline) throws InterruptedException {
        var listed = account.current().ensemble().server(server.id());
        if (listed.filter(it -> it.role() == server.role()).isPresent()) {
            return Progress.ALREADY_DONE;
        }
        proofs.await(planned, asItRuns(server), deadline, () -> startAgain(server, deadline));
        return Progress.DONE;
    }

    private Progress reconfigure(PlannedStep planned, Step.Reconfigure step, Deadline deadline)
            throws InterruptedException {
        if (account.current().ensemble().equals(step.after())) {
            return Progress.ALREADY_DONE;
        }
        var effects = new Effects(step.before(), step.after());
        var newAddresses = NewAddresses.of(effects);
        while (true) {
            for (var server : effects.toProve()) {
                proofs.await(planned, asItRuns(server), deadline, () -> startAgain(server, deadline));
            }
            var asked = new ArrayList<>(newAddresses.standIns());
            effects.joining().forEach(joiner -> asked.add(asItRuns(joiner)));
            // Whether a joiner still acts as the observer it was is to be seen after its proof.
            var now = effects.toProve().isEmpty() ? account.recent(deadline, asked) : account.observe(deadline, asked);
            if (now.leader().isPresent() && !now.leader().equals(plannedFor)) {
                return Progress.PLAN_AGAIN;
            }
            var obstacle = obstacle(step, effects, newAddresses, now);
            if (obstacle.isPresent()) {
                patience.await(
                        planned,
                        deadline,
                        obstacle.get().reason(),
                        obstacle.get().text());
                account.outdate();
            } else if (send(planned, step, effects, now, deadline)) {
                return Progress.DONE;
            }
        }
    }

    /** Why a reconfiguration must not be sent now. */
    private record Obstacle(StopReason reason, String text) {}

    private Optional<Obstacle> obstacle(
            Step.Reconfigure step, Effects effects, NewAddresses newAddresses, Observation now) {
        if (now.leader().isEmpty() && plannedFor.isPresent()) {
            return Optional.of(new Obstacle(
                    StopReason.FEWEST_HANDOFFS,
                    cannot(step)
                            + "no server says that it leads, and leadership must not move more often than planned. See"
                            + " whether the ensemble has a leader."));
        }
        var observing = stillObserving(effects.joining(), now);
        if (observing.isPresent()) {
            return Optional.of(new Obstacle(
                    StopReason.SYNCED_BEFORE_VOTING,
                    cannot(step) + "server " + observing.get()
                            + " still acts as the observer it was. Look at its log."));
        }
        return newAddresses
                .taken(now)
                .map(taken -> new Obstacle(StopReason.ADDRESS_TAKEN, cannot(step) + taken))
                .or(() -> inadmissible(step, effects, now));
    }

    private Optional<Obstacle> inadmissible(Step.Reconfigure step, Effects effects, Observation now) {
        var live = new TreeSet<>(now.live());
        effects.joining().forEach(joiner -> live.add(joiner.id()));
        var transition = new Transition(now.ensemble(), step.after(), now.leader());
        var report = TransitionRules.check(transition, live, plan.floor());
        if (report.isAdmissible()) {
            return Optional.empty();
        }
        var reason = report.errors().stream().allMatch(error -> error.rule() == Rule.TOLERANCE_FLOOR)
                ? StopReason.TOLERANCE_FLOOR
                : StopReason.RULE;
        return Optional.of(new Obstacle(reason, new ValidationReport(report.errors()).toString()));
    }

    /**
     * Returns a server that is to vote and acts by a configuration that lists it as observer still. It reconnects once
     * it hears that it is listed no more, and a proof given before that is worth nothing then.
     */
    private static Optional<ServerId> stillObserving(List<Server> joining, Observation now) {
        return joining.stream()
                .filter(Server::isParticipant)
                .map(Server::id)
                .filter(id -> now.facts(id)
                        .filter(facts -> mayObserve(facts, now.version()))
                        .isPresent())
                .findFirst();
    }

    /** One that does not tell what it does may still act as an observer until it has the last configuration in force. */
    private static boolean mayObserve(ServerFacts facts, ConfigurationVersion version) {
        return facts.mode().value().map(ServerMode.OBSERVER::equals).orElseGet(() -> !facts.inForce()
                .value()
                .equals(Optional.of(version)));
    }

    /** Sends it and returns whether it was applied; false if it may be tried again. */
    private boolean send(
            PlannedStep planned, Step.Reconfigure step, Effects effects, Observation now, Deadline deadline)
            throws InterruptedException {
        if (runDeadline.isOver()) {
            throw Halt.stopped(
                    StopReason.DEADLINE,
                    cannot(step) + "the " + runDeadline.limit().toMillis()
                            + " ms for this run are over. Resume it with more time; without a journal, plan anew.");
        }
        account.outdate();
        long epoch = now.committed().write().epoch();
        // To be stopped next. One that is silent would only be waited for.
        var besides = effects.leaving().stream()
                .filter(server -> presence(now, server) == ServerFacts.Presence.ANSWERS)
                .toList();
        var outcome = settlement.send(
                new Change(now.ensemble(), step.after(), now.leader(), now.version()),
                route(now, step),
                besides,
                seen -> mayStillSend(step)
                        && account.accountsFor(seen)
                        && seen.write().epoch() == epoch
                        && proofs.renew(effects.toProve(), deadline),
                Deadline.in(options.settling(), time));
        if (outcome instanceof Settlement.Applied applied) {
            account.accept(applied);
            journal.settled(outcome);
            if (effects.mayMoveLeadership(now.leader())) {
                account.leadership().expectHandOff();
            } else {
                account.leadership().expectNoHandOff();
            }
            expectedBack.clear();
            expectedBack.addAll(effects.toProveAgain(proved(now), now.leader()));
            effects.leaving().forEach(server -> stayedOn.put(server.id(), server));
            toStop = besides;
            effects.joining().forEach(joiner -> barrier.attached(joiner.id()));
            effects.toProve().forEach(server -> proofs.forget(server.id()));
            order.broughtIn(effects.toProve().stream().map(Server::id).toList());
            return true;
        }
        journal.settled(outcome);
        if (outcome instanceof Settlement.NotSent notSent) {
            awaitBetterTimes(planned, step, notSent.detail(), deadline);
            return false;
        } else if (outcome instanceof Settlement.NotApplied notApplied) {
            notApplied(planned, step, notApplied, deadline);
            return false;
        } else if (outcome instanceof Settlement.Superseded superseded) {
            throw account.foreign(superseded.committed());
        }
        throw ((Settlement.Unresolved) outcome).halt();
    }

    private boolean mayStillSend(Step.Reconfigure step) {
        guard.check(() -> "Cannot " + change(step));
        return true;
    }

    private void notApplied(
            PlannedStep planned, Step.Reconfigure step, Settlement.NotApplied outcome, Deadline deadline)
            throws InterruptedException {
        var code = outcome.code().orElse(SendResult.Code.SESSION_ENDED);
        var text = cannot(step) + outcome.detail();
        switch (code) {
            case NAME_UNRESOLVED ->
                throw Halt.stopped(
                        StopReason.NAMES_RESOLVE,
                        text + ". Nothing was sent. Mend the name service, or use addresses.");
            case LONE_QUORUM -> throw Halt.failed(StopReason.LONE_QUORUM_STAYS, text + ".");
            case NO_PERMISSION, DISABLED, STANDALONE, BAD_ARGUMENTS ->
                throw Halt.failed(StopReason.NOT_ACCEPTED, text + ". The ensemble refused it and is unchanged.");
            case BAD_VERSION, IN_PROGRESS, NO_QUORUM, SESSION_ENDED ->
                awaitBetterTimes(planned, step, outcome.detail(), deadline);
        }
    }

    private void awaitBetterTimes(PlannedStep planned, Step.Reconfigure step, String why, Deadline deadline)
            throws InterruptedException {
        patience.await(
                planned,
                deadline,
                StopReason.NOT_ACCEPTED,
                cannot(step) + why + ". The ensemble is unchanged; observe it before trying again.",
                AFTER_REFUSAL);
    }

    private static Set<ServerId> proved(Observation now) {
        var proved = new TreeSet<ServerId>();
        now.servers().values().stream()
                .filter(ServerFacts::isProvedSynced)
                .map(ServerFacts::id)
                .forEach(proved::add);
        return proved;
    }

    private static String cannot(Step.Reconfigure step) {
        return "Cannot " + change(step) + ": ";
    }

    private static String change(Step.Reconfigure step) {
        return step.toString().replaceFirst("^reconfigure: ", "");
    }

    /** The leader, so that the reply is not lost when leadership moves; then those in sync that stay as they are. */
    private static List<ServerId> route(Observation now, Step.Reconfigure step) {
        var route = new LinkedHashSet<ServerId>();
        now.leader().ifPresent(route::add);
        now.live().stream()
                .filter(id -> step.after().server(id).equals(now.ensemble().server(id)))
                .forEach(route::add);
        return List.copyOf(route);
    }

    private Progress confirmActive(PlannedStep planned, Step.ConfirmActive step, Deadline deadline)
            throws InterruptedException {
        while (true) {
            var now = account.recent(deadline, toStop);
            var missing = patience.tolerant(deadline, () -> barrier.missing(step.before(), now, deadline.oneCall()));
            if (missing.isEmpty()) {
                break;
            }
            patience.await(
                    planned,
                    deadline,
                    StopReason.BARRIER,
                    "Cannot go on from version " + now.version() + ": " + missing.get()
                            + ". Bring those servers up; until then stop none of " + step.before() + ".");
            account.outdate();
        }
        while (!expectedBack.isEmpty()) {
            var now = account.observe(deadline, List.of());
            var missing = notBack(now);
            if (missing.isEmpty()) {
                return Progress.DONE;
            }
            revival.ofListed(down(missing, now), now.committed().configuration(), deadline);
            var server = missing.get(0);
            var mode = now.facts(server).map(ServerFacts::mode).orElse(Fact.unknown("nobody looked"));
            patience.await(
                    planned,
                    deadline,
                    StopReason.BARRIER,
                    "Cannot go on: server " + server
                            + " came in, changed or had to reconnect with the last reconfiguration, and is"
                            + " not proved in sync and active since (mode " + mode + "). Look at its log.");
        }
        return Progress.DONE;
    }

    /**
     * Of these servers those that came in and ended right then: they cannot start by their own files, which lack them.
     */
    private List<Server> down(List<ServerId> missing, Observation now) {
        return missing.stream()
                .filter(id -> !plan.origin().contains(id) || plan.rebuilt().contains(id))
                .flatMap(id -> now.ensemble().server(id).stream())
                .filter(server -> refuses(now, server))
                .toList();
    }

    private List<ServerId> notBack(Observation now) {
        return expectedBack.stream()
                .filter(now.ensemble()::contains)
                .filter(id -> now.facts(id)
                        .filter(facts -> facts.isProvedSynced() && barrier.proves(id, facts.inForce(), now.version()))
                        .isEmpty())
                .toList();
    }

    private Progress stop(PlannedStep planned, Server server, Deadline deadline) throws InterruptedException {
        var now = account.recent(deadline, List.of(server));
        if (now.ensemble().contains(server.id())) {
            throw Halt.stopped(StopReason.RULE, "Cannot stop server " + server.id() + ": the configuration lists it.");
        }
        stayedOn.remove(server.id());
        if (launcher.isEmpty()) {
            return awaitSilence(planned, server, now, deadline);
        }
        boolean ran = !refuses(now, server);
        var asOf = allowed("stop", server, now);
        try {
            launcher.get().stop(new StopRequest(server, asOf, deadline.launch()));
        } catch (RuntimeException e) {
            throw launcherFailed("stop", server, e);
        }
        now = account.observe(deadline, List.of(server));
        while (presence(now, server) == ServerFacts.Presence.ANSWERS) {
            patience.await(planned, deadline, StopReason.RETIRED_MEANS_SILENT, notFenced(now, server));
            now = account.observe(deadline, List.of(server));
        }
        return ran ? Progress.DONE : Progress.ALREADY_DONE;
    }

    /** Without a launcher only a refused connection proves that a server is down: one that is silent may be paused. */
    private Progress awaitSilence(PlannedStep planned, Server server, Observation first, Deadline deadline)
            throws InterruptedException {
        var now = first;
        while (!refuses(now, server)) {
            patience.await(planned, deadline, StopReason.RETIRED_MEANS_SILENT, notFenced(now, server));
            now = account.observe(deadline, List.of(server));
        }
        return refuses(first, server) ? Progress.ALREADY_DONE : Progress.DONE;
    }

    private Progress wipe(PlannedStep planned, Server server, Deadline deadline) throws InterruptedException {
        var now = account.recent(deadline, List.of(server));
        if (now.ensemble().contains(server.id())) {
            throw Halt.stopped(
                    StopReason.RULE,
                    "Cannot set the data of server " + server.id() + " aside: the configuration lists it.");
        }
        if (launcher.isEmpty()) {
            patience.tell(
                    planned,
                    "somebody sets the data of server " + server.id()
                            + " aside: rename its data directory, delete nothing, and let it start on an empty one");
            return Progress.DONE;
        }
        var marker = JoinerFiles.marker(server.id(), incarnation());
        var asOf = allowed("set the data aside of", server, now);
        try {
            launcher.get().wipe(new WipeRequest(server, marker, asOf, deadline.launch()));
        } catch (RuntimeException e) {
            throw launcherFailed("set the data aside of", server, e);
        }
        return Progress.DONE;
    }

    private static String notFenced(Observation now, Server server) {
        boolean answers = presence(now, server) == ServerFacts.Presence.ANSWERS;
        return "not fenced: " + server.id() + ". Server " + server.id() + " has left the ensemble and "
                + (answers ? "still serves clients and takes writes" : "may still serve clients: nobody knows")
                + ". Stop its process.";
    }

    private static boolean refuses(Observation now, Server server) {
        return presence(now, server) == ServerFacts.Presence.REFUSES;
    }

    private static ServerFacts.Presence presence(Observation now, Server server) {
        return now.facts(server.id()).map(ServerFacts::presence).orElse(ServerFacts.Presence.UNKNOWN);
    }

    /** Returns on what grounds a launcher is to act; ends the run if there are none any more. */
    private FencingToken allowed(String verb, Server server, Observation now) {
        guard.check(() -> "Cannot " + verb + " server " + server.id());
        account.outdate();
        return guard.token(now.version());
    }

    static Halt launcherFailed(String verb, Server server, RuntimeException e) {
        var text = e instanceof EnsembleException
                ? String.valueOf(e.getMessage())
                : "Cannot " + verb + " server " + server.id() + ": the launcher failed with " + e;
        return Halt.stopped(StopReason.LAUNCHER, text);
    }

    @Override
    public void close() {
        proofs.close();
    }
}
