package io.ensembler.execution;

import io.ensembler.execution.StepAction.Progress;
import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.Step;
import io.ensembler.plan.StepVisitor;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.EnsembleDriver.SyncRequest;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.ServerLauncher.StartRequest;
import io.ensembler.spi.ServerLauncher.StopRequest;
import io.ensembler.spi.SyncProof;
import io.ensembler.spi.SyncResult;
import io.ensembler.spi.TimeSource;
import io.ensembler.validation.Transition;
import io.ensembler.validation.TransitionRules;
import io.ensembler.validation.ValidationReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** How each kind of step is carried out within one run, and what must be remembered between steps. */
final class StepActions implements AutoCloseable {

    private final ScalingPlan plan;
    private final RunOptions options;
    private final EnsembleDriver driver;
    private final Optional<ServerLauncher> launcher;
    private final TimeSource time;
    private final Events events;
    private final Account account;
    private final Settlement settlement;
    private final Barrier barrier;
    private final Map<ServerId, SyncProof> proofs = new TreeMap<>();
    /** Who was in sync when the last reconfiguration was sent, and whoever came in with it. */
    private final Set<ServerId> expectedBack = new TreeSet<>();

    private Optional<ServerId> plannedFor;

    StepActions(
            ScalingPlan plan,
            RunOptions options,
            EnsembleDriver driver,
            Optional<ServerLauncher> launcher,
            TimeSource time,
            Events events,
            Account account,
            Observation first) {
        this.plan = plan;
        this.options = options;
        this.driver = driver;
        this.launcher = launcher;
        this.time = time;
        this.events = events;
        this.account = account;
        this.settlement = new Settlement(driver, time, options.poll());
        this.barrier = new Barrier(driver, first);
        this.plannedFor = plan.leader();
    }

    /** The steps from here on were planned for this leader. */
    void plannedFor(Optional<ServerId> leader) {
        plannedFor = leader;
    }

    /** How many reconfigurations were sent, whatever became of them. */
    int sent() {
        return settlement.sent();
    }

    StepAction prepare(PlannedStep planned, Deadline deadline) {
        return planned.step().accept(new StepVisitor<>() {
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
            public StepAction visitStop(Step.StopServer step) {
                return () -> stop(planned, step.server(), deadline);
            }
        });
    }

    private Progress start(PlannedStep planned, Server server, Deadline deadline) throws InterruptedException {
        var now = account.observe(deadline, List.of(server));
        if (now.ensemble().contains(server.id()) || isAttached(now, server)) {
            return Progress.ALREADY_DONE;
        }
        var seed = JoinerFiles.seed(now.committed().configuration(), server, plan.baseVersion());
        if (launcher.isEmpty()) {
            events.waiting(
                    planned,
                    "somebody starts server " + server.id()
                            + " on an empty directory, with this dynamic configuration: "
                            + seed.dynamicConfiguration().trim().replace("\n", " | "));
            return Progress.DONE;
        }
        try {
            launcher.get().start(new StartRequest(seed, now.version(), deadline.left()));
        } catch (EnsembleException e) {
            throw Halt.stopped(StopReason.LAUNCHER, text(e));
        }
        return Progress.DONE;
    }

    private static boolean isAttached(Observation now, Server server) {
        return now.facts(server.id())
                .flatMap(facts -> facts.mode().value())
                .filter(mode -> mode == ServerMode.FOLLOWER || mode == ServerMode.OBSERVER)
                .isPresent();
    }

    private Progress awaitSynced(PlannedStep planned, Server server, Deadline deadline) throws InterruptedException {
        if (account.current().ensemble().contains(server.id())) {
            return Progress.ALREADY_DONE;
        }
        while (true) {
            var proof = prove(planned, server, deadline);
            var held = Deadline.in(options.stabilization(), time);
            while (proof.renew(deadline.oneCall())) {
                if (held.isOver()) {
                    return Progress.DONE;
                }
                events.waiting(planned, "server " + server.id() + " stays in sync for " + held.limit());
                pause(deadline, "server " + server.id() + " has synced and is watched for " + held.limit());
            }
        }
    }

    /** Waits until a proof that a server has caught up holds, and keeps it. */
    private SyncProof prove(PlannedStep planned, Server server, Deadline deadline) throws InterruptedException {
        while (true) {
            var known = proofs.get(server.id());
            if (known != null && known.holds()) {
                return known;
            }
            forget(server.id());
            var result = driver.proveSynced(new SyncRequest(server, deadline.oneCall()));
            if (result instanceof SyncResult.Proved proved) {
                proofs.put(server.id(), proved.proof());
            } else if (result instanceof SyncResult.NotYet notYet) {
                events.waiting(planned, notYet.waitingFor());
                pause(deadline, notYet.waitingFor());
            }
        }
    }

    private void pause(Deadline deadline, String waitingFor) throws InterruptedException {
        if (deadline.isOver()) {
            throw Halt.stopped(
                    StopReason.SYNCED_BEFORE_VOTING,
                    "Cannot let it vote: " + waitingFor + ", and " + deadline.limit()
                            + " are over. The ensemble is still "
                            + account.current().ensemble()
                            + ". Look at that server's log, or stop it if it is not wanted any more.");
        }
        time.sleep(deadline.left(options.poll()));
    }

    private void forget(ServerId id) {
        var proof = proofs.remove(id);
        if (proof != null) {
            proof.close();
        }
    }

    private Progress reconfigure(PlannedStep planned, Step.Reconfigure step, Deadline deadline)
            throws InterruptedException {
        while (true) {
            var now = account.observe(deadline, step.joining());
            if (now.ensemble().equals(step.after())) {
                return Progress.ALREADY_DONE;
            }
            if (now.leader().isPresent() && !now.leader().equals(plannedFor)) {
                return Progress.PLAN_AGAIN;
            }
            for (var joiner : step.joining()) {
                prove(planned, joiner, deadline);
            }
            var live = new TreeSet<>(now.live());
            step.joining().forEach(joiner -> live.add(joiner.id()));
            var transition = new Transition(now.ensemble(), step.after(), now.leader());
            var report = TransitionRules.check(transition, live, plan.floor());
            if (!report.isAdmissible()) {
                await(planned, deadline, StopReason.TOLERANCE_FLOOR, new ValidationReport(report.errors()).toString());
            } else if (renewProofs(step, deadline) && send(planned, step, now, live, deadline)) {
                return Progress.DONE;
            }
        }
    }

    private boolean renewProofs(Step.Reconfigure step, Deadline deadline) throws InterruptedException {
        for (var joiner : step.joining()) {
            var proof = proofs.get(joiner.id());
            if (proof == null || !proof.renew(deadline.oneCall())) {
                return false;
            }
        }
        return true;
    }

    /** Sends it and returns whether it was applied; false if it may be tried again. */
    private boolean send(
            PlannedStep planned, Step.Reconfigure step, Observation now, Set<ServerId> live, Deadline deadline)
            throws InterruptedException {
        expectedBack.clear();
        expectedBack.addAll(proved(now));
        step.joining().forEach(joiner -> expectedBack.add(joiner.id()));
        var outcome = settlement.send(
                now.ensemble(), step.after(), now.version(), route(now, live), Deadline.in(options.settling(), time));
        if (outcome instanceof Settlement.Applied applied) {
            account.accept(applied.committed());
            if (step.leadershipMoves() == Step.Leadership.MOVES) {
                account.leadership().expectHandOff();
            }
            step.joining().forEach(joiner -> barrier.attached(joiner.id()));
            step.joining().forEach(joiner -> forget(joiner.id()));
            return true;
        } else if (outcome instanceof Settlement.NotApplied notApplied) {
            notApplied(planned, step, notApplied, deadline);
            return false;
        } else if (outcome instanceof Settlement.Superseded superseded) {
            throw account.foreign(superseded.committed());
        }
        var unresolved = (Settlement.Unresolved) outcome;
        throw Halt.stopped(
                StopReason.OUTCOME_UNRESOLVED,
                "Cannot tell whether the ensemble is " + now.ensemble() + " or " + step.after() + ": "
                        + unresolved.detail() + " since it was sent on version " + now.version()
                        + ". Start, stop, wipe or restart none of their servers until an observation succeeds.");
    }

    private void notApplied(
            PlannedStep planned, Step.Reconfigure step, Settlement.NotApplied outcome, Deadline deadline)
            throws InterruptedException {
        var code = outcome.code().orElse(SendResult.Code.SESSION_ENDED);
        var text = "Cannot " + step.toString().replaceFirst("^reconfigure: ", "") + ": " + outcome.detail();
        switch (code) {
            case NAME_UNRESOLVED ->
                throw Halt.stopped(
                        StopReason.NAMES_RESOLVE,
                        text + ". Nothing was sent. Mend the name service, or use addresses.");
            case NO_PERMISSION, DISABLED, STANDALONE, BAD_ARGUMENTS ->
                throw Halt.failed(StopReason.NOT_ACCEPTED, text + ". The ensemble refused it and is unchanged.");
            case BAD_VERSION, IN_PROGRESS, NO_QUORUM, SESSION_ENDED ->
                await(
                        planned,
                        deadline,
                        StopReason.NOT_ACCEPTED,
                        text + ". The ensemble is unchanged; observe it before trying again.");
        }
    }

    private static Set<ServerId> proved(Observation now) {
        var proved = new TreeSet<ServerId>();
        now.servers().values().stream()
                .filter(ServerFacts::isProvedSynced)
                .map(ServerFacts::id)
                .forEach(proved::add);
        return proved;
    }

    /** The leader, so that the reply is not lost when leadership moves; then those that are in sync. */
    private static List<ServerId> route(Observation now, Set<ServerId> live) {
        var route = new ArrayList<ServerId>();
        now.leader().ifPresent(route::add);
        now.ensemble().participants().stream()
                .filter(id -> live.contains(id) && !route.contains(id))
                .forEach(route::add);
        return route;
    }

    private Progress confirmActive(PlannedStep planned, Step.ConfirmActive step, Deadline deadline)
            throws InterruptedException {
        while (true) {
            var now = account.observe(deadline, List.of());
            var missing = barrier.missing(step.before(), now, deadline.oneCall());
            if (missing.isEmpty()) {
                break;
            }
            await(
                    planned,
                    deadline,
                    StopReason.BARRIER,
                    "Cannot go on from version " + now.version() + ": " + missing.get()
                            + ". Bring those servers up; until then stop none of " + step.before() + ".");
        }
        while (true) {
            var now = account.observe(deadline, List.of());
            var missing = notBack(now);
            if (missing.isEmpty()) {
                return Progress.DONE;
            }
            await(
                    planned,
                    deadline,
                    StopReason.TOLERANCE_FLOOR,
                    "Cannot go on: server " + missing.get(0) + " was in sync before the last reconfiguration and is not"
                            + " proved in sync again (mode "
                            + now.facts(missing.get(0)).map(ServerFacts::mode).orElse(Fact.unknown("nobody looked"))
                            + "). Look at its log.");
        }
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
        var now = account.observe(deadline, List.of(server));
        if (now.ensemble().contains(server.id())) {
            throw Halt.stopped(StopReason.RULE, "Cannot stop server " + server.id() + ": the configuration lists it.");
        }
        if (launcher.isEmpty()) {
            return awaitSilence(planned, server, now, deadline);
        }
        boolean ran = !refuses(now, server);
        try {
            launcher.get().stop(new StopRequest(server, now.version(), deadline.left()));
        } catch (EnsembleException e) {
            throw Halt.stopped(StopReason.LAUNCHER, text(e));
        }
        now = account.observe(deadline, List.of(server));
        while (presence(now, server) == ServerFacts.Presence.ANSWERS) {
            await(planned, deadline, StopReason.RETIRED_MEANS_SILENT, notFenced(now, server));
            now = account.observe(deadline, List.of(server));
        }
        return ran ? Progress.DONE : Progress.ALREADY_DONE;
    }

    /** Without a launcher only a refused connection proves that a server is down: one that is silent may be paused. */
    private Progress awaitSilence(PlannedStep planned, Server server, Observation first, Deadline deadline)
            throws InterruptedException {
        var now = first;
        while (!refuses(now, server)) {
            await(planned, deadline, StopReason.RETIRED_MEANS_SILENT, notFenced(now, server));
            now = account.observe(deadline, List.of(server));
        }
        return refuses(first, server) ? Progress.ALREADY_DONE : Progress.DONE;
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

    private void await(PlannedStep planned, Deadline deadline, StopReason reason, String text)
            throws InterruptedException {
        if (deadline.isOver()) {
            throw Halt.stopped(reason, text);
        }
        events.waiting(planned, text);
        time.sleep(deadline.left(options.poll()));
    }

    private static String text(EnsembleException e) {
        return String.valueOf(e.getMessage());
    }

    @Override
    public void close() {
        proofs.values().forEach(SyncProof::close);
        proofs.clear();
    }
}
