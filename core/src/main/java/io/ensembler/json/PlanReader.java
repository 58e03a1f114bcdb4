package io.ensembler.json;

import io.ensembler.model.Ensemble;
import io.ensembler.plan.Estimate;
import io.ensembler.plan.Forecast;
import io.ensembler.plan.Pace;
import io.ensembler.plan.PlanParts;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.Step;
import io.ensembler.plan.StepForecast;
import io.ensembler.validation.Rule;
import io.ensembler.validation.ValidationReport;
import io.ensembler.validation.Violation;
import java.util.ArrayList;
import java.util.List;

/** Reads one plan. */
final class PlanReader {

    private static final String WRITE_AGAIN = "Have the plan written again by PlanJson.write";

    private final Place plan;

    PlanReader(Place plan) {
        this.plan = plan;
    }

    ScalingPlan read() {
        Format.check(plan.field("formatVersion"), PlanJson.FORMAT_VERSION, "plan");
        var ensembles = plan.field("ensembles").items(EnsembleJson::read);
        var steps = plan.field("steps");
        int count = steps.items(step -> step).size();
        var planned = new ArrayList<PlannedStep>();
        steps.items(step -> planned.add(step(step, planned.size() + 1, count, ensembles)));
        var forecast = new Forecast(steps.items(step -> forecast(step.field("forecast"))));
        var leader = plan.field("leader");
        var identity = plan.optional("identity").map(EnsembleJson::identity);
        var version = EnsembleJson.version(plan.field("baseVersion"));
        var origin = ensemble(plan.field("origin"), ensembles);
        var target = ensemble(plan.field("target"), ensembles);
        var rebuilt = EnsembleJson.ids(plan.field("rebuilt"));
        var helpers = plan.field("helpers").items(EnsembleJson::server);
        int floor = plan.field("floor").whole(0, Integer.MAX_VALUE);
        var pace = plan.field("pace").word(List.of(Pace.values()));
        var reason = plan.field("reason").text();
        var findings = new ValidationReport(plan.field("findings").items(PlanReader::finding));
        return plan.made(
                () -> ScalingPlan.of(new PlanParts(
                        identity,
                        version,
                        origin,
                        EnsembleJson.optionalId(leader),
                        target,
                        rebuilt,
                        helpers,
                        floor,
                        pace,
                        reason,
                        planned,
                        forecast,
                        findings)),
                WRITE_AGAIN);
    }

    private static Ensemble ensemble(Place place, List<Ensemble> ensembles) {
        long index = place.whole();
        if (index < 0 || index >= ensembles.size()) {
            throw place.refused(
                    "is " + index + ", and there are " + ensembles.size() + " ensembles",
                    "Name one of them by its place, counted from 0");
        }
        return ensembles.get((int) index);
    }

    private static PlannedStep step(Place place, int number, int of, List<Ensemble> ensembles) {
        return new PlannedStep(
                number,
                of,
                step(place, ensembles),
                ensemble(place.field("leadsTo"), ensembles),
                place.field("tolerance").whole(-1, Integer.MAX_VALUE));
    }

    private static Step step(Place place, List<Ensemble> ensembles) {
        var kind = place.field("kind");
        return switch (kind.text()) {
            case StepShape.BACK_UP -> new Step.BackUp(place.field("contents").word(List.of(Step.Contents.values())));
            case StepShape.START -> new Step.StartServer(EnsembleJson.server(place.field("server")));
            case StepShape.AWAIT_SYNCED -> new Step.AwaitSynced(EnsembleJson.server(place.field("server")));
            case StepShape.RECONFIGURE ->
                new Step.Reconfigure(
                        ensemble(place.field("before"), ensembles),
                        ensemble(place.field("after"), ensembles),
                        place.field("leadership").word(List.of(Step.Leadership.values())));
            case StepShape.CONFIRM_ACTIVE ->
                new Step.ConfirmActive(
                        ensemble(place.field("before"), ensembles), ensemble(place.field("after"), ensembles));
            case StepShape.STABILIZE -> new Step.Stabilize();
            case StepShape.VERIFY -> new Step.Verify();
            case StepShape.STOP -> new Step.StopServer(EnsembleJson.server(place.field("server")));
            case StepShape.WIPE -> new Step.WipeServer(EnsembleJson.server(place.field("server")));
            default ->
                throw kind.refused(
                        "is " + Quoted.of(kind.text()),
                        "Read the plan with the version of this library that wrote it, or make a new plan");
        };
    }

    private static StepForecast forecast(Place place) {
        return new StepForecast(
                place.field("lowestTolerance").whole(-1, Integer.MAX_VALUE),
                place.field("highestTolerance").whole(-1, Integer.MAX_VALUE),
                place.field("keepUp").text(),
                place.field("handOff").word(List.of(StepForecast.HandOff.values())),
                EnsembleJson.ids(place.field("nextLeaders")),
                estimate(place.field("pause")),
                place.field("undoing").word(List.of(StepForecast.Undoing.values())),
                estimate(place.field("duration")));
    }

    private static Estimate estimate(Place place) {
        var least = place.field("least").time();
        var most = place.field("most").time();
        var basis = place.field("basis").word(List.of(Estimate.Basis.values()));
        var because = place.field("because").text();
        return place.made(
                () -> new Estimate(least, most, basis, because), "Give a range from the shortest to the longest time");
    }

    private static Violation finding(Place place) {
        return new Violation(
                place.field("rule").word(List.of(Rule.values())),
                place.field("effect").text(),
                place.field("facts").text(),
                place.field("remedy").text());
    }
}
