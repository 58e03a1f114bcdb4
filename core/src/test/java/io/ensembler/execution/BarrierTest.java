package io.ensembler.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.CommittedConfiguration;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.model.Trial;
import io.ensembler.model.Zxid;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.Sender;
import io.ensembler.spi.SyncResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BarrierTest {

    private static final Instant AT = Instant.EPOCH;
    private static final ConfigurationVersion FIRST = ConfigurationVersion.of(0x100000000L);
    private static final ConfigurationVersion SECOND = ConfigurationVersion.of(0x100000007L);
    private static final Server ONE = Server.parse("server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181");
    private static final Server MOVED = Server.parse("server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2182");

    @Test
    void a_server_started_anew_proves_by_its_znode_again_only_once_it_has_attached() {
        var barrier = new Barrier(new Answering(Map.of()), Barrier.following(observed(ONE, FIRST)));
        var znode = Fact.known(SECOND, Fact.Source.ZNODE, AT);
        assertThat(barrier.proves(ONE.id(), znode, SECOND)).isTrue();

        barrier.startsAnew(ONE.id());
        assertThat(barrier.proves(ONE.id(), znode, SECOND)).isFalse();
        assertThat(barrier.proves(ONE.id(), Fact.known(SECOND, Fact.Source.CONF, AT), SECOND))
                .isTrue();

        barrier.attached(ONE.id());
        assertThat(barrier.proves(ONE.id(), znode, SECOND)).isTrue();
    }

    @Test
    void a_server_that_moves_is_asked_where_it_is_listed_then() throws InterruptedException {
        var inForce = Fact.known(SECOND, Fact.Source.CONF, AT);
        var before = Ensemble.of(ONE);
        var timeLeft = Duration.ofSeconds(1);

        var there = new Barrier(new Answering(Map.of(MOVED, inForce)), Barrier.following(observed(ONE, FIRST)));
        assertThat(there.missing(before, observed(MOVED, SECOND), timeLeft)).isEmpty();

        var here = new Barrier(new Answering(Map.of(ONE, inForce)), Barrier.following(observed(ONE, FIRST)));
        assertThat(here.missing(before, observed(MOVED, SECOND), timeLeft))
                .contains("server 1 has unknown (nobody answers there) in force");
    }

    private static Observation observed(Server server, ConfigurationVersion version) {
        var configuration = new Configuration(Ensemble.of(server), version);
        var facts = new ServerFacts(
                server.id(),
                ServerFacts.Presence.ANSWERS,
                Fact.unknown("not looked at"),
                Fact.unknown("not looked at"),
                Fact.unknown("not looked at"),
                Fact.known(version, Fact.Source.CONF, AT),
                Fact.unknown("not looked at"));
        return Observation.of(
                AT,
                new CommittedConfiguration(configuration, Zxid.of(version.value()), Zxid.of(version.value() + 1)),
                Optional.empty(),
                Fact.unknown("not looked at"),
                Map.of(server.id(), facts));
    }

    /** Servers that tell what they have in force, each where it is. */
    private record Answering(Map<Server, Fact<ConfigurationVersion>> inForce) implements EnsembleDriver {
        @Override
        public SortedMap<ServerId, Fact<ConfigurationVersion>> confirmActive(ActiveRequest request) {
            var answers = new TreeMap<ServerId, Fact<ConfigurationVersion>>();
            request.servers()
                    .forEach(server -> answers.put(
                            server.id(), inForce.getOrDefault(server, Fact.unknown("nobody answers there"))));
            return answers;
        }

        @Override
        public Trial verify(VerifyRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Observation observe(ObserveRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Sender openSender(SenderRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SyncResult proveSynced(SyncRequest request) {
            throw new UnsupportedOperationException();
        }
    }
}
