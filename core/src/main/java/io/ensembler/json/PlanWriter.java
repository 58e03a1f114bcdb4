package io.ensembler.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ensembler.model.Ensemble;
import io.ensembler.plan.Estimate;
import io.ensembler.plan.PlanParts;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.StepForecast;
import io.ensembler.validation.Violation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes one plan. For one use by one thread. */
final class PlanWriter {

    private final PlanParts parts;
    private final List<Ensemble> ensembles;

    PlanWriter(PlanParts parts) {
        this.parts = parts;
        this.ensembles = ensembles(parts);
    }

    /** Each ensemble once, in the order in which it is first named. */
    private static List<Ensemble> ensembles(PlanParts parts) {
        var ensembles = new ArrayList<Ensemble>();
        ensembles.add(parts.origin());
        for (var planned : parts.steps()) {
            StepShape.of(planned.step()).passage().ifPresent(passage -> {
                ensembles.add(passage.before());
                ensembles.add(passage.after());
            });
            ensembles.add(planned.leadsTo());
        }
        ensembles.add(parts.target());
        return ensembles.stream().distinct().toList();
    }

    String write() {
        return Documents.inLines(this::write);
    }

    /** Writes it as one object. */
    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("formatVersion", PlanJson.FORMAT_VERSION);
        if (parts.identity().isPresent()) {
            json.writeStringField("identity", parts.identity().get().value());
        }
        json.writeStringField("baseVersion", parts.baseVersion().toString());
        json.writeStringField("reason", parts.reason());
        writeEnsemble(json, "origin", parts.origin());
        writeEnsemble(json, "target", parts.target());
        EnsembleJson.writeId(json, "leader", parts.leader());
        json.writeNumberField("floor", parts.floor());
        json.writeStringField("pace", Words.of(parts.pace()));
        EnsembleJson.writeIds(json, "rebuilt", parts.rebuilt());
        EnsembleJson.writeServers(json, "helpers", parts.helpers());
        EnsembleJson.writeArray(json, "ensembles", ensembles, ensemble -> EnsembleJson.write(json, ensemble));
        EnsembleJson.writeArray(json, "steps", parts.steps(), step -> write(json, step));
        EnsembleJson.writeArray(json, "findings", parts.findings().violations(), finding -> write(json, finding));
        json.writeEndObject();
    }

    private void write(JsonGenerator json, PlannedStep planned) throws IOException {
        var forecast = parts.forecast().steps().get(planned.number() - 1);
        json.writeStartObject();
        var shape = StepShape.of(planned.step());
        json.writeStringField("kind", shape.kind());
        if (shape.server().isPresent()) {
            json.writeStringField("server", shape.server().get().toString());
        }
        if (shape.passage().isPresent()) {
            writeEnsemble(json, "before", shape.passage().get().before());
            writeEnsemble(json, "after", shape.passage().get().after());
        }
        if (shape.contents().isPresent()) {
            json.writeStringField("contents", Words.of(shape.contents().get()));
        }
        if (shape.leadership().isPresent()) {
            json.writeStringField("leadership", Words.of(shape.leadership().get()));
        }
        writeEnsemble(json, "leadsTo", planned.leadsTo());
        json.writeNumberField("tolerance", planned.tolerance());
        json.writeObjectFieldStart("forecast");
        write(json, forecast);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, StepForecast forecast) throws IOException {
        json.writeNumberField("lowestTolerance", forecast.lowestTolerance());
        json.writeNumberField("highestTolerance", forecast.highestTolerance());
        json.writeStringField("keepUp", forecast.keepUp());
        json.writeStringField("handOff", Words.of(forecast.handOff()));
        EnsembleJson.writeIds(json, "nextLeaders", forecast.nextLeaders());
        write(json, "pause", forecast.pause());
        json.writeStringField("undoing", Words.of(forecast.undoing()));
        write(json, "duration", forecast.duration());
    }

    private static void write(JsonGenerator json, String field, Estimate estimate) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeStringField("least", estimate.least().toString());
        json.writeStringField("most", estimate.most().toString());
        json.writeStringField("basis", Words.of(estimate.basis()));
        json.writeStringField("because", estimate.because());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Violation finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("rule", finding.rule().code());
        json.writeStringField("severity", finding.rule().severity().toString());
        json.writeStringField("effect", finding.effect());
        json.writeStringField("facts", finding.facts());
        json.writeStringField("remedy", finding.remedy());
        json.writeEndObject();
    }

    private void writeEnsemble(JsonGenerator json, String field, Ensemble ensemble) throws IOException {
        json.writeNumberField(field, ensembles.indexOf(ensemble));
    }
}
