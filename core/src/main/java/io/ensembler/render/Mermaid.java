package io.ensembler.render;

import io.ensembler.model.Ensemble;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.Step;
import io.ensembler.plan.StepForecast;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * A plan as a Mermaid flowchart: the ensembles that it passes, and the reconfigurations between them. A thick arrow moves
 * leadership, a dotted one may. Stateless.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Mermaid {

    private Mermaid() {}

    /** Returns the source of the flowchart, each line ended by a line feed; equal plans have one source. */
    public static String of(ScalingPlan plan) {
        var source = new StringBuilder("flowchart TD\n");
        source.append("    e0").append(end(plan.origin())).append('\n');
        var reconfigurations = plan.steps().stream()
                .filter(planned -> planned.step() instanceof Step.Reconfigure)
                .toList();
        for (int i = 0; i < reconfigurations.size(); i++) {
            var planned = reconfigurations.get(i);
            boolean last = i == reconfigurations.size() - 1;
            source.append("    e").append(i).append(' ').append(edge(plan, planned));
            source.append(" e").append(i + 1);
            source.append(last ? end(planned.leadsTo()) : between(planned.leadsTo()));
            source.append('\n');
        }
        return source.toString();
    }

    /** Where the plan begins and ends the corners are round. */
    private static String end(Ensemble ensemble) {
        return "([\"" + label(ensemble) + "\"])";
    }

    private static String between(Ensemble ensemble) {
        return "[\"" + label(ensemble) + "\"]";
    }

    private static String edge(ScalingPlan plan, PlannedStep planned) {
        var forecast = plan.forecast().steps().get(planned.number() - 1);
        return arrow(forecast) + "|\"" + label(planned, forecast) + "\"|";
    }

    private static String arrow(StepForecast forecast) {
        return switch (forecast.handOff()) {
            case NONE -> "-->";
            case POSSIBLE -> "-.->";
            case CERTAIN -> "==>";
        };
    }

    private static String label(PlannedStep planned, StepForecast forecast) {
        var sentence = Sentences.withoutLeadership(planned.step());
        var next = Plain.ids(forecast.nextLeaders());
        return escaped(planned.number() + "/" + planned.of() + " " + sentence)
                + switch (forecast.handOff()) {
                    case NONE -> "";
                    case POSSIBLE -> "<br/>leadership may move to " + next;
                    case CERTAIN -> "<br/>leadership moves to " + next;
                };
    }

    private static String label(Ensemble ensemble) {
        var observers = ensemble.observers();
        var rule = ensemble.quorumRule();
        return "participants " + Plain.ids(ensemble.participants())
                + (observers.isEmpty() ? "" : "<br/>observers " + Plain.ids(observers))
                + (rule.isMajority() ? "" : "<br/>" + escaped(rule.toString()));
    }

    /** What means something to Mermaid or to HTML stands as the number of the character. */
    private static String escaped(String text) {
        return Plain.of(text)
                .codePoints()
                .mapToObj(character -> isMeaningful(character) ? "#" + character + ";" : Character.toString(character))
                .collect(Collectors.joining());
    }

    private static boolean isMeaningful(int character) {
        return "\"#&<>`|\\;".indexOf(character) >= 0;
    }
}
