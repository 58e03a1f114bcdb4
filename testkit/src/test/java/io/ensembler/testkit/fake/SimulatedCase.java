package io.ensembler.testkit.fake;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One case from its beginning to its end, and what was found wrong with it: it is run, healed, and run again until it
 * ends where the plan says, or where it began.
 */
final class SimulatedCase {

    /** What is found wrong besides invariants that were violated: a run without faults that did not complete. */
    static final String COMPLETES = "completes";

    /** A case that ended elsewhere. */
    static final String RESUMABLE = "resumable";

    /** A run that completed while a server serves that left. */
    static final String RETIRED_MEANS_SILENT = "retired-means-silent";

    static final RunOptions OPTIONS = RunOptions.builder()
            .stabilization(Duration.ofMillis(500))
            .stepDeadline(Duration.ofSeconds(60))
            .deadline(Duration.ofMinutes(5))
            .poll(Duration.ofMillis(200))
            .lockWait(Duration.ofMinutes(1))
            .build();

    private static final Duration TIME = Duration.ofSeconds(10);

    private final RandomCase drawn;
    private final SimulatedEnsemble ensemble;
    private final List<Finding> findings = new ArrayList<>();
    private int resumed;
    private int silenced;
    private SimulatedProcess process;
    private Optional<End> end = Optional.empty();
    private String lastTold = "";

    SimulatedCase(long seed) {
        this.drawn = new RandomCase(seed);
        this.ensemble = drawn.ensemble();
        this.process = ensemble.process();
    }

    /** How a case with faults ended, once everything was healed. */
    enum End {
        TARGET,
        ORIGIN,
        RIVAL,
        ELSEWHERE
    }

    /**
     * Something that is wrong.
     *
     * @param what an invariant, or one of the constants above
     */
    record Finding(String what, String facts) {}

    SimulatedCase run() {
        var plan = drawn.plan(scaler());
        ensemble.invariants().floor(drawn.floor(plan));
        ensemble.invariants().accountsFor(plan.baseVersion());
        if (drawn.isFaultless()) {
            // A server that stood still for a moment has kept its sessions, and has served without a break for nobody
            // else.
            ensemble.invariants().stabilization(OPTIONS.stabilization());
            var result = scaler().run(plan, OPTIONS);
            if (result instanceof RunResult.Completed) {
                checkSilence();
            } else {
                findings.add(new Finding(COMPLETES, "without faults: " + result.report()));
            }
        } else {
            drawn.arrangeFaults(plan);
            end = Optional.of(end(plan));
        }
        ensemble.invariants()
                .violations()
                .forEach(violation ->
                        findings.add(new Finding(violation.invariant().toString(), violation.toString())));
        return this;
    }

    SimulatedEnsemble ensemble() {
        return ensemble;
    }

    /** How it ended; empty if there were no faults. */
    Optional<End> end() {
        return end;
    }

    /** How its last run ended, in a word or a few. */
    String lastTold() {
        return lastTold;
    }

    /** How many runs went on where one had ended early, or led back from there. */
    int resumed() {
        return resumed;
    }

    /** How many servers had left where a run completed, and so had to be silent. */
    int silenced() {
        return silenced;
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    private End end(ScalingPlan plan) {
        var told = new ArrayList<String>();
        var driver = drawn.dyingWhileItSends(process.driver()).orElse(process.driver());
        var first = Change.scaler(ensemble, process, driver);
        told.add(attempt(() -> first.run(plan, OPTIONS)));
        if (process.isDead()) {
            process = ensemble.process();
            told.addAll(takenOver(plan));
        }
        // All that was arranged has begun by then, also where the run ended early.
        ensemble.clock().advance(RandomCase.LONGEST);
        ensemble.faults().healAll();
        for (int again = 0; again < 2 && !isCompleted(told); again++) {
            obey(told.get(told.size() - 1));
            ensemble.awaitFor(Duration.ofSeconds(60), ensemble::hasSettled);
            told.add(attempt(() -> goOn(plan)));
        }
        if (!isCompleted(told)) {
            told.add(attempt(this::goBack));
        }
        resumed = told.size() - 1;
        lastTold = told.get(told.size() - 1);
        if (isCompleted(told)) {
            checkSilence();
        }
        var stands = ensemble.committed().ensemble();
        if (isCompleted(told) && (stands.equals(plan.target()) || stands.equals(plan.origin()))) {
            return stands.equals(plan.target()) ? End.TARGET : End.ORIGIN;
        }
        if (ensemble.history().stream().anyMatch(line -> line.contains("somebody else"))) {
            return End.RIVAL;
        }
        findings.add(new Finding(
                RESUMABLE,
                "ended elsewhere, at " + ensemble.committed() + " of " + plan.origin() + " -> " + plan.target() + ": "
                        + told));
        return End.ELSEWHERE;
    }

    /** What another process does at once where the first one has died, and its lock is gone. */
    private List<String> takenOver(ScalingPlan plan) {
        return switch (drawn.takeover()) {
            case LATER -> List.of();
            case FORTH_AT_ONCE -> {
                ensemble.faults().loseLock();
                yield List.of(attempt(() -> goOn(plan)));
            }
            case BACK_AT_ONCE -> {
                ensemble.faults().loseLock();
                yield List.of(attempt(this::goBack));
            }
        };
    }

    /**
     * Does what a stop asks a person to do. Where no server leads, it restarts joiners, those that are not listed by leaving it
     * to the run that resumes to start them again, or one server after the other; or it lets another server lead.
     */
    private void obey(String told) {
        var listed = ensemble.committed().ensemble();
        if (told.startsWith("stopped OUTCOME_UNRESOLVED") && ensemble.leader().isEmpty()) {
            ensemble.servers().stream()
                    .filter(server -> !listed.contains(server.id()))
                    .forEach(server -> ensemble.stop(server.id()));
            listed.ids().stream()
                    .filter(id -> told.contains("server " + id + ", which is joining")
                            || told.contains("one server after another"))
                    .forEach(this::restart);
        } else if (told.contains("Let another server lead first")) {
            ensemble.leader().ifPresent(this::restart);
        }
    }

    /** Restarts a server, which is down for as long as others need to elect another leader, if they can. */
    private void restart(ServerId id) {
        ensemble.stop(id);
        awaitLeader();
        ensemble.restart(id);
        awaitLeader();
    }

    private void awaitLeader() {
        ensemble.awaitFor(Duration.ofSeconds(10), () -> ensemble.leader().isPresent());
    }

    private static boolean isCompleted(List<String> told) {
        return told.get(told.size() - 1).equals("Completed");
    }

    private RunResult goOn(ScalingPlan plan) {
        return process.journal().lines(TIME).isEmpty()
                ? scaler().run(plan, OPTIONS)
                : scaler().resume(process.journal(), OPTIONS);
    }

    private RunResult goBack() {
        var back = scaler().planRollback(process.journal());
        // It has a floor of its own, by who is up when it is planned.
        ensemble.invariants().floor(back.floor());
        return scaler().run(back, OPTIONS);
    }

    private void checkSilence() {
        var listed = ensemble.committed().ensemble();
        var left = ensemble.servers().stream()
                .filter(server -> !listed.contains(server.id()))
                .toList();
        silenced += left.size();
        left.stream()
                .filter(server -> ensemble.isServing(server.id()))
                .forEach(server -> findings.add(new Finding(
                        RETIRED_MEANS_SILENT, "completed at " + listed + " while server " + server.id() + " serves")));
    }

    private interface Attempt {
        RunResult make();
    }

    /** Returns how it ended, in a word or a few; a process that dies is followed by another. */
    private String attempt(Attempt attempt) {
        if (process.isDead()) {
            process = ensemble.process();
        }
        try {
            var result = attempt.make();
            if (result instanceof RunResult.Stopped stopped) {
                return "stopped " + stopped.reason() + ": " + stopped.message();
            }
            return result instanceof RunResult.Failed failed
                    ? "failed " + failed.reason() + ": " + failed.message()
                    : result.getClass().getSimpleName();
        } catch (ProcessDeath e) {
            return "died";
        } catch (EnsembleException e) {
            return "refused: " + e.getMessage();
        }
    }

    private EnsembleScaler scaler() {
        return Change.scaler(ensemble, process);
    }
}
