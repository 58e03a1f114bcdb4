package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.StopReason;
import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.report.RunEvent;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.FencingToken;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.Sender;
import io.ensembler.spi.ServerLauncher.StartRequest;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Between two steps: nothing goes on before enough servers act on what was committed. */
@ZooKeeperEnsemble(participants = 3)
@UnderLoad
class BarrierScaleTest {

    @Test
    void stops_no_server_while_a_quorum_of_the_old_participants_does_not_tell(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var leaving = scaling.followers().get(0);
            var scaler = scaling.scaler(
                    new Withheld(scaling.driver, scaling.followers()),
                    ensemble.launcher(),
                    scaling.passDeadlineAt("(the test withholds it) in force"));

            var result = scaler.run(
                    scaler.plan(ScalingRequest.change().remove(leaving).consentToTolerance(0)), Scaling.QUICK);

            assertThat(result).isStopped(StopReason.BARRIER).sent(1);
            assertThat(result.report().outcome())
                    .contains("server " + leaving + " has unknown (the test withholds it) in force");
            assertThat(List.of(1L, 2L, 3L)).allMatch(id -> ensemble.isRunning(ServerId.of(id)));
        }
    }

    @Test
    void goes_on_while_a_minority_of_the_old_participants_does_not_tell(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var leaving = scaling.followers().get(0);
            var scaler = scaler(scaling, new Withheld(scaling.driver, List.of(leaving)));

            var result = scaler.run(
                    scaler.plan(ScalingRequest.change().remove(leaving).consentToTolerance(0)), Scaling.QUICK);

            assertThat(result).isCompleted();
            assertThat(ensemble.isRunning(leaving)).isFalse();
        }
    }

    @Test
    void goes_on_by_the_configuration_znodes_of_servers_known_to_follow_theirs(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var leaving = scaling.followers().get(0);
            var scaler = scaler(scaling, new ZnodesOnly(scaling.driver));

            var result = scaler.run(
                    scaler.plan(ScalingRequest.change().remove(leaving).consentToTolerance(0)), Scaling.QUICK);

            assertThat(result).isCompleted();
        }
    }

    /** The znode of a server with {@code reconfigEnabled=false} changes, though that server goes on by its old list. */
    @Test
    void does_not_go_on_by_the_configuration_znodes_of_servers_nothing_is_known_of(TestEnsemble ensemble) {
        try (var scaling = Scaling.of(ensemble)) {
            var leaving = scaling.followers().get(0);
            var driver = new ZnodesOnly(scaling.driver) {
                @Override
                public Observation observe(ObserveRequest request) throws InterruptedException {
                    return withServers(super.observe(request), facts -> withInForce(facts, withheld()));
                }
            };
            var scaler = scaling.scaler(driver, ensemble.launcher(), scaling.passDeadlineAt(" in force"));

            var result = scaler.run(
                    scaler.plan(ScalingRequest.change().remove(leaving).consentToTolerance(0)), Scaling.QUICK);

            assertThat(result).isStopped(StopReason.BARRIER).sent(0);
            assertThat(result.report().outcome()).contains("Cannot begin: of the servers of 1,2,3", " in force");
            assertThat(ensemble.isRunning(leaving)).isTrue();
        }
    }

    /**
     * A joiner that dies before it acts on the configuration that lists it cannot restart from its own files, which
     * lack it: its launcher starts it on its own directory with files that list it.
     */
    @Test
    void waits_until_a_server_that_came_in_is_in_sync_and_active(TestEnsemble ensemble) {
        var joiner = ensemble.newServers(1).get(0);
        assertWaitsFor(ensemble, joiner.id(), ScalingRequest.change().add(joiner), (scaling, base) -> {
            var version = ConfigurationVersion.of(scaling.version());
            var seed = JoinerFiles.seed(new Configuration(ensemble.committed(), version), joiner, base);
            try {
                ensemble.launcher().start(new StartRequest(seed, new FencingToken(0, version), Duration.ofSeconds(5)));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(ensemble.awaitSettled()).hasParticipants(1, 2, 3, 4);
    }

    @Test
    @ZooKeeperEnsemble(participants = 5)
    void waits_until_a_server_that_lost_its_leader_is_in_sync_and_active(TestEnsemble ensemble) {
        var leader = ensemble.leader().orElseThrow();
        var follower = ensemble.committed().ids().stream()
                .filter(id -> !id.equals(leader))
                .findFirst()
                .orElseThrow();
        assertWaitsFor(
                ensemble,
                follower,
                ScalingRequest.change().remove(leader).consentToTolerance(0),
                (scaling, base) -> ensemble.restart(follower));
    }

    /** Stops the server as soon as the reconfiguration is committed, and brings it back when the run waits for it. */
    private static void assertWaitsFor(
            TestEnsemble ensemble,
            ServerId dropping,
            ScalingRequest request,
            BiConsumer<Scaling, ConfigurationVersion> bringBack) {
        try (var scaling = Scaling.of(ensemble)) {
            var driver = new TamperedDriver(scaling.driver) {
                @Override
                SendResult send(Sender sender, Sender.SendRequest sending, int number) throws InterruptedException {
                    var result = super.send(sender, sending, number);
                    ensemble.stop(dropping);
                    return result;
                }
            };
            var base = ConfigurationVersion.of(scaling.version());
            var waited = new AtomicBoolean();
            var scaler = scaling.scaler(driver, ensemble.launcher(), event -> {
                if (event instanceof RunEvent.Waiting waiting
                        && waiting.waitingFor().startsWith("Cannot go on: server " + dropping + " ")
                        && waited.compareAndSet(false, true)) {
                    bringBack.accept(scaling, base);
                }
            });

            var result = scaler.run(scaler.plan(request), Scaling.QUICK);

            assertThat(result).isCompleted().sent(1);
            assertThat(waited).as("waited in %s", scaling.events).isTrue();
        }
    }

    private static EnsembleScaler scaler(Scaling scaling, EnsembleDriver driver) {
        return scaling.scaler(driver, scaling.ensemble.launcher());
    }

    private static Fact<ConfigurationVersion> withheld() {
        return Fact.unknown("the test withholds it");
    }

    private static Observation withServers(Observation seen, UnaryOperator<ServerFacts> change) {
        var servers = new TreeMap<ServerId, ServerFacts>();
        seen.servers().forEach((id, facts) -> servers.put(id, change.apply(facts)));
        return new Observation(seen.at(), seen.committed(), seen.leader(), seen.access(), servers);
    }

    private static ServerFacts withInForce(ServerFacts facts, Fact<ConfigurationVersion> inForce) {
        return new ServerFacts(
                facts.id(), facts.presence(), facts.mode(), facts.synced(), facts.zxid(), inForce, facts.connections());
    }

    /** Some servers do not tell what they have in force. */
    private static final class Withheld extends TamperedDriver {

        private final List<ServerId> silent;

        Withheld(EnsembleDriver driver, Collection<ServerId> silent) {
            super(driver);
            this.silent = List.copyOf(silent);
        }

        @Override
        public SortedMap<ServerId, Fact<ConfigurationVersion>> confirmActive(ActiveRequest request)
                throws InterruptedException {
            var answers = new TreeMap<>(super.confirmActive(request));
            silent.forEach(id -> answers.put(id, withheld()));
            return answers;
        }
    }

    /** No server answers {@code conf} when asked what it has in force; what its session shows is all there is. */
    private static class ZnodesOnly extends TamperedDriver {

        ZnodesOnly(EnsembleDriver driver) {
            super(driver);
        }

        @Override
        public SortedMap<ServerId, Fact<ConfigurationVersion>> confirmActive(ActiveRequest request)
                throws InterruptedException {
            var answers = new TreeMap<ServerId, Fact<ConfigurationVersion>>();
            for (Map.Entry<ServerId, Fact<ConfigurationVersion>> answer :
                    super.confirmActive(request).entrySet()) {
                answers.put(
                        answer.getKey(),
                        answer.getValue() instanceof Fact.Known<ConfigurationVersion> known
                                ? Fact.known(known.known(), Fact.Source.ZNODE, known.at())
                                : answer.getValue());
            }
            return answers;
        }
    }
}
