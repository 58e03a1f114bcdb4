package io.ensembler.testkit.fake;

import static io.ensembler.testkit.fake.Direct.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.RunOptions;
import io.ensembler.execution.RunResult;
import io.ensembler.execution.StopReason;
import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Fact;
import io.ensembler.model.SenderId;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import io.ensembler.spi.SyncProof;
import io.ensembler.spi.SyncResult;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Were the interpreter to go without one of its checks, the simulation would show it: here the checks are lied to. */
class BrokenPromisesTest {

    private static final RunOptions OPTIONS = RunOptions.builder()
            .stabilization(Duration.ZERO)
            .stepDeadline(Duration.ofSeconds(60))
            .settling(Duration.ofSeconds(60))
            .build();

    /** What happens between plan and run. */
    private Runnable afterPlanning = () -> {};

    private RunResult run(
            SimulatedEnsemble ensemble, EnsembleDriver driver, RunOptions options, ScalingRequest request) {
        var scaler = EnsembleScaler.builder(driver)
                .launcher(ensemble.launcher())
                .timeSource(ensemble.clock())
                .listener(event -> {})
                .build();
        var plan = scaler.plan(request);
        ensemble.invariants().floor(plan.floor());
        afterPlanning.run();
        return scaler.run(plan, options);
    }

    private static void assertBroken(SimulatedEnsemble ensemble, Invariant invariant) {
        assertThat(ensemble.invariants().violations())
                .extracting(InvariantViolation::invariant)
                .contains(invariant);
    }

    @Test
    void a_joiner_taken_for_synced_that_still_downloads_votes_too_early() {
        var ensemble =
                SimulatedEnsemble.builder().download(Duration.ofSeconds(3)).start();
        var driver = new LyingDriver(ensemble.driver()) {
            @Override
            public SyncResult proveSynced(SyncRequest request) throws InterruptedException {
                super.proveSynced(request);
                return new SyncResult.Proved(new Given(request.server().id()));
            }
        };

        run(ensemble, driver, OPTIONS, ScalingRequest.change().add(ensemble.newServers(2)));

        assertBroken(ensemble, Invariant.SYNCED_BEFORE_VOTING);
    }

    private record Given(ServerId server) implements SyncProof {
        @Override
        public boolean holds() {
            return true;
        }

        @Override
        public boolean renew(Duration timeLeft) {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void servers_taken_to_act_by_a_change_that_do_not_let_a_plan_go_on_too_early() {
        var ensemble = twoThatNeverAct();
        var driver = new LyingDriver(ensemble.driver()) {
            @Override
            public SortedMap<ServerId, Fact<ConfigurationVersion>> confirmActive(ActiveRequest request) {
                var all = new TreeMap<ServerId, Fact<ConfigurationVersion>>();
                var version = ensemble.committed().version();
                var now = ensemble.clock().now();
                request.servers().forEach(server -> all.put(server.id(), Fact.known(version, Fact.Source.CONF, now)));
                return all;
            }
        };

        run(ensemble, driver, OPTIONS, ScalingRequest.change().add(ensemble.newServers(2)));

        assertBroken(ensemble, Invariant.BARRIER);
    }

    @Test
    void told_the_truth_about_the_same_servers_it_stops() {
        var ensemble = twoThatNeverAct();

        var result = run(
                ensemble, ensemble.driver(), OPTIONS, ScalingRequest.change().add(ensemble.newServers(2)));

        assertThat(result).isInstanceOfSatisfying(RunResult.Stopped.class, stopped -> assertThat(stopped.reason())
                .isEqualTo(StopReason.BARRIER));
        assertThat(ensemble.invariants().violations()).isEmpty();
    }

    /** An ensemble of which two servers ignore every change from the moment a plan has been made. */
    private SimulatedEnsemble twoThatNeverAct() {
        var ensemble = SimulatedEnsemble.builder().start();
        afterPlanning = () -> {
            ensemble.simulated(id(1)).enableReconfiguration(false);
            ensemble.simulated(id(2)).enableReconfiguration(false);
        };
        return ensemble;
    }

    @Test
    void a_session_taken_for_gone_that_lives_lets_a_reconfiguration_be_sent_while_another_may_still_come() {
        var ensemble =
                SimulatedEnsemble.builder().participants(4).syncLimit(1000).start();
        var driver = new LyingDriver(ensemble.driver()) {
            private int opened;

            @Override
            public Sender openSender(SenderRequest request) throws InterruptedException {
                boolean first = opened++ == 0;
                var route = first ? List.of(id(1)) : request.preferred();
                var sender = super.openSender(new SenderRequest(request.ensemble(), route, request.timeLeft()));
                return first
                        ? new Lost(sender)
                        : new LyingSender(sender) {
                            @Override
                            public boolean isGone(SenderId other, Duration timeLeft) {
                                return true;
                            }
                        };
            }

            /** Its request lies in a server that stands still, and nobody can ask it any more. */
            final class Lost extends LyingSender {
                private boolean sent;

                Lost(Sender sender) {
                    super(sender);
                }

                @Override
                public SendResult sendOnce(SendRequest request) throws InterruptedException {
                    ensemble.faults().pause(SimulatedSelector.servers(1));
                    sent = true;
                    return super.sendOnce(new SendRequest(
                            request.before(),
                            request.target(),
                            request.leader(),
                            request.version(),
                            Duration.ofSeconds(1)));
                }

                @Override
                public CommittedConfiguration readCommitted(Duration timeLeft) throws InterruptedException {
                    if (sent) {
                        throw new DriverException(DriverException.Kind.SESSION_ENDED, "the session cannot be reached");
                    }
                    return super.readCommitted(timeLeft);
                }

                @Override
                public void close() {
                    // It lives on.
                }
            }
        };

        var brief = OPTIONS.toBuilder().deadline(Duration.ofSeconds(2)).build();
        var result = run(ensemble, driver, brief, ScalingRequest.change().remove(id(2)));
        assertThat(result).isInstanceOfSatisfying(RunResult.Stopped.class, stopped -> assertThat(stopped.reason())
                .as(stopped.message())
                .isEqualTo(StopReason.NOT_ACCEPTED));

        run(
                ensemble,
                ensemble.driver(),
                OPTIONS,
                ScalingRequest.change().remove(id(3)).consentToTolerance(0));

        assertBroken(ensemble, Invariant.NO_BLIND_RETRY);
    }
}
