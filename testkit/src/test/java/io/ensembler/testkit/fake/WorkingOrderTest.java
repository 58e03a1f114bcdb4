package io.ensembler.testkit.fake;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.RunListener;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.execution.StopReason;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.DataCount;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.model.Trial;
import io.ensembler.model.Trial.AtServer;
import io.ensembler.model.Zxid;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.report.StepReport;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.ServerLauncher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a run keeps before it changes anything, and what it asks of the ensemble once it has. */
class WorkingOrderTest {

    private static final Duration STABILIZATION = Duration.ofSeconds(4);
    private static final RunOptions OPTIONS = RunOptions.builder()
            .stabilization(STABILIZATION)
            .stepDeadline(Duration.ofSeconds(60))
            .poll(Duration.ofMillis(200))
            .build();
    private static final ScalingRequest REMOVING = ScalingRequest.change().remove(id(4));

    private final SimulatedEnsemble ensemble =
            SimulatedEnsemble.builder().participants(4).start();
    private final List<String> logs = new ArrayList<>();

    private static ServerId id(int number) {
        return ServerId.of(number);
    }

    private EnsembleScaler scaler(EnsembleDriver driver, ServerLauncher launcher, RunListener listener) {
        return EnsembleScaler.builder(driver)
                .launcher(launcher)
                .timeSource(ensemble.clock())
                .listener(listener)
                .build();
    }

    private EnsembleScaler scaler(RunListener listener) {
        return scaler(ensemble.driver(), ensemble.launcher(), listener);
    }

    private static RunResult run(EnsembleScaler scaler, ScalingRequest request, RunOptions options) {
        return scaler.run(scaler.plan(request), options);
    }

    private static boolean begins(RunEvent event, Class<? extends Step> step) {
        return event instanceof RunEvent.StepStarted started
                && step.isInstance(started.step().step());
    }

    private static Duration took(RunResult result, Class<? extends Step> step) {
        return result.report().steps().stream()
                .filter(report -> step.isInstance(report.step().step()))
                .map(StepReport::took)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_run_tells_what_it_kept_and_what_it_found_at_last() {
        var before = ensemble.committed();

        var result = run(scaler(event -> {}), REMOVING, OPTIONS);

        assertThat(result).isCompleted();
        assertThat(result.report().backup()).hasValueSatisfying(backup -> {
            assertThat(backup.configuration()).isEqualTo(before);
            assertThat(backup.data()).isEmpty();
        });
        assertThat(result.report().verifications()).singleElement().satisfies(found -> {
            assertThat(found.servers()).containsExactly(id(1), id(2), id(3));
            assertThat(found.slowestBefore()).isPresent();
            assertThat(found.findings()).isEmpty();
        });
        assertThat(took(result, Step.Stabilize.class)).isGreaterThanOrEqualTo(STABILIZATION);
    }

    @Test
    void what_was_kept_is_reached_again_by_a_plan() {
        var scaler = scaler(event -> {});
        var before = ensemble.committed().ensemble();
        var kept = run(scaler, ScalingRequest.change().add(ensemble.newServers(1)), OPTIONS)
                .report()
                .backup()
                .orElseThrow();
        assertThat(ensemble.committed().ensemble()).isNotEqualTo(before);

        var result =
                run(scaler, ScalingRequest.change().reach(kept.configuration().ensemble()), OPTIONS);

        assertThat(result).isCompleted();
        assertThat(ensemble.committed().ensemble()).isEqualTo(before);
    }

    @Test
    void a_leader_that_another_replaces_meanwhile_is_watched_from_then_on() {
        var scaler = scaler(event -> {
            if (begins(event, Step.Stabilize.class)) {
                ensemble.clock()
                        .after(
                                STABILIZATION.dividedBy(2),
                                () -> ensemble.restart(ensemble.leader().orElseThrow()));
            }
        });

        var result = run(scaler, REMOVING, OPTIONS);

        assertThat(result).isCompleted();
        assertThat(result.report().elections()).isPositive();
        assertThat(took(result, Step.Stabilize.class)).isGreaterThan(STABILIZATION.plus(STABILIZATION.dividedBy(2)));
    }

    @Test
    void where_no_leader_stays_for_so_long_in_time_the_run_stops_before_anybody_is_stopped() {
        var options =
                OPTIONS.toBuilder().stepDeadline(STABILIZATION.dividedBy(2)).build();

        var result = run(scaler(event -> {}), REMOVING, options);

        assertThat(result).isStopped(StopReason.LEADER_UNSTEADY).sent(1);
        assertThat(((RunResult.Stopped) result).message())
                .startsWith("Cannot go on before one server has led for 4000 ms; now server ");
        assertThat(ensemble.isRunning(id(4))).isTrue();
    }

    @Test
    void where_servers_do_not_tell_what_they_do_a_leader_nobody_knows_is_watched_by_its_epoch() {
        var driver = hiding(1, 2, 3, 4);
        var scaler = scaler(driver, ensemble.launcher(), event -> {
            if (begins(event, Step.Stabilize.class)) {
                ensemble.clock()
                        .after(
                                STABILIZATION.dividedBy(2),
                                () -> ensemble.restart(ensemble.leader().orElseThrow()));
            }
        });

        var result = run(scaler, REMOVING, OPTIONS);

        assertThat(result).isCompleted();
        assertThat(result.report().elections()).isPositive();
        assertThat(took(result, Step.Stabilize.class)).isGreaterThan(STABILIZATION.plus(STABILIZATION.dividedBy(2)));
        assertThat(result.report().verifications().get(0).findings()).contains("who leads could not be told");
    }

    @Test
    void where_all_tell_what_they_do_and_nobody_leads_the_run_waits() {
        var driver = hiding();

        var result = run(scaler(driver, ensemble.launcher(), event -> {}), REMOVING, OPTIONS);

        assertThat(result).isStopped(StopReason.LEADER_UNSTEADY).sent(1);
        assertThat(((RunResult.Stopped) result).message()).contains("now nobody does");
    }

    /** A driver that does not know who leads, nor what these servers do. */
    private EnsembleDriver hiding(Integer... servers) {
        return new LyingDriver(ensemble.driver()) {
            @Override
            public Observation observe(ObserveRequest request) throws InterruptedException {
                var seen = super.observe(request);
                var facts = new TreeMap<>(seen.servers());
                for (int server : servers) {
                    facts.computeIfPresent(
                            id(server),
                            (id, told) -> new ServerFacts(
                                    id,
                                    told.presence(),
                                    Fact.unknown("srvr is not allowed"),
                                    told.synced(),
                                    told.zxid(),
                                    told.inForce(),
                                    told.connections(),
                                    told.details()));
                }
                return Observation.of(seen.at(), seen.committed(), Optional.empty(), seen.access(), facts);
            }
        };
    }

    /** A driver whose trials, once a server has left, are told otherwise. */
    private EnsembleDriver telling(UnaryOperator<Trial> otherwise) {
        return new LyingDriver(ensemble.driver()) {
            @Override
            public Trial verify(VerifyRequest request) throws InterruptedException {
                var trial = super.verify(request);
                return ensemble.committed().ensemble().contains(id(4)) ? trial : otherwise.apply(trial);
            }
        };
    }

    private Trial with(Trial trial, int server, AtServer seen) {
        var servers = new TreeMap<>(trial.servers());
        servers.put(id(server), seen);
        return new Trial(trial.at(), trial.slowestWrite(), servers);
    }

    private <T> Fact<T> known(T value) {
        return Fact.known(value, Fact.Source.SESSION, ensemble.clock().now());
    }

    private void assertNotVerified(UnaryOperator<Trial> otherwise, String why) {
        var scaler = scaler(telling(otherwise), ensemble.launcher(), event -> {});

        var result = run(scaler, REMOVING, OPTIONS);

        assertThat(result).isStopped(StopReason.VERIFICATION).sent(1);
        assertThat(((RunResult.Stopped) result).message())
                .isEqualTo("Cannot call the ensemble verified: " + why + ". Look at the logs of these servers.");
        assertThat(result.report().verifications()).isEmpty();
        assertThat(ensemble.isRunning(id(4)))
                .as("who left is not stopped before")
                .isTrue();
    }

    @Test
    void one_that_does_not_show_what_was_written_is_named() {
        assertNotVerified(
                trial -> with(trial, 2, new AtServer(known(false), Fact.unknown("nobody asked"))),
                "server 2 does not show what was just written");
    }

    @Test
    void one_that_cannot_be_asked_though_it_is_in_sync_is_named() {
        assertNotVerified(
                trial -> with(trial, 2, new AtServer(Fact.unknown("no answer"), Fact.unknown("nobody asked"))),
                "server 2 did not show what was just written: unknown (no answer)");
    }

    @Test
    void those_that_hold_different_data_at_the_same_transaction_are_named() {
        var zxid = Zxid.of(0x1_0000_0009L);
        assertNotVerified(
                trial -> with(
                        with(
                                with(trial, 1, new AtServer(known(true), known(new DataCount(zxid, 7, 230, 0)))),
                                2,
                                new AtServer(known(true), known(new DataCount(zxid, 6, 210, 0)))),
                        3,
                        new AtServer(known(true), known(new DataCount(Zxid.of(0x1_0000_0010L), 9, 300, 0)))),
                "server 1 holds 7 znodes, 230 bytes at 0x100000009, server 2 6 znodes, 210 bytes at 0x100000009");
    }

    @Test
    void one_that_has_found_other_digests_than_the_leader_is_named() {
        assertNotVerified(
                trial -> with(
                        trial, 3, new AtServer(known(true), known(new DataCount(Zxid.of(0x1_0000_0009L), 7, 230, 2)))),
                "server 3 has found 2 times that its data is not what the leader's is");
    }

    @Test
    void writes_that_take_much_longer_than_before_are_named() {
        assertNotVerified(
                trial -> new Trial(trial.at(), Duration.ofMillis(1001), trial.servers()),
                "a write took 1001 ms, and no more than 1000 ms are expected by what it took before");
    }

    @Test
    void a_server_that_was_down_before_is_told_and_stops_nothing() {
        ensemble.stop(id(3));

        var result = run(
                scaler(event -> {}),
                ScalingRequest.change().add(ensemble.newServers(1)).consentToTolerance(0),
                OPTIONS);

        assertThat(result).isCompleted();
        assertThat(result.report().verifications()).singleElement().satisfies(found -> {
            assertThat(found.servers()).containsExactly(id(1), id(2), id(4), id(5));
            assertThat(found.findings()).containsExactly("server 3 was not asked: it is not in sync");
        });
    }

    @Test
    void an_ensemble_is_verified_without_a_plan_and_nothing_is_reconfigured() {
        var before = ensemble.committed();

        var found = scaler(event -> {}).verify();

        assertThat(found.isInOrder()).isTrue();
        assertThat(found.servers()).containsExactly(id(1), id(2), id(3), id(4));
        assertThat(found.slowestBefore()).isEmpty();
        assertThat(found).asString().startsWith("verified through 1,2,3,4: slowest write ");
        assertThat(ensemble.committed()).isEqualTo(before);
    }

    @Test
    void a_server_that_is_down_speaks_against_an_ensemble_that_is_verified_without_a_plan() {
        ensemble.stop(id(2));

        var found = scaler(event -> {}).verify();

        assertThat(found.isInOrder()).isFalse();
        assertThat(found.faults()).singleElement().asString().startsWith("server 2 did not show what was just written");
        assertThat(found)
                .asString()
                .startsWith("not in working order, asked through 1,2,3,4: ")
                .contains("\n  fault: server 2 ");
    }

    @Test
    void no_ensemble_is_verified_that_cannot_write() {
        ensemble.stop(id(2));
        ensemble.stop(id(3));

        assertThatThrownBy(() -> scaler(event -> {}).verify()).isInstanceOf(DriverException.class);
    }

    /** The launcher of the simulation, which besides copies data and hands out logs, as far as it is said to. */
    private ServerLauncher able(Set<ServerLauncher.Capability> capabilities) {
        var launcher = ensemble.launcher();
        return new ServerLauncher() {
            @Override
            public void start(StartRequest request) throws InterruptedException {
                launcher.start(request);
            }

            @Override
            public void stop(StopRequest request) throws InterruptedException {
                launcher.stop(request);
            }

            @Override
            public Set<Capability> capabilities() {
                return capabilities;
            }

            @Override
            public String backUp(BackUpRequest request) {
                return "copy of server " + request.server().id();
            }

            @Override
            public List<String> errors(LogRequest request) {
                if (request.server().id().equals(id(2))) {
                    throw new DriverException(DriverException.Kind.RETRYABLE, "the host is down");
                }
                return List.copyOf(logs);
            }
        };
    }

    @Test
    void the_data_of_a_follower_is_copied_before_anything_is_changed_where_that_was_asked_for() {
        var launcher = able(EnumSet.of(ServerLauncher.Capability.BACK_UP));
        var leader = ensemble.leader().orElseThrow();

        var result = run(scaler(ensemble.driver(), launcher, event -> {}), REMOVING.backUpData(), OPTIONS);

        assertThat(result).isCompleted();
        assertThat(result.report().steps().get(0).step().step())
                .hasToString("back up the configuration, and the data of one server");
        assertThat(result.report().backup().orElseThrow().data())
                .hasValueSatisfying(place ->
                        assertThat(place).startsWith("copy of server ").isNotEqualTo("copy of server " + leader));
    }

    /** A driver that copies data, and fails to if it is given a reason. */
    private EnsembleDriver copying(Optional<String> failure) {
        return new LyingDriver(ensemble.driver()) {
            @Override
            public boolean canBackUp() {
                return true;
            }

            @Override
            public String backUp(CopyRequest request) {
                failure.ifPresent(reason -> {
                    throw new DriverException(DriverException.Kind.REFUSED, reason);
                });
                return "snapshot of server " + request.server().id();
            }
        };
    }

    private static String copy(RunResult result) {
        return result.report().backup().orElseThrow().data().orElseThrow();
    }

    @Test
    void the_driver_copies_data_where_the_launcher_does_not() {
        var plain = ensemble.launcher();
        var able = able(EnumSet.of(ServerLauncher.Capability.BACK_UP));
        var request = REMOVING.backUpData();
        var first = run(scaler(copying(Optional.empty()), plain, event -> {}), request, OPTIONS);
        assertThat(first).isCompleted();
        assertThat(copy(first)).startsWith("snapshot of server ");

        var back = ScalingRequest.change().remove(id(3)).backUpData().consentToTolerance(0);
        var second = run(scaler(copying(Optional.empty()), able, event -> {}), back, OPTIONS);
        assertThat(second).isCompleted();
        assertThat(copy(second)).startsWith("copy of server ");
    }

    @Test
    void a_driver_that_fails_to_copy_stops_the_run_before_anything_is_changed() {
        var driver = copying(Optional.of("Cannot copy: the disk is full."));

        var result = run(scaler(driver, ensemble.launcher(), event -> {}), REMOVING.backUpData(), OPTIONS);

        assertThat(result).isStopped(StopReason.BACK_UP).sent(0);
        assertThat(((RunResult.Stopped) result).message()).isEqualTo("Cannot copy: the disk is full.");
    }

    @Test
    void nothing_is_done_where_data_is_to_be_copied_and_the_launcher_cannot() {
        var before = ensemble.committed();

        var result = run(scaler(event -> {}), REMOVING.backUpData(), OPTIONS);

        assertThat(result).isStopped(StopReason.LAUNCHER).sent(0);
        assertThat(result.report().steps()).isEmpty();
        assertThat(ensemble.committed()).isEqualTo(before);
    }

    @Test
    void what_servers_logged_is_told_where_a_launcher_hands_it_out_and_stops_nothing() {
        logs.add("ERROR the disk is slow");

        var result = run(
                scaler(ensemble.driver(), able(EnumSet.of(ServerLauncher.Capability.LOG)), event -> {}),
                REMOVING,
                OPTIONS);

        assertThat(result).isCompleted();
        assertThat(result.report().verifications().get(0).findings())
                .containsExactly(
                        "server 1 logged: ERROR the disk is slow",
                        "the log of server 2 could not be read: the host is down",
                        "server 3 logged: ERROR the disk is slow");
    }

    @Test
    void nothing_is_done_where_data_is_to_be_copied_and_there_is_no_launcher() {
        var before = ensemble.committed();
        var scaler = EnsembleScaler.builder(ensemble.driver())
                .timeSource(ensemble.clock())
                .listener(event -> {})
                .build();

        var result = run(scaler, REMOVING.backUpData(), OPTIONS);

        assertThat(result).isStopped(StopReason.LAUNCHER).sent(0);
        assertThat(ensemble.committed()).isEqualTo(before);
    }

    @Test
    void a_launcher_that_fails_to_copy_stops_the_run_before_anything_is_changed() {
        var launcher = failing(EnumSet.of(ServerLauncher.Capability.BACK_UP, ServerLauncher.Capability.LOG));

        var result = run(scaler(ensemble.driver(), launcher, event -> {}), REMOVING.backUpData(), OPTIONS);

        assertThat(result).isStopped(StopReason.LAUNCHER).sent(0);
        assertThat(((RunResult.Stopped) result).message())
                .startsWith("Cannot back up the data of server ")
                .endsWith(": the launcher failed with java.lang.IllegalStateException: no room");
    }

    @Test
    void a_log_that_cannot_be_handed_out_is_told_and_stops_nothing() {
        var launcher = failing(EnumSet.of(ServerLauncher.Capability.LOG));

        var result = run(scaler(ensemble.driver(), launcher, event -> {}), REMOVING, OPTIONS);

        assertThat(result).isCompleted();
        assertThat(result.report().verifications().get(0).findings())
                .contains("the log of server 1 could not be read: java.lang.IllegalStateException: no room");
    }

    private ServerLauncher failing(Set<ServerLauncher.Capability> capabilities) {
        var launcher = able(capabilities);
        return new ServerLauncher() {
            @Override
            public void start(StartRequest request) throws InterruptedException {
                launcher.start(request);
            }

            @Override
            public void stop(StopRequest request) throws InterruptedException {
                launcher.stop(request);
            }

            @Override
            public Set<Capability> capabilities() {
                return capabilities;
            }

            @Override
            public String backUp(BackUpRequest request) {
                throw new IllegalStateException("no room");
            }

            @Override
            public List<String> errors(LogRequest request) {
                throw new IllegalStateException("no room");
            }
        };
    }

    @Test
    void one_that_is_yet_to_be_rebuilt_and_is_down_keeps_no_other_from_being_set_aside() {
        var five = SimulatedEnsemble.builder().participants(5).start();
        var dead = List.of(id(1), id(2));
        dead.forEach(five::stop);
        var scaler = EnsembleScaler.builder(five.driver())
                .launcher(five.launcher())
                .timeSource(five.clock())
                .listener(event -> {})
                .build();

        var result = run(scaler, ScalingRequest.change().rebuild(id(1)).rebuild(id(2)), OPTIONS);

        assertThat(result).isCompleted();
        assertThat(result.report().verifications().get(0).findings())
                .containsExactly("server 2 was not asked: it is not in sync");
        assertThat(five.awaitSettled().participants()).hasSize(5);
    }

    @Test
    void one_that_was_rebuilt_and_cannot_be_asked_is_named() {
        var scaler = scaler(event -> {
            if (begins(event, Step.Verify.class)
                    && ensemble.committed().ensemble().contains(id(4))) {
                ensemble.stop(id(4));
            }
        });

        var result = run(scaler, ScalingRequest.change().rebuild(id(4)).consentToTolerance(0), OPTIONS);

        assertThat(result).isStopped(StopReason.VERIFICATION);
        assertThat(((RunResult.Stopped) result).message())
                .startsWith(
                        "Cannot call the ensemble verified: server 4 did not show what was just written: unknown (");
    }

    /** Runs a plan in which, once it is to be verified, server 2 says this of the configuration it acts by. */
    private RunResult runWhereServer2ActsBy(Fact<ConfigurationVersion> inForce) {
        var verifying = new AtomicBoolean();
        var driver = new LyingDriver(ensemble.driver()) {
            @Override
            public Observation observe(ObserveRequest request) throws InterruptedException {
                var seen = super.observe(request);
                var servers = new TreeMap<>(seen.servers());
                if (verifying.get()) {
                    servers.computeIfPresent(
                            id(2),
                            (id, facts) -> new ServerFacts(
                                    id,
                                    facts.presence(),
                                    facts.mode(),
                                    facts.synced(),
                                    facts.zxid(),
                                    inForce,
                                    facts.connections(),
                                    facts.details()));
                }
                return Observation.of(seen.at(), seen.committed(), seen.leader(), seen.access(), servers);
            }
        };
        var scaler = scaler(driver, ensemble.launcher(), event -> {
            if (begins(event, Step.Verify.class)) {
                verifying.set(true);
            }
        });
        return run(scaler, REMOVING, OPTIONS);
    }

    @Test
    void one_that_acts_by_another_configuration_is_named() {
        var older = ensemble.committed().version();

        var result = runWhereServer2ActsBy(
                Fact.known(older, Fact.Source.CONF, ensemble.clock().now()));

        assertThat(result).isStopped(StopReason.VERIFICATION);
        assertThat(((RunResult.Stopped) result).message())
                .startsWith("Cannot call the ensemble verified: server 2 acts by version " + older + ", not ");
    }

    @Test
    void one_that_does_not_tell_by_which_configuration_it_acts_is_told_and_stops_nothing() {
        var result = runWhereServer2ActsBy(Fact.unknown("conf is not allowed"));

        assertThat(result).isCompleted();
        assertThat(result.report().verifications().get(0).findings())
                .containsExactly(
                        "by which configuration server 2 acts could not be told: unknown (conf is not allowed)");
    }
}
