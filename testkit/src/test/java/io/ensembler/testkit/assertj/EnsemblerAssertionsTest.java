package io.ensembler.testkit.assertj;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.report.TrafficReport;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnsemblerAssertionsTest {

    private final Ensemble ensemble = Ensemble.of(
            Server.parse("server.1=zk1:2888:3888:participant;2181"),
            Server.parse("server.2=zk2:2888:3888:participant;2181"),
            Server.parse("server.4=zk4:2888:3888:observer;2181"));

    @Test
    void an_ensemble_has_exactly_these_participants_and_observers() {
        assertThat(ensemble).hasParticipants(2, 1).hasObservers(4);
        assertThatThrownBy(() -> assertThat(ensemble).hasParticipants(1, 2, 4))
                .hasMessage("Expected participants 1,2,4, but the ensemble is 1,2 observers 4");
        assertThatThrownBy(() -> assertThat(ensemble).hasObservers())
                .hasMessage("Expected observers none, but the ensemble is 1,2 observers 4");
    }

    @Test
    void a_report_lost_nothing_and_had_traffic() {
        assertThat(report(100, 0)).lostNothing().acknowledgedAtLeast(100);
        assertThatThrownBy(() -> assertThat(report(100, 2)).lostNothing())
                .hasMessage(
                        "Expected no acknowledged write to be lost, but 2 of 100 were absent at the end from a server"
                                + " that was asked (100 acknowledged, 2 lost, 1 ambiguous, longest gap 18 ms (grow 18 ms))");
        assertThatThrownBy(() -> assertThat(report(99, 0)).acknowledgedAtLeast(100))
                .hasMessageStartingWith(
                        "Expected at least 100 acknowledged writes, but there were 99 (99 acknowledged,");
    }

    private static TrafficReport report(long acknowledged, long lost) {
        var gap = Duration.ofMillis(18);
        return new TrafficReport(acknowledged, lost, 1, gap, Map.of("grow", gap));
    }
}
