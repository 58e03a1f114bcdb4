package io.ensembler;

import static io.ensembler.plan.Sight.participant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.DirectoryState;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerDetails;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.model.Trial;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Sight;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.Sender;
import io.ensembler.spi.ServerLauncher;
import io.ensembler.spi.ServerLauncher.InspectRequest;
import io.ensembler.spi.SyncResult;
import io.ensembler.validation.ValidationException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class EnsembleScalerTest {

    private static final Server JOINER = participant(4);

    @Test
    void looks_at_the_servers_that_a_request_introduces_before_planning() {
        var scaler = EnsembleScaler.builder(new Seeing(Map.of(JOINER, ServerMode.LEADER)))
                .build();

        assertThatThrownBy(() -> scaler.plan(ScalingRequest.change().add(JOINER)))
                .isInstanceOf(ValidationException.class)
                .hasMessage("Cannot add server 4: it leads an ensemble, and this one does not list it. Name another"
                        + " server; or, if nobody needs that one, stop it and give it an empty data directory."
                        + " [another-ensemble]");
    }

    @Test
    void has_the_launcher_look_at_the_servers_that_a_request_introduces_as_it_would_start_them() {
        var asked = new ArrayList<InspectRequest>();
        var scaler = EnsembleScaler.builder(new Seeing(Map.of(JOINER, ServerMode.FOLLOWER)))
                .launcher(new Looking(request -> {
                    asked.add(request);
                    return ServerDetails.none()
                            .with(
                                    ServerDetail.DATA_DIRECTORY,
                                    Fact.known(DirectoryState.FOREIGN_SERVER, Fact.Source.LAUNCHER, Instant.EPOCH));
                }))
                .build();

        assertThatThrownBy(() -> scaler.plan(ScalingRequest.change().add(JOINER)))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("its data directory holds the data of a server with another id");
        var seen = Sight.participants(1, 2, 3).see();
        assertThat(asked).singleElement().satisfies(request -> {
            assertThat(request.version()).isEqualTo(seen.version());
            assertThat(request.seed())
                    .isEqualTo(JoinerFiles.seed(seen.committed().configuration(), JOINER, seen.version()));
        });
    }

    @Test
    void plans_without_what_a_launcher_cannot_see() {
        var scaler = EnsembleScaler.builder(new Seeing(Map.of(JOINER, ServerMode.FOLLOWER)))
                .launcher(new Looking(request -> {
                    throw new DriverException(DriverException.Kind.RETRYABLE, "no route to host");
                }))
                .build();

        assertThat(scaler.plan(ScalingRequest.change().add(JOINER)).steps()).isNotEmpty();
    }

    /** A launcher that only looks. */
    private record Looking(Function<InspectRequest, ServerDetails> sight) implements ServerLauncher {
        @Override
        public ServerDetails inspect(InspectRequest request) {
            return sight.apply(request);
        }

        @Override
        public void start(StartRequest request) {
            throw new AssertionError("a plan starts nothing");
        }

        @Override
        public void stop(StopRequest request) {
            throw new AssertionError("a plan stops nothing");
        }
    }

    @Test
    void observes_the_listed_servers_alone_where_nothing_is_asked_for() {
        var scaler = EnsembleScaler.builder(new Seeing(Map.of(JOINER, ServerMode.LEADER)))
                .build();

        assertThat(scaler.observe()).isEqualTo(Sight.participants(1, 2, 3).see());
    }

    /** Three participants in sync, and somebody else at the addresses given. */
    private record Seeing(Map<Server, ServerMode> elsewhere) implements EnsembleDriver {
        @Override
        public Observation observe(ObserveRequest request) {
            var seen = Sight.participants(1, 2, 3).see();
            var facts = new TreeMap<>(seen.servers());
            for (var server : request.besides()) {
                facts.put(server.id(), serving(server.id(), elsewhere.get(server)));
            }
            return Observation.of(seen.at(), seen.committed(), seen.leader(), seen.access(), facts);
        }

        private static ServerFacts serving(ServerId id, ServerMode mode) {
            return new ServerFacts(
                    id,
                    ServerFacts.Presence.ANSWERS,
                    Fact.known(mode, Fact.Source.SRVR, Instant.EPOCH),
                    Fact.known(false, Fact.Source.SESSION, Instant.EPOCH),
                    Fact.unknown("not asked"),
                    Fact.unknown("not asked"),
                    Fact.unknown("not asked"));
        }

        @Override
        public Sender openSender(SenderRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SyncResult proveSynced(SyncRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SortedMap<ServerId, Fact<ConfigurationVersion>> confirmActive(ActiveRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Trial verify(VerifyRequest request) {
            throw new UnsupportedOperationException();
        }
    }
}
