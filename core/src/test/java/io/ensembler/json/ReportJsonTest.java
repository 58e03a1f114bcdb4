package io.ensembler.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.ServerId;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Sight;
import io.ensembler.report.Backup;
import io.ensembler.report.ScalingReport;
import io.ensembler.report.StepReport;
import io.ensembler.report.StepReport.Outcome;
import io.ensembler.report.Verification;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a record of changes keeps of a run. */
class ReportJsonTest {

    private static final Instant BEGAN = Instant.parse("2026-01-02T03:04:05Z");
    private static final ScalingPlan PLAN = new Planner()
            .plan(
                    Sight.participants(1, 2, 3, 4).see(),
                    ScalingRequest.change().remove(ServerId.of(1)).because("rack 1 is given up"));

    private static ScalingReport report(Optional<ScalingReport> wayBack) {
        var before = new Configuration(PLAN.origin(), PLAN.baseVersion());
        return new ScalingReport(
                PLAN,
                BEGAN,
                Duration.ofMillis(6120),
                before,
                new Configuration(PLAN.target(), ConfigurationVersion.of(0x1_0000_0007L)),
                PLAN.steps().stream()
                        .map(step -> new StepReport(step, Outcome.DONE, Duration.ofMillis(1020)))
                        .toList(),
                Optional.of(new Backup(BEGAN, before, Optional.empty())),
                List.of(new Verification(
                        BEGAN.plusSeconds(6),
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
                wayBack);
    }

    /** The plan is on a page of its own. */
    @Test
    void the_page_shows_the_document_of_a_report_without_its_plan() throws IOException {
        var document = ReportJson.write(report(Optional.empty()));
        var shown = document.replaceFirst("(?s)\"plan\": \\{.*\\n  },\\n", "\"plan\": {},\n");
        PageExample.assertShown("report-json.md", shown);
    }

    @Test
    void the_plan_is_in_it_as_it_was_signed_off() {
        var read = new PlanReader(Place.whole(JsonTree.read(ReportJson.write(report(Optional.empty()))))
                        .field("plan"))
                .read();

        assertThat(read).isEqualTo(PLAN);
    }

    @Test
    void what_came_of_the_way_back_is_a_report_in_the_report() {
        var whole = Place.whole(JsonTree.read(ReportJson.write(report(Optional.of(report(Optional.empty()))))));

        assertThat(whole.field("wayBack").field("outcome").text()).isEqualTo("completed: the ensemble is 2,3,4");
        assertThat(whole.field("wayBack").field("handOffs").whole()).isEqualTo(1);
    }
}
