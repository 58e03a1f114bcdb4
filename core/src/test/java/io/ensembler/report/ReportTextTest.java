package io.ensembler.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.ServerId;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Sight;
import io.ensembler.report.StepReport.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people read while a plan runs and afterwards. */
class ReportTextTest {

    private final ScalingPlan plan = new Planner()
            .plan(
                    Sight.participants(1, 2, 3, 4).see(),
                    ScalingRequest.change().remove(ServerId.of(1)).because("rack 1 is given up"));
    private final PlannedStep step = plan.steps().get(1);

    @Test
    void a_step_that_began_reads_as_in_the_plan() {
        assertThat(new RunEvent.StepStarted(step))
                .hasToString("2/6 reconfigure: remove participant 1, the leader: leadership moves"
                        + " -> 2,3,4, tolerance 1");
    }

    @Test
    void waiting_tells_for_what() {
        assertThat(new RunEvent.Waiting(step, "server 4 does not answer at 10.0.0.4:2181"))
                .hasToString("2/6 waiting: server 4 does not answer at 10.0.0.4:2181");
    }

    @Test
    void a_step_that_ended_tells_what_became_of_it() {
        var line = plan.steps().get(5).toString();
        assertThat(line).isEqualTo("6/6 stop server 1 -> 2,3,4, tolerance 1");
        assertThat(ended(Outcome.DONE)).isEqualTo(line + ": done after 1234 ms");
        assertThat(ended(Outcome.ALREADY_DONE)).isEqualTo(line + ": already done after 1234 ms");
        assertThat(ended(Outcome.PLANNED_AGAIN)).isEqualTo(line + ": planned again after 1234 ms");
        assertThat(ended(Outcome.NOT_FINISHED)).isEqualTo(line + ": not finished after 1234 ms");
    }

    @Test
    void leadership_that_moved_tells_to_whom_and_why() {
        assertThat(new RunEvent.LeadershipMoved(Optional.of(ServerId.of(2)), RunEvent.Cause.PLAN))
                .hasToString("leadership moved to server 2, as planned");
        assertThat(new RunEvent.LeadershipMoved(Optional.of(ServerId.of(2)), RunEvent.Cause.ELECTION))
                .hasToString("leadership moved to server 2 by an election that is not ours");
        assertThat(new RunEvent.LeadershipMoved(Optional.empty(), RunEvent.Cause.ELECTION))
                .hasToString("leadership moved to a server unknown by an election that is not ours");
    }

    @Test
    void planning_again_tells_for_whom() {
        assertThat(new RunEvent.Replanned(Optional.of(ServerId.of(2)), plan.steps()))
                .hasToString("planned the remaining 6 steps again, since server 2 leads");
        assertThat(new RunEvent.Replanned(Optional.of(ServerId.of(2)), List.of(step)))
                .hasToString("planned the remaining step again, since server 2 leads");
        assertThat(new RunEvent.Replanned(Optional.empty(), plan.steps()))
                .hasToString("planned the remaining 6 steps again, since nobody known leads");
    }

    @Test
    void the_report_of_a_run_is_read_from_top_to_bottom() {
        var steps = new ArrayList<StepReport>();
        plan.steps().forEach(planned -> steps.add(new StepReport(planned, Outcome.DONE, Duration.ofMillis(12))));
        var report = new ScalingReport(
                plan,
                Instant.parse("2026-01-02T03:04:05Z"),
                Duration.ofMillis(1120),
                new Configuration(plan.origin(), plan.baseVersion()),
                new Configuration(plan.target(), ConfigurationVersion.of(0x1_0000_0007L)),
                steps,
                Optional.of(new Backup(
                        Instant.parse("2026-01-02T03:04:05Z"),
                        new Configuration(plan.origin(), plan.baseVersion()),
                        Optional.of("copy 7 of server 3"))),
                List.of(new Verification(
                        Instant.parse("2026-01-02T03:04:06Z"),
                        List.of(ServerId.of(2), ServerId.of(3)),
                        1,
                        Duration.ofMillis(9),
                        Optional.of(Duration.ofMillis(4)),
                        List.of(),
                        List.of("server 4 was not asked: it is not in sync"))),
                1,
                0,
                1,
                "completed: the ensemble is 2,3,4",
                Optional.empty());
        steps.clear();
        assertThat(report)
                .hasToString(
                        """
                        Run: 1,2,3,4 -> 2,3,4, because rack 1 is given up
                        began 2026-01-02T03:04:05Z, took 1120 ms; version 100000000 -> 100000007; reconfigurations sent: 1; leader hand-offs: 1, other elections: 0
                          1/6 back up the configuration -> 1,2,3,4, tolerance 1: done after 12 ms
                          2/6 reconfigure: remove participant 1, the leader: leadership moves -> 2,3,4, tolerance 1: done after 12 ms
                          3/6 confirm that the servers act on it -> 2,3,4, tolerance 1: done after 12 ms
                          4/6 see that the leader stays in office -> 2,3,4, tolerance 1: done after 12 ms
                          5/6 verify through each server -> 2,3,4, tolerance 1: done after 12 ms
                          6/6 stop server 1 -> 2,3,4, tolerance 1: done after 12 ms
                        kept: 1,2,3,4 at version 100000000; data: copy 7 of server 3
                        verified through 2,3: slowest write 9 ms, 4 ms before; pairs of servers compared: 1
                          server 4 was not asked: it is not in sync
                        clients: give them the ensemble's connect string 10.0.0.2:2181,10.0.0.3:2181,10.0.0.4:2181. It is no longer at 10.0.0.1:2181: whoever knows only these does not find it when it next connects.
                        completed: the ensemble is 2,3,4
                        """);
    }

    @Test
    void the_report_of_a_run_that_did_nothing_has_no_steps() {
        var stands = new Configuration(plan.target(), ConfigurationVersion.of(0x1_0000_0007L));
        var nothing = new Planner().plan(Sight.participants(1, 2, 3).see(), ScalingRequest.change());
        var report = new ScalingReport(
                nothing,
                Instant.parse("2026-01-02T03:04:05Z"),
                Duration.ofMillis(3),
                stands,
                stands,
                List.of(),
                Optional.empty(),
                List.of(),
                0,
                0,
                0,
                "completed: the ensemble is 2,3,4",
                Optional.empty());
        assertThat(report)
                .hasToString(
                        """
                        Run: 2,3,4 -> 2,3,4
                        began 2026-01-02T03:04:05Z, took 3 ms; version 100000007 -> 100000007; reconfigurations sent: 0; leader hand-offs: 0, other elections: 0
                        completed: the ensemble is 2,3,4
                        """);
    }

    @Test
    void traffic_is_told_in_one_line() {
        var gaps = new LinkedHashMap<String, TrafficReport.Gap>();
        gaps.put("shrink", gap(931, 731));
        gaps.put("grow", gap(18, 18));
        var report = new TrafficReport(
                Duration.ofSeconds(10),
                new TrafficReport.Writes(4210, 2, 1, 1, 100),
                new TrafficReport.Reads(900, 0, 450, 3, 0),
                3,
                1,
                Map.of(TrafficReport.Violation.READ_WENT_BACK, 1L, TrafficReport.Violation.LOST_WRITE, 4L),
                List.of(),
                gap(931, 731),
                gaps,
                Map.of("shrink", 0L, "grow", 4210L),
                Map.of(),
                TrafficReport.Latency.NONE,
                new TrafficReport.Stalls(2, Duration.ofMillis(250), Duration.ofMillis(200)));
        gaps.clear();
        assertThat(report)
                .hasToString(
                        "4210 acknowledged, 4 lost, 1 ambiguous, 1 reads that went back, 2 refused, 3 stale reads after"
                                + " a sync, 1 sessions expired, longest gap 931 ms (731 ms less stalls) (shrink 931 ms (731 ms less stalls), none acknowledged, grow 18 ms),"
                                + " this JVM stalled 2 times for 250 ms");
    }

    @Test
    void what_did_not_happen_to_traffic_is_not_told() {
        assertThat(traffic(100, 100, 3, 0)).hasToString("100 acknowledged, 0 lost, 0 ambiguous, longest gap 18 ms");
    }

    @Test
    void too_little_traffic_says_so() {
        assertThat(traffic(99, 100, 3, 0).isVacuous()).isTrue();
        assertThat(traffic(99, 100, 3, 0))
                .hasToString(
                        "99 acknowledged, 0 lost, 0 ambiguous, longest gap 18 ms; vacuous: at least 100 acknowledged"
                                + " writes were required");
    }

    @Test
    void traffic_of_which_no_server_was_asked_says_so() {
        assertThat(traffic(100, 100, 0, 0).isVacuous()).isTrue();
        assertThat(traffic(100, 100, 0, 0))
                .hasToString("100 acknowledged, losses unknown, 0 ambiguous, longest gap 18 ms; vacuous: no server was"
                        + " asked");
    }

    @Test
    void traffic_with_readers_that_read_nothing_says_so() {
        assertThat(traffic(100, 100, 3, 2).isVacuous()).isTrue();
        assertThat(traffic(100, 100, 3, 2).whyVacuous()).contains("2 readers had no read answered");
    }

    @Test
    void latency_is_told_in_tenths_of_a_millisecond() {
        assertThat(new TrafficReport.Latency(
                        Duration.ofNanos(1_350_000),
                        Duration.ofMillis(8),
                        Duration.ofMillis(20),
                        Duration.ofMillis(931)))
                .hasToString("median 1.3 ms, 99 % 8.0 ms, 99.9 % 20.0 ms, longest 931.0 ms");
    }

    private static TrafficReport traffic(long acknowledged, long required, int serversAsked, long silentReaders) {
        return new TrafficReport(
                Duration.ofSeconds(10),
                new TrafficReport.Writes(acknowledged, 0, 0, 0, required),
                new TrafficReport.Reads(900, 0, 450, 0, silentReaders),
                serversAsked,
                0,
                Map.of(TrafficReport.Violation.LOST_WRITE, 0L),
                List.of(),
                gap(18, 18),
                Map.of(),
                Map.of(),
                Map.of(),
                TrafficReport.Latency.NONE,
                TrafficReport.Stalls.NONE);
    }

    private static TrafficReport.Gap gap(long millis, long lessStalls) {
        return new TrafficReport.Gap(Duration.ofMillis(millis), Duration.ofMillis(lessStalls));
    }

    private String ended(Outcome outcome) {
        var report = new StepReport(plan.steps().get(5), outcome, Duration.ofMillis(1234));
        return new RunEvent.StepEnded(report).toString();
    }
}
