package io.ensembler.validation;

import io.ensembler.model.EnsembleException;
import java.util.List;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * A change that a rule forbids. Nothing was sent.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ValidationException extends EnsembleException {

    private static final long serialVersionUID = 1L;

    private final transient ValidationReport report;

    /** Creates the exception from a report with at least one error. */
    public ValidationException(ValidationReport report) {
        super(report.errors().stream().map(Violation::toString).collect(Collectors.joining("\n")));
        this.report = report;
    }

    /** Creates the exception from one violation. */
    public ValidationException(Violation violation) {
        this(new ValidationReport(List.of(violation)));
    }

    /** Returns everything that was found, warnings included; clean on a deserialized exception. */
    public ValidationReport report() {
        return report == null ? ValidationReport.clean() : report;
    }
}
