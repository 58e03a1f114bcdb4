package io.ensembler.testkit.fake;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.RunOptions;
import io.ensembler.model.Observation;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.Sender;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.SyncResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A step begins with what was seen right before it, as long as that is all that has happened. */
class RecentLookTest {

    /** Of two the first is stopped right behind the barrier, and the second once the ensemble was verified. */
    private static final List<ServerId> LEAVING = List.of(ServerId.of(4), ServerId.of(5));

    private static final RunOptions OPTIONS =
            RunOptions.builder().stabilization(Duration.ZERO).build();

    private final SimulatedEnsemble ensemble =
            SimulatedEnsemble.builder().participants(5).start();
    private int looks;
    private Optional<Integer> asTheStepBegan = Optional.empty();
    private Optional<Integer> asTheServerWasStopped = Optional.empty();

    private EnsembleScaler scaler(EnsembleDriver driver, ServerLauncher launcher) {
        return EnsembleScaler.builder(driver)
                .launcher(launcher)
                .timeSource(ensemble.clock())
                .listener(event -> {})
                .build();
    }

    /** Removes servers, and lets time pass as the step begins that stops the first. */
    private void remove(Duration passing) {
        var driver = new LyingDriver(ensemble.driver()) {
            @Override
            public Observation observe(ObserveRequest request) throws InterruptedException {
                looks++;
                return super.observe(request);
            }
        };
        var ownLauncher = ensemble.launcher();
        var launcher = new ServerLauncher() {
            @Override
            public void start(StartRequest request) throws InterruptedException {
                ownLauncher.start(request);
            }

            @Override
            public void stop(StopRequest request) throws InterruptedException {
                asTheServerWasStopped = asTheServerWasStopped.or(() -> Optional.of(looks));
                ownLauncher.stop(request);
            }
        };
        var scaler = EnsembleScaler.builder(driver)
                .launcher(launcher)
                .timeSource(ensemble.clock())
                .listener(event -> {
                    if (event instanceof RunEvent.StepStarted started
                            && started.step().step() instanceof Step.StopServer
                            && asTheStepBegan.isEmpty()) {
                        asTheStepBegan = Optional.of(looks);
                        ensemble.clock().advance(passing);
                    }
                })
                .build();
        assertThat(scaler.run(scaler.plan(ScalingRequest.change().remove(LEAVING)), OPTIONS))
                .isCompleted();
        assertThat(LEAVING).noneMatch(ensemble::isRunning);
    }

    @Test
    void what_was_seen_a_moment_ago_will_do() {
        remove(Duration.ZERO);
        assertThat(looksWithinTheStep()).isZero();
    }

    @Test
    void what_was_seen_longer_ago_is_looked_at_again() {
        remove(Duration.ofMillis(100));
        assertThat(looksWithinTheStep()).isOne();
    }

    @Test
    void a_joiner_is_looked_at_after_it_was_proved_however_soon_that_was() {
        var calls = new ArrayList<String>();
        var driver = new LyingDriver(ensemble.driver()) {
            @Override
            public Observation observe(ObserveRequest request) throws InterruptedException {
                calls.add("observe");
                return super.observe(request);
            }

            @Override
            public SyncResult proveSynced(SyncRequest request) throws InterruptedException {
                calls.add("proveSynced");
                if (calls.indexOf("proveSynced") == calls.size() - 1) {
                    // Meanwhile it catches up. Told that it has not, the run looks whether it is there, and asks again.
                    ensemble.clock().advance(Duration.ofSeconds(20));
                    return new SyncResult.NotYet("server " + request.server().id() + " is behind");
                }
                return super.proveSynced(request);
            }

            @Override
            public Sender openSender(SenderRequest request) throws InterruptedException {
                calls.add("openSender");
                return super.openSender(request);
            }
        };
        var scaler = scaler(driver, ensemble.launcher());

        assertThat(scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), OPTIONS))
                .isCompleted();

        int sending = calls.indexOf("openSender");
        assertThat(calls.subList(sending - 4, sending))
                .containsExactly("proveSynced", "observe", "proveSynced", "observe");
    }

    @Test
    void what_was_seen_before_something_was_done_will_not_do_however_soon_that_was() {
        var calls = new ArrayList<String>();
        var driver = new LyingDriver(ensemble.driver()) {
            @Override
            public Observation observe(ObserveRequest request) throws InterruptedException {
                calls.add("observe");
                return super.observe(request);
            }
        };
        var ownLauncher = ensemble.launcher();
        var launcher = new ServerLauncher() {
            @Override
            public void start(StartRequest request) throws InterruptedException {
                calls.add("start");
                ownLauncher.start(request);
            }

            @Override
            public void stop(StopRequest request) throws InterruptedException {
                ownLauncher.stop(request);
            }

            @Override
            public void wipe(WipeRequest request) throws InterruptedException {
                calls.add("wipe");
                long begun = ensemble.clock().nanoTime();
                ownLauncher.wipe(request);
                // Soon enough for what was seen before it to be recent still.
                assertThat(ensemble.clock().nanoTime() - begun)
                        .isLessThan(Duration.ofMillis(50).toNanos());
            }

            @Override
            public Set<Capability> capabilities() {
                return ownLauncher.capabilities();
            }
        };
        var scaler = scaler(driver, launcher);

        assertThat(scaler.run(
                        scaler.plan(
                                ScalingRequest.change().rebuild(ServerId.of(4)).consentToTolerance(1)),
                        OPTIONS))
                .isCompleted();

        assertThat(calls).containsSubsequence("wipe", "observe", "start");
    }

    /** How often anybody looked from the beginning of the step until a server was stopped. */
    private int looksWithinTheStep() {
        return asTheServerWasStopped.orElseThrow() - asTheStepBegan.orElseThrow();
    }
}
