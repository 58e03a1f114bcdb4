package io.ensembler.execution;

import io.ensembler.execution.StepAction.Progress;
import io.ensembler.model.DataCount;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.model.Trial;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.Step;
import io.ensembler.report.Backup;
import io.ensembler.report.Verification;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver.CopyRequest;
import io.ensembler.spi.EnsembleDriver.VerifyRequest;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.ServerLauncher.BackUpRequest;
import io.ensembler.spi.ServerLauncher.Capability;
import io.ensembler.spi.ServerLauncher.LogRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Keeps what leads back to where a plan began, and proves that the ensemble works on the way. */
final class WorkingOrder {

    /** So many times as long as before may a write take afterwards: caches are cold, and another server may lead. */
    private static final int SLOWER = 5;

    /** A write that takes no longer than this is quick enough, whatever it took before. */
    private static final Duration QUICK = Duration.ofSeconds(1);

    /** While a leader is watched it is looked at so often, unless looks are further apart anyway. */
    private static final int LOOKS = 10;

    /** A trial is three writes, so that none follows the other sooner. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final RunContext context;
    private final Account account;
    private final Barrier barrier;
    private final Instant begun;

    /** Who must be there, whereas others may have been down before. */
    private final Set<ServerId> broughtIn = new TreeSet<>();

    private final List<Verification> verifications = new ArrayList<>();
    private Optional<Backup> backup = Optional.empty();
    private Optional<Duration> slowestBefore = Optional.empty();

    WorkingOrder(RunContext context, Account account, Barrier barrier) {
        this.context = context;
        this.account = account;
        this.barrier = barrier;
        this.begun = context.time().now();
    }

    /** The plan has let these servers in, or let them vote. */
    void broughtIn(Collection<ServerId> ids) {
        broughtIn.addAll(ids);
    }

    Optional<Backup> backup() {
        return backup;
    }

    List<Verification> verifications() {
        return List.copyOf(verifications);
    }

    Progress backUp(PlannedStep planned, Step.BackUp step, Deadline deadline) throws InterruptedException {
        var now = account.recent(deadline, List.of());
        // Nobody need look: how long a write takes is all that is compared afterwards.
        slowestBefore = Optional.of(trial(List.of(), deadline).slowestWrite());
        var data = step.contents() == Step.Contents.CONFIGURATION_AND_DATA
                ? Optional.of(copied(now, deadline))
                : Optional.<String>empty();
        backup = Optional.of(new Backup(context.time().now(), now.committed().configuration(), data));
        return Progress.DONE;
    }

    /** Lets the launcher copy the data, or else the driver, without which no run with this step begins. */
    private String copied(Observation now, Deadline deadline) throws InterruptedException {
        // A copy is a load that the leader can do without.
        var server = now.live().stream()
                .min(Comparator.comparing(id -> now.leader().equals(Optional.of(id))))
                .flatMap(now.ensemble()::server)
                .orElseThrow(() -> Halt.stopped(
                        StopReason.ENSEMBLE_UNREACHABLE, "Cannot back up the data: no server is proved in sync."));
        var launcher = context.launcherThatBacksUp();
        if (launcher.isPresent()) {
            try {
                return launcher.get().backUp(new BackUpRequest(server, deadline.launch()));
            } catch (RuntimeException e) {
                throw StepActions.launcherFailed("back up the data of", server, e);
            }
        }
        try {
            return context.driver().backUp(new CopyRequest(server, deadline.launch()));
        } catch (DriverException e) {
            throw Halt.stopped(StopReason.BACK_UP, String.valueOf(e.getMessage()));
        }
    }

    /** Waits until one server has led for the stabilization time, counted from now on. */
    Progress stabilize(PlannedStep planned, Deadline deadline) throws InterruptedException {
        var needed = context.options().stabilization();
        var now = account.recent(deadline, List.of());
        var first = now;
        long since = context.time().nanoTime();
        while (isLeaderMissing(now)
                || Duration.ofNanos(context.time().nanoTime() - since).compareTo(needed) < 0) {
            context.patience()
                    .await(
                            planned,
                            deadline,
                            StopReason.LEADER_UNSTEADY,
                            "Cannot go on before one server has led for " + needed.toMillis() + " ms; now "
                                    + now.leader().map(id -> "server " + id).orElse("nobody")
                                    + " does. Look at the servers' logs, and at the network between them.",
                            pause(needed));
            now = account.observe(deadline, List.of());
            if (!now.leader().equals(first.leader()) || epoch(now) != epoch(first)) {
                first = now;
                since = context.time().nanoTime();
            }
        }
        return Progress.DONE;
    }

    /**
     * Whether nobody leads as far as anybody can tell. Where a server in sync does not tell what it does, that may be the
     * leader; that the epoch stays the same then says that whoever it is stays in office.
     */
    private static boolean isLeaderMissing(Observation now) {
        return now.leader().isEmpty()
                && now.live().stream().allMatch(id -> now.facts(id)
                        .flatMap(facts -> facts.mode().value())
                        .isPresent());
    }

    private static Duration pause(Duration needed) {
        var tenth = needed.dividedBy(LOOKS);
        return tenth.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : tenth;
    }

    private static long epoch(Observation now) {
        return now.committed().write().epoch();
    }

    /** Waits until the ensemble proves to be in working order. */
    Progress verify(PlannedStep planned, Deadline deadline) throws InterruptedException {
        while (true) {
            var found = look(deadline);
            if (found.isInOrder()) {
                verifications.add(found);
                return Progress.DONE;
            }
            context.patience()
                    .await(
                            planned,
                            deadline,
                            StopReason.VERIFICATION,
                            "Cannot call the ensemble verified: " + String.join("; ", found.faults())
                                    + ". Look at the logs of these servers.",
                            LONGEST_PAUSE);
        }
    }

    /** Puts the ensemble to work, and looks at it. */
    Verification look(Deadline deadline) throws InterruptedException {
        var now = account.observe(deadline, List.of());
        var asked = now.ensemble().servers().stream()
                .filter(server -> isInSync(now, server) || broughtIn.contains(server.id()))
                .toList();
        var trial = trial(asked, deadline);
        var findings = new ArrayList<String>();
        now.ensemble().servers().stream()
                .filter(server -> !asked.contains(server))
                .forEach(server -> findings.add("server " + server.id() + " was not asked: it is not in sync"));
        if (now.leader().isEmpty()) {
            findings.add("who leads could not be told");
        }
        var faults = new ArrayList<String>();
        if (now.ensemble().servers().isEmpty()) {
            faults.add("no server is listed: there is no ensemble, or one server that runs standalone");
        }
        for (var server : asked) {
            judge(server.id(), now, trial, faults, findings);
        }
        int compared = compare(trial, faults);
        slowness(trial).ifPresent(faults::add);
        findings.addAll(logged(now, deadline));
        return new Verification(
                trial.at(),
                asked.stream().map(Server::id).toList(),
                compared,
                trial.slowestWrite(),
                slowestBefore,
                faults,
                findings);
    }

    private void judge(ServerId id, Observation now, Trial trial, List<String> faults, List<String> findings) {
        var shows = Optional.ofNullable(trial.servers().get(id))
                .map(Trial.AtServer::shows)
                .orElse(Fact.unknown("nobody asked it"));
        if (!shows.value().orElse(false)) {
            faults.add("server " + id
                    + (shows.value().isPresent()
                            ? " does not show what was just written"
                            : " did not show what was just written: " + shows));
        }
        var inForce = now.facts(id).map(ServerFacts::inForce).orElse(Fact.unknown("nobody asked it"));
        if (inForce instanceof Fact.Known<?> known && known.source() == Fact.Source.CONF) {
            if (!inForce.value().equals(Optional.of(now.version()))) {
                faults.add("server " + id + " acts by version " + inForce + ", not " + now.version());
            }
        } else if (!barrier.proves(id, inForce, now.version())) {
            findings.add("by which configuration server " + id + " acts could not be told: " + inForce);
        }
    }

    /** Compares what servers hold that have applied the same transaction, and returns how many pairs there were. */
    private static int compare(Trial trial, List<String> faults) {
        var counts = new TreeMap<ServerId, DataCount>();
        trial.servers().forEach((id, seen) -> seen.data().value().ifPresent(count -> counts.put(id, count)));
        counts.forEach((id, count) -> {
            if (count.digestMismatches() != 0) {
                faults.add("server " + id + " has found " + count.digestMismatches()
                        + " times that its data is not what the leader's is");
            }
        });
        int compared = 0;
        var entries = List.copyOf(counts.entrySet());
        for (int i = 0; i < entries.size(); i++) {
            for (var other : entries.subList(i + 1, entries.size())) {
                compared += compare(entries.get(i), other, faults);
            }
        }
        return compared;
    }

    private static int compare(
            Map.Entry<ServerId, DataCount> one, Map.Entry<ServerId, DataCount> other, List<String> faults) {
        if (!one.getValue().zxid().equals(other.getValue().zxid())) {
            return 0;
        }
        if (one.getValue().contradicts(other.getValue())) {
            faults.add("server " + one.getKey() + " holds " + one.getValue() + ", server " + other.getKey() + " "
                    + other.getValue());
        }
        return 1;
    }

    private Optional<String> slowness(Trial trial) {
        return slowestBefore
                .map(before -> before.multipliedBy(SLOWER))
                .map(limit -> limit.compareTo(QUICK) > 0 ? limit : QUICK)
                .filter(limit -> trial.slowestWrite().compareTo(limit) > 0)
                .map(limit -> "a write took " + trial.slowestWrite().toMillis() + " ms, and no more than "
                        + limit.toMillis() + " ms are expected by what it took before");
    }

    private List<String> logged(Observation now, Deadline deadline) throws InterruptedException {
        var launcher = context.launcher().filter(it -> it.capabilities().contains(Capability.LOG));
        if (launcher.isEmpty()) {
            return List.of();
        }
        var lines = new ArrayList<String>();
        for (var server : now.ensemble().servers()) {
            lines.addAll(logged(launcher.get(), server, deadline));
        }
        return lines;
    }

    private List<String> logged(ServerLauncher launcher, Server server, Deadline deadline) throws InterruptedException {
        try {
            return launcher.errors(new LogRequest(server, begun, deadline.oneCall())).stream()
                    .map(line -> "server " + server.id() + " logged: " + line)
                    .toList();
        } catch (RuntimeException e) {
            var why = e instanceof EnsembleException ? e.getMessage() : e.toString();
            return List.of("the log of server " + server.id() + " could not be read: " + why);
        }
    }

    private Trial trial(List<Server> asked, Deadline deadline) throws InterruptedException {
        return context.patience()
                .tolerant(deadline, () -> context.driver().verify(new VerifyRequest(asked, deadline.oneCall())));
    }

    private static boolean isInSync(Observation now, Server server) {
        return now.facts(server.id()).filter(ServerFacts::isProvedSynced).isPresent();
    }
}
