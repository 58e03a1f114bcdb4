package io.ensembler.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ensembler.model.DataSize;
import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What was seen of an ensemble as a JSON document, for whoever watches it. Stateless.
 *
 * <p>The format is described in {@code docs/observation-json.md}. A document says in {@code formatVersion} how it is to be
 * read: within a major number fields are only added.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ObservationJson {

    /** The format that is written. */
    private static final String FORMAT_VERSION = "1.0";

    private ObservationJson() {}

    /**
     * Returns the document for {@code seen}, in ASCII, a line for each field; equal observations give the same document
     * byte for byte.
     *
     * @throws JsonUnavailableException if jackson-core is missing
     */
    public static String write(Observation seen) {
        Jackson.require("Cannot write what was seen");
        return Documents.inLines(json -> write(json, seen));
    }

    /**
     * Returns the document without line breaks, for whoever writes one document a line.
     *
     * @throws JsonUnavailableException if jackson-core is missing
     */
    public static String writeLine(Observation seen) {
        Jackson.require("Cannot write what was seen");
        return Documents.inOneLine(json -> write(json, seen));
    }

    private static void write(JsonGenerator json, Observation seen) throws IOException {
        json.writeStartObject();
        json.writeStringField("formatVersion", FORMAT_VERSION);
        json.writeStringField("at", seen.at().toString());
        json.writeFieldName("configuration");
        EnsembleJson.write(json, seen.committed().configuration());
        EnsembleJson.writeText(json, "identity", seen.committed().identity().map(Object::toString));
        EnsembleJson.writeId(json, "leader", seen.leader());
        EnsembleJson.writeIds(json, "live", seen.live());
        json.writeNumberField("tolerance", seen.tolerance());
        write(json, "reconfiguration", seen.access());
        json.writeArrayFieldStart("servers");
        for (var facts : seen.servers().values()) {
            write(json, facts, seen);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, ServerFacts facts, Observation seen) throws IOException {
        json.writeStartObject();
        EnsembleJson.writeId(json, "id", Optional.of(facts.id()));
        EnsembleJson.writeText(json, "listedAs", listed(facts.id(), seen));
        json.writeStringField("presence", Words.of(facts.presence()));
        write(json, "mode", facts.mode());
        write(json, "synced", facts.synced());
        write(json, "zxid", facts.zxid());
        write(json, "inForce", facts.inForce());
        write(json, "connections", facts.connections());
        json.writeObjectFieldStart("details");
        for (var detail : ServerDetail.all()) {
            var fact = facts.details().fact(detail);
            if (fact.value().isPresent()) {
                write(json, field(detail), fact);
            }
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static Optional<String> listed(ServerId id, Observation seen) {
        return seen.ensemble().server(id).map(server -> server.role().toString());
    }

    /** The name of a detail, in one word. */
    private static String field(ServerDetail<?> detail) {
        var words = List.of(detail.toString().split(" "));
        var field = new StringBuilder(words.get(0));
        for (var word : words.subList(1, words.size())) {
            field.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return field.toString();
    }

    private static void write(JsonGenerator json, String field, Fact<?> fact) throws IOException {
        json.writeObjectFieldStart(field);
        if (fact instanceof Fact.Known<?> known) {
            json.writeFieldName("value");
            writeValue(json, known.known());
            json.writeStringField("source", Words.of(known.source()));
            json.writeStringField("at", known.at().toString());
        } else if (fact instanceof Fact.NotServing<?> silent) {
            json.writeBooleanField("notServing", true);
            json.writeStringField("source", Words.of(silent.source()));
            json.writeStringField("at", silent.at().toString());
        } else if (fact instanceof Fact.Unknown<?> unknown) {
            json.writeStringField("unknown", unknown.reason());
        }
        json.writeEndObject();
    }

    private static void writeValue(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Boolean answer) {
            json.writeBoolean(answer);
        } else if (value instanceof Integer || value instanceof Long) {
            json.writeNumber(((Number) value).longValue());
        } else if (value instanceof DataSize size) {
            json.writeNumber(size.bytes());
        } else if (value instanceof Duration time) {
            json.writeString(time.toString());
        } else if (value instanceof Enum<?> constant) {
            json.writeString(Words.of(constant));
        } else {
            json.writeString(value.toString());
        }
    }
}
