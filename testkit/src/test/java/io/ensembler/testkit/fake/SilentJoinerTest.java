package io.ensembler.testkit.fake;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.EnsembleScaler;
import io.ensembler.execution.RunOptions;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.spi.Sender;
import io.ensembler.spi.SyncResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A joiner that answers no question about what it does may still act as the observer it once was. */
class SilentJoinerTest {

    private static final ServerId JOINER = ServerId.of(4);

    private final SimulatedEnsemble ensemble =
            SimulatedEnsemble.builder().participants(3).start();
    private final List<String> calls = new ArrayList<>();

    /** Hides what the joiner does, and once it is proved for three looks that it has taken up the last configuration. */
    private final class Driver extends LyingDriver {

        private boolean proved;
        private int behind;

        Driver() {
            super(ensemble.driver());
        }

        @Override
        public Observation observe(ObserveRequest request) throws InterruptedException {
            var seen = super.observe(request);
            if (!proved
                    || seen.ensemble().contains(JOINER)
                    || seen.facts(JOINER).isEmpty()) {
                return seen;
            }
            boolean lies = behind++ < 3;
            calls.add(lies ? "behind" : "up to date");
            var servers = new TreeMap<>(seen.servers());
            servers.computeIfPresent(JOINER, (id, facts) -> silent(facts, lies));
            return new Observation(seen.at(), seen.committed(), seen.leader(), seen.access(), servers);
        }

        private static ServerFacts silent(ServerFacts facts, boolean behind) {
            return new ServerFacts(
                    facts.id(),
                    facts.presence(),
                    Fact.unknown("it does not say"),
                    facts.synced(),
                    facts.zxid(),
                    behind ? Fact.known(ConfigurationVersion.of(1), Fact.Source.ZNODE, Instant.EPOCH) : facts.inForce(),
                    facts.connections());
        }

        @Override
        public SyncResult proveSynced(SyncRequest request) throws InterruptedException {
            var result = super.proveSynced(request);
            proved |= result instanceof SyncResult.Proved;
            return result;
        }

        @Override
        public Sender openSender(SenderRequest request) throws InterruptedException {
            calls.add("send");
            return super.openSender(request);
        }
    }

    @Test
    void is_let_in_only_once_it_has_the_last_configuration_in_force() {
        var scaler = EnsembleScaler.builder(new Driver())
                .launcher(ensemble.launcher())
                .timeSource(ensemble.clock())
                .listener(event -> {})
                .build();
        var options = RunOptions.builder().stabilization(Duration.ZERO).build();

        assertThat(scaler.run(scaler.plan(ScalingRequest.change().add(ensemble.newServers(1))), options))
                .isCompleted()
                .sent(1);

        assertThat(calls).containsExactly("behind", "behind", "behind", "up to date", "send");
    }
}
