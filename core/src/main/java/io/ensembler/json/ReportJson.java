package io.ensembler.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ensembler.report.Backup;
import io.ensembler.report.ScalingReport;
import io.ensembler.report.StepReport;
import io.ensembler.report.Verification;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Reports as JSON documents, such as a record of changes keeps. Stateless.
 *
 * <p>The format is described in {@code docs/report-json.md}. A document says in {@code formatVersion} how it is to be
 * read: within a major number fields are only added.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ReportJson {

    /** The format that is written. */
    private static final String FORMAT_VERSION = "1.0";

    private ReportJson() {}

    /**
     * Returns the document for {@code report}, in ASCII; equal reports give the same document byte for byte.
     *
     * @throws JsonUnavailableException if jackson-core is missing
     */
    public static String write(ScalingReport report) {
        Jackson.require("Cannot write the report");
        return Documents.inLines(json -> {
            json.writeStartObject();
            json.writeStringField("formatVersion", FORMAT_VERSION);
            writeFields(json, report);
            json.writeEndObject();
        });
    }

    /**
     * Returns the document for a verification by itself, as it stands among the {@code verifications} of a report.
     *
     * @throws JsonUnavailableException if jackson-core is missing
     */
    public static String write(Verification found) {
        Jackson.require("Cannot write what was verified");
        return Documents.inLines(json -> {
            json.writeStartObject();
            json.writeStringField("formatVersion", FORMAT_VERSION);
            writeFields(json, found);
            json.writeEndObject();
        });
    }

    private static void writeFields(JsonGenerator json, ScalingReport report) throws IOException {
        json.writeStringField("outcome", report.outcome());
        json.writeStringField("reason", report.plan().reason());
        json.writeStringField("startedAt", report.startedAt().toString());
        writeTime(json, "took", Optional.of(report.took()));
        json.writeFieldName("before");
        EnsembleJson.write(json, report.before());
        json.writeFieldName("after");
        EnsembleJson.write(json, report.after());
        json.writeNumberField("reconfigurationsSent", report.reconfigurationsSent());
        json.writeNumberField("handOffs", report.handOffs());
        json.writeNumberField("elections", report.elections());
        EnsembleJson.writeArray(json, "steps", report.steps(), step -> write(json, step));
        json.writeFieldName("backup");
        write(json, report.backup());
        EnsembleJson.writeArray(json, "verifications", report.verifications(), found -> write(json, found));
        var clients = report.clients();
        json.writeObjectFieldStart("clients");
        json.writeStringField("connectString", clients.connectString());
        EnsembleJson.writeArray(json, "gone", clients.gone(), address -> json.writeString(address.toString()));
        EnsembleJson.writeArray(json, "arrived", clients.arrived(), address -> json.writeString(address.toString()));
        json.writeEndObject();
        json.writeFieldName("plan");
        new PlanWriter(report.plan().parts()).write(json);
        json.writeFieldName("wayBack");
        if (report.wayBack().isPresent()) {
            json.writeStartObject();
            writeFields(json, report.wayBack().get());
            json.writeEndObject();
        } else {
            json.writeNull();
        }
    }

    private static void write(JsonGenerator json, StepReport report) throws IOException {
        json.writeStartObject();
        json.writeNumberField("number", report.step().number());
        json.writeNumberField("of", report.step().of());
        json.writeStringField("kind", StepShape.of(report.step().step()).kind());
        json.writeStringField("step", report.step().step().toString());
        json.writeStringField("outcome", Words.of(report.outcome()));
        writeTime(json, "took", Optional.of(report.took()));
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Optional<Backup> backup) throws IOException {
        if (backup.isEmpty()) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField("at", backup.get().at().toString());
        json.writeFieldName("configuration");
        EnsembleJson.write(json, backup.get().configuration());
        EnsembleJson.writeText(json, "data", backup.get().data());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Verification found) throws IOException {
        json.writeStartObject();
        writeFields(json, found);
        json.writeEndObject();
    }

    private static void writeFields(JsonGenerator json, Verification found) throws IOException {
        json.writeStringField("at", found.at().toString());
        EnsembleJson.writeIds(json, "servers", found.servers());
        json.writeNumberField("compared", found.compared());
        writeTime(json, "slowestWrite", Optional.of(found.slowestWrite()));
        writeTime(json, "slowestBefore", found.slowestBefore());
        EnsembleJson.writeArray(json, "faults", found.faults(), json::writeString);
        EnsembleJson.writeArray(json, "findings", found.findings(), json::writeString);
    }

    private static void writeTime(JsonGenerator json, String field, Optional<Duration> time) throws IOException {
        if (time.isPresent()) {
            json.writeStringField(field, time.get().toString());
        } else {
            json.writeNullField(field);
        }
    }
}
