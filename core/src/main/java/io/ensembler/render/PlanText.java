package io.ensembler.render;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.Estimate;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.StepForecast;
import io.ensembler.plan.StepForecast.HandOff;
import io.ensembler.validation.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * A plan with its forecast, as a person signs it off: what changes, a line a step with the ensemble that it leads to
 * where that differs from the one before, what the estimates rest on, what to mind and what to expect. Stateless.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class PlanText {

    private static final String NOTHING = "-";

    private final ScalingPlan plan;
    private final StringBuilder text = new StringBuilder();
    /** What estimates rest on, in the order in which the text first refers to it. */
    private final List<String> bases = new ArrayList<>();

    private PlanText(ScalingPlan plan) {
        this.plan = plan;
    }

    /** Returns the text, each line ended by a line feed; equal plans have one text. */
    public static String of(ScalingPlan plan) {
        return new PlanText(plan).write();
    }

    private String write() {
        writeHeader();
        if (!plan.steps().isEmpty()) {
            writeChange();
            writeSteps();
            writeBases();
        }
        writeFindings();
        return text.toString();
    }

    private void line(String content) {
        text.append(content.stripTrailing()).append('\n');
    }

    private void writeHeader() {
        if (plan.steps().isEmpty()) {
            line("Plan: " + plan.origin() + " is as asked for, nothing to do");
            return;
        }
        line("Plan: " + plan.origin() + " -> " + plan.target()
                + (plan.reason().isEmpty() ? "" : ", because " + Plain.of(plan.reason())));
        line("from version " + plan.baseVersion() + ", leader "
                + plan.leader().map(ServerId::toString).orElse("unknown") + "; " + plan.expectation());
    }

    private void writeChange() {
        text.append('\n');
        line("Change (+ comes in, - leaves, * changes)");
        var staying = new ArrayList<Server>();
        for (var server : involved().values()) {
            var mark = mark(server);
            if (mark.isEmpty()) {
                staying.add(server);
            } else {
                line("  " + mark);
            }
        }
        if (!plan.origin().quorumRule().equals(plan.target().quorumRule())) {
            line("  * quorums: " + plan.origin().quorumRule() + " -> "
                    + plan.target().quorumRule());
        }
        if (!staying.isEmpty()) {
            line("    listed as before: "
                    + Plain.ids(staying.stream().map(Server::id).toList()));
        }
    }

    /** Every server that is listed at some time, as it is listed first, by id. */
    private SortedMap<ServerId, Server> involved() {
        var involved = new TreeMap<ServerId, Server>();
        plan.origin().servers().forEach(server -> involved.put(server.id(), server));
        plan.steps().forEach(step -> step.leadsTo().servers().forEach(it -> involved.putIfAbsent(it.id(), it)));
        return involved;
    }

    /** Returns the server's line with its mark, empty if nothing becomes of it. */
    private String mark(Server server) {
        var before = plan.origin().server(server.id());
        var after = plan.target().server(server.id());
        if (before.isEmpty()) {
            return after.map(listed -> "+ " + listed).orElse("* " + server + ", for a time");
        }
        if (after.isEmpty()) {
            return "- " + server;
        }
        var rebuilt = plan.rebuilt().contains(server.id()) ? ", rebuilt" : "";
        if (!after.get().equals(server)) {
            var line = after.get().toString();
            return "* " + server + " -> " + line.substring(line.indexOf('=') + 1) + rebuilt;
        }
        return rebuilt.isEmpty() ? "" : "* " + server + rebuilt;
    }

    private void writeSteps() {
        text.append('\n');
        line("Steps (! mind; empty is as above)");
        var table = new Table(
                "",
                "step",
                "may fail",
                "leadership",
                "writes pause",
                "takes",
                "undone by",
                "what is done",
                "leads to",
                "keep up");
        var keptUp = "";
        var stands = Ensemble.empty();
        for (var planned : plan.steps()) {
            var forecast = forecast(planned);
            table.add(
                    isToMind(forecast) ? "!" : "",
                    planned.number() + "/" + planned.of(),
                    tolerance(forecast),
                    leadership(forecast),
                    forecast.pause().most().isZero() ? NOTHING : estimate(forecast.pause()),
                    estimate(forecast.duration()),
                    undoing(forecast),
                    Sentences.withoutLeadership(planned.step()),
                    planned.leadsTo().equals(stands) ? "" : planned.leadsTo().toString(),
                    forecast.keepUp().equals(keptUp) ? "" : Plain.of(forecast.keepUp()));
            keptUp = forecast.keepUp();
            stands = planned.leadsTo();
        }
        table.lines(NOTHING).forEach(this::line);
    }

    private StepForecast forecast(PlannedStep planned) {
        return plan.forecast().steps().get(planned.number() - 1);
    }

    private static boolean isToMind(StepForecast forecast) {
        return forecast.handOff() != HandOff.NONE
                || forecast.lowestTolerance() < 1
                || forecast.undoing() == StepForecast.Undoing.NOT_BY_US;
    }

    private static String tolerance(StepForecast forecast) {
        int lowest = forecast.lowestTolerance();
        int highest = forecast.highestTolerance();
        return lowest == highest ? Integer.toString(lowest) : lowest + " to " + highest;
    }

    private static String leadership(StepForecast forecast) {
        var next = Plain.ids(forecast.nextLeaders());
        return switch (forecast.handOff()) {
            case NONE -> NOTHING;
            case POSSIBLE -> "may move to " + next;
            case CERTAIN -> "moves to " + next;
        };
    }

    private static String undoing(StepForecast forecast) {
        return switch (forecast.undoing()) {
            case NOTHING_TO_UNDO -> NOTHING;
            case BY_LAUNCHER -> "launcher";
            case BY_ANOTHER_PLAN -> "another plan";
            case NOT_BY_US -> "hand";
        };
    }

    private String estimate(Estimate estimate) {
        var basis = basis(estimate) + ": " + Plain.of(estimate.because());
        if (!bases.contains(basis)) {
            bases.add(basis);
        }
        return estimate.range() + " [" + (bases.indexOf(basis) + 1) + "]";
    }

    private static String basis(Estimate estimate) {
        return estimate.basis() == Estimate.Basis.MEASURED ? "measured" : "assumed";
    }

    private void writeBases() {
        text.append('\n');
        var sum = plan.forecast().duration();
        line("In all " + sum.range() + ", " + basis(sum));
        for (int i = 0; i < bases.size(); i++) {
            line("  [" + (i + 1) + "] " + bases.get(i));
        }
    }

    private void writeFindings() {
        var findings = plan.findings();
        if (findings.warnings().isEmpty() && findings.advice().isEmpty()) {
            return;
        }
        text.append('\n');
        line("Findings (! mind, ~ expect)");
        write("! ", findings.warnings());
        write("~ ", findings.advice());
    }

    private void write(String mark, Collection<Violation> findings) {
        findings.forEach(finding -> line(mark + Plain.of(finding.toString())));
    }
}
