package io.ensembler.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ensembler.model.EnsembleException;
import io.ensembler.spi.DriverException;
import io.ensembler.validation.Rule;
import io.ensembler.validation.ValidationException;
import io.ensembler.validation.ValidationReport;
import io.ensembler.validation.Violation;
import java.io.IOException;

/**
 * Why a command could not do what it was asked for.
 *
 * @param status what the process ends with
 * @param message what cannot be done, the facts found and what would help
 * @param report what rules refuse it; clean if none does
 */
record Failure(int status, String message, ValidationReport report) {

    /** Of whatever a command throws; what it should not throw is thrown again. */
    static Failure of(Exception thrown) throws Exception {
        if (thrown instanceof UsageException usage) {
            return new Failure(ExitStatus.USAGE, text(usage), ValidationReport.clean());
        } else if (thrown instanceof ValidationException refused) {
            return new Failure(status(refused.report()), text(refused), refused.report());
        } else if (thrown instanceof DriverException busy && busy.kind() == DriverException.Kind.CONFLICT) {
            // Somebody else is at it: nothing was done, and the same may be tried again.
            return new Failure(ExitStatus.STOPPED, text(busy), ValidationReport.clean());
        } else if (thrown instanceof EnsembleException failure) {
            return new Failure(ExitStatus.FAILED, text(failure), ValidationReport.clean());
        }
        throw thrown;
    }

    /** Rights that are missing are no matter of what was asked for. */
    private static int status(ValidationReport report) {
        boolean unauthorized =
                report.errors().stream().anyMatch(violation -> violation.rule() == Rule.PERMISSION_MISSING);
        return unauthorized ? ExitStatus.FAILED : ExitStatus.REFUSED;
    }

    private static String text(Exception thrown) {
        return String.valueOf(thrown.getMessage());
    }

    String document() {
        return Json.document(json -> {
            json.writeNumberField("exitStatus", status);
            json.writeStringField("error", message);
            json.writeArrayFieldStart("refusals");
            for (var violation : report.violations()) {
                write(json, violation);
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, Violation violation) throws IOException {
        json.writeStartObject();
        json.writeStringField("rule", violation.rule().code());
        json.writeStringField("effect", violation.effect());
        json.writeStringField("facts", violation.facts());
        json.writeStringField("remedy", violation.remedy());
        json.writeEndObject();
    }
}
