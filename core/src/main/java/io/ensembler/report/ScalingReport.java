package io.ensembler.report;

import io.ensembler.model.Configuration;
import io.ensembler.plan.ScalingPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What became of a run. Immutable.
 *
 * @param plan what was run
 * @param startedAt when it began
 * @param took how long it took
 * @param before the configuration as it began
 * @param after the configuration as last seen by it
 * @param steps what became of each step that was begun, in order
 * @param backup what was kept before anything was changed, if that was done
 * @param verifications what was found each time the ensemble proved to be in working order, in order
 * @param handOffs how often leadership moved by a step of the plan, counted by epochs
 * @param elections how often another leader took office for other reasons, counted by epochs
 * @param reconfigurationsSent how many reconfigurations were sent, whatever became of them
 * @param outcome how it ended, in a sentence
 * @param wayBack what became of the run that undid it, if there was one
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ScalingReport(
        ScalingPlan plan,
        Instant startedAt,
        Duration took,
        Configuration before,
        Configuration after,
        List<StepReport> steps,
        Optional<Backup> backup,
        List<Verification> verifications,
        int handOffs,
        int elections,
        int reconfigurationsSent,
        String outcome,
        Optional<ScalingReport> wayBack) {

    /** Copies the lists. */
    public ScalingReport {
        steps = List.copyOf(steps);
        verifications = List.copyOf(verifications);
    }

    /** Returns this report with what became of the run that undid it. */
    public ScalingReport withWayBack(ScalingReport way) {
        return new ScalingReport(
                plan,
                startedAt,
                took,
                before,
                after,
                steps,
                backup,
                verifications,
                handOffs,
                elections,
                reconfigurationsSent,
                outcome,
                Optional.of(way));
    }

    /** Returns what clients have to know of what was changed, which is as much as was done of the plan. */
    public ClientNotice clients() {
        return ClientNotice.of(before.ensemble(), after.ensemble());
    }

    /** Returns the record of the change, for a person to read. */
    @Override
    public String toString() {
        var text = new StringBuilder("Run: ")
                .append(before.ensemble())
                .append(" -> ")
                .append(after.ensemble());
        text.append(plan.reason().isEmpty() ? "" : ", because " + plan.reason()).append('\n');
        text.append("began ")
                .append(startedAt)
                .append(", took ")
                .append(took.toMillis())
                .append(" ms; version ");
        text.append(before.version()).append(" -> ").append(after.version());
        text.append("; reconfigurations sent: ").append(reconfigurationsSent);
        text.append("; leader hand-offs: ")
                .append(handOffs)
                .append(", other elections: ")
                .append(elections)
                .append('\n');
        steps.forEach(step -> text.append("  ").append(step).append('\n'));
        backup.ifPresent(kept -> text.append(kept).append('\n'));
        verifications.forEach(found -> text.append(found).append('\n'));
        if (!before.ensemble().equals(after.ensemble())) {
            text.append(clients()).append('\n');
        }
        text.append(outcome).append('\n');
        wayBack.ifPresent(way -> text.append("The way back:\n").append(way));
        return text.toString();
    }
}
