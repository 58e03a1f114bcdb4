package io.ensembler.scenario;

import io.ensembler.joiner.JoinerFiles;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.Observation;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.scenario.Scenario.Reader;
import io.ensembler.validation.Aim;
import io.ensembler.validation.EnsembleRules;
import io.ensembler.validation.TargetRules;
import io.ensembler.validation.Transition;
import io.ensembler.validation.TransitionRules;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.ValidationReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a scenario asks:
 *
 * <ul>
 *   <li>nothing: what the rules say of the ensemble as observed;
 *   <li>{@code target: 1,2,3,4}: what they say of going there; {@code whole target:} if nobody named who is not in it;
 *       beside it {@code rebuilt: 2}, {@code helper: 9}, {@code domain: server 1 in rack-a}, {@code consent: given};
 *   <li>{@code request: add 4}, a verb a line: the plan, or what refuses it; see {@link Requests};
 *   <li>{@code one reconfiguration: 1,2,3,4}, with the {@code joined:} servers in sync and {@code floor: 1};
 *   <li>{@code run a plan: made for version 100000000};
 *   <li>{@code start: server 3 on an empty directory}.
 * </ul>
 *
 * <p>{@code new line: server.2=...} gives a server other endpoints than it has today.
 */
interface Question {

    /** Returns the answer as it is printed. */
    String answer();

    /** Returns what the lines ask, of what they give. */
    static Question in(Reader given) {
        var situation = new Situation(given);
        var afterwards = situation.shorthand().with(given.all("new line"));
        if (given.has("target")) {
            var aim = Aim.at(afterwards.ensemble(only(given, "target")));
            return ofTarget(situation, aim(aim, afterwards, given));
        } else if (given.has("whole target")) {
            var aim = Aim.atWhole(afterwards.ensemble(only(given, "whole target")));
            return ofTarget(situation, aim(aim, afterwards, given));
        } else if (given.has("request")) {
            var verbs = given.all("request");
            return ofRequest(situation.observed(Requests.named(verbs)), Requests.read(verbs, afterwards));
        } else if (given.has("one reconfiguration")) {
            var after = afterwards.ensemble(only(given, "one reconfiguration"));
            var joined = given.one("joined").map(Shorthand::ids).orElse(List.of());
            int floor = given.one("floor").map(Integer::valueOf).orElse(0);
            return ofTransition(situation, after, joined, floor);
        } else if (given.has("run a plan")) {
            var made = only(given, "run a plan");
            if (made.startsWith("made for ensemble ")) {
                var identity = new EnsembleIdentity(made.replace("made for ensemble ", ""));
                return () -> print(EnsembleRules.checkSame(situation.observed(List.of()), identity));
            }
            var base = made.replace("made for version ", "");
            return ofPlan(situation, ConfigurationVersion.of(Long.parseUnsignedLong(base, 16)));
        } else if (given.has("start")) {
            var id = only(given, "start").replaceAll("server (\\d+) on an empty directory", "$1");
            return ofStart(situation, Shorthand.id(id));
        }
        return () -> print(EnsembleRules.checkObserved(situation.observed(List.of())));
    }

    private static String only(Reader given, String key) {
        return given.one(key).orElseThrow();
    }

    private static Aim aim(Aim aim, Shorthand afterwards, Reader given) {
        var domains = new TreeMap<ServerId, String>();
        for (var domain : given.all("domain")) {
            var parts = domain.split(" ", -1);
            domains.put(Shorthand.id(parts[1]), parts[3]);
        }
        var described = aim.rebuilding(given.one("rebuilt").map(Shorthand::ids).orElse(List.of()))
                .withHelpers(given.one("helper").map(afterwards::participants).orElse(List.of()))
                .inDomains(domains);
        return given.one("consent").filter("given"::equals).isPresent() ? described.consented() : described;
    }

    private static Question ofTarget(Situation situation, Aim aim) {
        var besides = new TreeSet<>(aim.target().ids());
        aim.helpers().forEach(helper -> besides.add(helper.id()));
        var observed = situation.observed(besides);
        return () -> print(EnsembleRules.checkObserved(observed).and(TargetRules.check(observed, aim)));
    }

    private static Question ofRequest(Observation observed, ScalingRequest request) {
        return () -> {
            try {
                return new Planner().plan(observed, request).toString();
            } catch (ValidationException e) {
                return String.valueOf(e.getMessage());
            }
        };
    }

    private static Question ofTransition(Situation situation, Ensemble after, List<ServerId> joined, int floor) {
        var observed = situation.observed(List.of());
        var live = new TreeSet<>(observed.live());
        live.addAll(joined);
        var transition = new Transition(observed.ensemble(), after, observed.leader());
        return () -> print(TransitionRules.check(transition, live, floor));
    }

    private static Question ofPlan(Situation situation, ConfigurationVersion base) {
        var observed = situation.observed(List.of());
        return () -> print(EnsembleRules.checkBase(observed, new Configuration(observed.ensemble(), base)));
    }

    private static Question ofStart(Situation situation, ServerId id) {
        return () -> {
            var committed = situation.observed(List.of()).committed().configuration();
            var server = committed.ensemble().server(id).orElseGet(() -> situation
                    .shorthand()
                    .server(id, ServerRole.OBSERVER));
            var seed = JoinerFiles.seed(committed, server, committed.version());
            try {
                var directory = Files.createTempDirectory("scenario");
                try {
                    JoinerFiles.write(seed, directory, directory, Map.of());
                    return "no violation";
                } catch (ValidationException e) {
                    return print(e.report()).replace(directory.toString(), "its directory");
                } finally {
                    delete(directory);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static String print(ValidationReport report) {
        return report.violations().isEmpty() ? "no violation" : report.toString();
    }
}
