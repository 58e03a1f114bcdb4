package io.ensembler.testkit.assertj;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.report.TrafficReport;
import java.time.Duration;
import java.util.List;
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
        assertThat(report(100, 0, 3)).lostNothing().brokeNoPromise().acknowledgedAtLeast(100);
        assertThatThrownBy(() -> assertThat(report(100, 2, 3)).lostNothing())
                .hasMessage("Expected no acknowledged write to be lost, but 2 of 100 were (100 acknowledged, 2 lost, 1"
                        + " ambiguous, longest gap 18 ms (grow 18 ms))\n  write 7 is gone");
        assertThatThrownBy(() -> assertThat(report(100, 2, 3)).brokeNoPromise())
                .hasMessage(
                        "Expected no promise to be broken, but: 100 acknowledged, 2 lost, 1 ambiguous, longest gap 18 ms"
                                + " (grow 18 ms)\n  write 7 is gone");
        assertThatThrownBy(() -> assertThat(report(99, 0, 3)).acknowledgedAtLeast(100))
                .hasMessageStartingWith(
                        "Expected at least 100 acknowledged writes, but there were 99 (99 acknowledged,");
    }

    @Test
    void a_report_of_too_little_traffic_proves_no_loss_absent() {
        assertThatThrownBy(() -> assertThat(report(49, 0, 3)).lostNothing())
                .hasMessageStartingWith(
                        "Expected something to follow from the report, but at least 50 acknowledged writes were"
                                + " required (49 acknowledged, 0 lost,");
    }

    @Test
    void a_report_of_which_no_server_was_asked_proves_no_loss_absent() {
        assertThatThrownBy(() -> assertThat(report(100, 0, 0)).lostNothing())
                .hasMessage(
                        "Expected something to follow from the report, but no server was asked (100 acknowledged,"
                                + " losses unknown, 1 ambiguous, longest gap 18 ms (grow 18 ms); vacuous: no server was asked)");
        assertThatThrownBy(() -> assertThat(report(100, 0, 0)).brokeNoPromise())
                .hasMessageContaining("but no server was asked");
    }

    @Test
    void a_report_has_no_gap_longer_than_a_limit() {
        assertThat(report(100, 0, 3))
                .longestGapAtMost(Duration.ofMillis(18))
                .longestGapAtMost("grow", Duration.ofMillis(18));
        assertThatThrownBy(() -> assertThat(report(100, 0, 3)).longestGapAtMost(Duration.ofMillis(17)))
                .hasMessageStartingWith(
                        "Expected no gap of more than 17 ms, but the longest was 18 ms (100 acknowledged");
        assertThatThrownBy(() -> assertThat(report(100, 0, 3)).longestGapAtMost("grow", Duration.ofMillis(17)))
                .hasMessageStartingWith(
                        "Expected no gap of more than 17 ms at 'grow', but the longest was 18 ms (100 ack");
        assertThatThrownBy(() -> assertThat(report(100, 0, 3)).longestGapAtMost("shrink", Duration.ofMillis(17)))
                .hasMessage("Expected a mark 'shrink', but there are [grow]");
    }

    @Test
    void a_report_had_traffic_while_something_was_done() {
        assertThat(report(100, 0, 3)).acknowledgedAtLeast("grow", 40);
        assertThatThrownBy(() -> assertThat(report(100, 0, 3)).acknowledgedAtLeast("grow", 41))
                .hasMessageStartingWith(
                        "Expected at least 41 acknowledged writes at 'grow', but there were 40 (100 acknowledged");
        assertThatThrownBy(() -> assertThat(report(100, 0, 3)).acknowledgedAtLeast("shrink", 1))
                .hasMessage("Expected a mark 'shrink', but there are [grow]");
    }

    private static TrafficReport report(long acknowledged, long lost, int serversAsked) {
        var gap = new TrafficReport.Gap(Duration.ofMillis(18), Duration.ofMillis(18));
        return new TrafficReport(
                Duration.ofSeconds(5),
                new TrafficReport.Writes(acknowledged, 0, 1, 0, 50),
                new TrafficReport.Reads(0, 0, 0, 0, 0),
                serversAsked,
                0,
                Map.of(TrafficReport.Violation.LOST_WRITE, lost),
                lost > 0 ? List.of("write 7 is gone") : List.of(),
                gap,
                Map.of("grow", gap),
                Map.of("grow", 40L),
                Map.of("writer-1", gap),
                TrafficReport.Latency.NONE,
                TrafficReport.Stalls.NONE);
    }
}
