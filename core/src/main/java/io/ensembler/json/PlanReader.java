package io.ensembler.json;

import io.ensembler.model.ConfigurationTextException;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
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
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads one plan. */
final class PlanReader {

    private static final Pattern FORMAT = Pattern.compile("(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})");
    private static final String WRITE_AGAIN = "Have the plan written again by PlanJson.write";

    private final Place plan;

    PlanReader(JsonTree.Value document) {
        this.plan = Place.whole(document);
    }

    ScalingPlan read() {
        checkFormat(plan.field("formatVersion"));
        var ensembles = plan.field("ensembles").items(PlanReader::ensemble);
        var steps = plan.field("steps");
        int count = steps.items(step -> step).size();
        var planned = new ArrayList<PlannedStep>();
        steps.items(step -> planned.add(step(step, planned.size() + 1, count, ensembles)));
        var forecast = new Forecast(steps.items(step -> forecast(step.field("forecast"))));
        var leader = plan.field("leader");
        var version = version(plan.field("baseVersion"));
        var origin = ensemble(plan.field("origin"), ensembles);
        var target = ensemble(plan.field("target"), ensembles);
        var rebuilt = ids(plan.field("rebuilt"));
        var helpers = plan.field("helpers").items(PlanReader::server);
        int floor = plan.field("floor").whole(0, Integer.MAX_VALUE);
        var pace = plan.field("pace").word(List.of(Pace.values()));
        var reason = plan.field("reason").text();
        var findings = new ValidationReport(plan.field("findings").items(PlanReader::finding));
        return plan.made(
                () -> ScalingPlan.of(new PlanParts(
                        version,
                        origin,
                        leader.isNull() ? Optional.empty() : Optional.of(id(leader)),
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

    /** Before anything else: of another major format nothing is known. */
    private static void checkFormat(Place format) {
        var text = format.text();
        var matcher = FORMAT.matcher(text);
        if (!matcher.matches()) {
            throw format.refused("is " + Quoted.of(text), "Give a version such as " + PlanJson.FORMAT_VERSION);
        }
        if (!matcher.group(1).equals(PlanJson.FORMAT_VERSION.substring(0, PlanJson.FORMAT_VERSION.indexOf('.')))) {
            throw format.refused(
                    "is " + text + ", and formats 1.x are known here",
                    "Read the plan with the version of this library that wrote it, or make a new plan");
        }
    }

    private static ConfigurationVersion version(Place place) {
        var text = place.text();
        try {
            return ConfigurationVersion.of(Long.parseUnsignedLong(text, 16));
        } catch (NumberFormatException e) {
            throw place.refused("is " + Quoted.of(text), "Give it in hexadecimal without prefix, such as 100000000");
        }
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

    private static Ensemble ensemble(Place place) {
        var servers = place.field("servers").items(PlanReader::server);
        var groups = place.optional("groups");
        var weights = place.optional("weights");
        if (groups.isEmpty() && weights.isPresent()) {
            throw place.refused("has weights and no groups", "Give both, or none of them");
        }
        var rule =
                groups.map(there -> hierarchical(there, place.field("weights"))).orElse(QuorumRule.majority());
        return place.made(
                () -> Ensemble.of(servers, rule), "List each server once, and each participant in one group or none");
    }

    private static QuorumRule hierarchical(Place groups, Place weights) {
        var servers = new TreeMap<Long, SortedSet<ServerId>>();
        groups.entries().forEach(group -> servers.put(number(group), ids(group.getValue())));
        var numbers = new TreeMap<ServerId, Long>();
        weights.entries()
                .forEach(weight -> numbers.put(
                        ServerId.of(number(weight)), weight.getValue().whole()));
        return groups.made(
                () -> QuorumRule.hierarchical(servers, numbers),
                "Name every server in one group, with a weight of 0 or more");
    }

    private static long number(Map.Entry<String, Place> entry) {
        try {
            long number = Long.parseLong(entry.getKey());
            if (Long.toString(number).equals(entry.getKey())) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, together with numbers in a form that could stand twice.
        }
        throw entry.getValue().refused("is named by no whole number", "Name it by the number of the group or server");
    }

    private static Server server(Place place) {
        var line = place.text();
        try {
            return Server.parse(line);
        } catch (ConfigurationTextException e) {
            var problem = e.problems().get(0);
            throw place.refused("is " + Quoted.of(line) + ": " + problem.reason(), problem.remedy());
        }
    }

    private static ServerId id(Place place) {
        return ServerId.of(place.whole());
    }

    private static SortedSet<ServerId> ids(Place place) {
        var ids = new TreeSet<ServerId>();
        place.items(item -> {
            if (!ids.add(id(item))) {
                throw item.refused("names server " + item.whole() + " again", "Name every server once");
            }
            return item;
        });
        return ids;
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
            case StepShape.START -> new Step.StartServer(server(place.field("server")));
            case StepShape.AWAIT_SYNCED -> new Step.AwaitSynced(server(place.field("server")));
            case StepShape.RECONFIGURE ->
                new Step.Reconfigure(
                        ensemble(place.field("before"), ensembles),
                        ensemble(place.field("after"), ensembles),
                        place.field("leadership").word(List.of(Step.Leadership.values())));
            case StepShape.CONFIRM_ACTIVE ->
                new Step.ConfirmActive(
                        ensemble(place.field("before"), ensembles), ensemble(place.field("after"), ensembles));
            case StepShape.STOP -> new Step.StopServer(server(place.field("server")));
            case StepShape.WIPE -> new Step.WipeServer(server(place.field("server")));
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
                ids(place.field("nextLeaders")),
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
