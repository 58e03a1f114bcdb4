package io.ensembler.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.Estimate;
import io.ensembler.plan.PlanParts;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.StepForecast;
import io.ensembler.validation.Violation;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Writes one plan. For one use by one thread. */
final class PlanWriter {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .configure(JsonWriteFeature.ESCAPE_NON_ASCII, true)
            .build();

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
        var text = new StringWriter();
        try (var json = FACTORY.createGenerator(text)) {
            json.setPrettyPrinter(layout());
            write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("a string can always be written to", e);
        }
        return text.append('\n').toString();
    }

    private static DefaultPrettyPrinter layout() {
        var lines = new DefaultIndenter("  ", "\n");
        var separators = Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator("");
        var layout = new DefaultPrettyPrinter(separators);
        layout.indentObjectsWith(lines);
        layout.indentArraysWith(lines);
        return layout;
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("formatVersion", PlanJson.FORMAT_VERSION);
        json.writeStringField("baseVersion", parts.baseVersion().toString());
        json.writeStringField("reason", parts.reason());
        writeEnsemble(json, "origin", parts.origin());
        writeEnsemble(json, "target", parts.target());
        json.writeFieldName("leader");
        if (parts.leader().isPresent()) {
            json.writeNumber(parts.leader().get().value());
        } else {
            json.writeNull();
        }
        json.writeNumberField("floor", parts.floor());
        json.writeStringField("pace", Words.of(parts.pace()));
        writeIds(json, "rebuilt", parts.rebuilt());
        writeServers(json, "helpers", parts.helpers());
        writeArray(json, "ensembles", ensembles, ensemble -> write(json, ensemble));
        writeArray(json, "steps", parts.steps(), step -> write(json, step));
        writeArray(json, "findings", parts.findings().violations(), finding -> write(json, finding));
        json.writeEndObject();
    }

    private void write(JsonGenerator json, Ensemble ensemble) throws IOException {
        json.writeStartObject();
        writeServers(json, "servers", ensemble.servers());
        var rule = ensemble.quorumRule();
        if (!rule.isMajority()) {
            json.writeObjectFieldStart("groups");
            for (var group : rule.groups().entrySet()) {
                writeIds(json, group.getKey().toString(), group.getValue());
            }
            json.writeEndObject();
            json.writeObjectFieldStart("weights");
            for (var weight : rule.weights().entrySet()) {
                json.writeNumberField(weight.getKey().toString(), weight.getValue());
            }
            json.writeEndObject();
        }
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
        writeIds(json, "nextLeaders", forecast.nextLeaders());
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

    /** On one line, since ids are short and may be many. */
    private static void writeIds(JsonGenerator json, String field, Collection<ServerId> ids) throws IOException {
        json.writeFieldName(field);
        json.writeRawValue(ids.stream().map(ServerId::toString).collect(Collectors.joining(", ", "[", "]")));
    }

    private static void writeServers(JsonGenerator json, String field, List<Server> servers) throws IOException {
        writeArray(json, field, servers, server -> json.writeString(server.toString()));
    }

    private static <T> void writeArray(JsonGenerator json, String field, List<T> items, Writing<T> writing)
            throws IOException {
        json.writeArrayFieldStart(field);
        for (var item : items) {
            writing.write(item);
        }
        json.writeEndArray();
    }

    private interface Writing<T> {
        void write(T item) throws IOException;
    }
}
