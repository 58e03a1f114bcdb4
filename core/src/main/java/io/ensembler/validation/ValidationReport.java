package io.ensembler.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * All that was found wrong, in a fixed order. Immutable.
 *
 * @param violations what was found, possibly nothing
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ValidationReport(List<Violation> violations) {

    /** Copies {@code violations}. */
    public ValidationReport {
        violations = List.copyOf(violations);
    }

    /** Returns the report that finds nothing. */
    public static ValidationReport clean() {
        return new ValidationReport(List.of());
    }

    /** Returns what forbids the change. */
    public List<Violation> errors() {
        return withSeverity(Severity.ERROR);
    }

    /** Returns what to mind. */
    public List<Violation> warnings() {
        return withSeverity(Severity.WARNING);
    }

    /** Returns what is good to know and asks for nothing. */
    public List<Violation> advice() {
        return withSeverity(Severity.ADVICE);
    }

    /** Returns whether nothing forbids the change. */
    public boolean isAdmissible() {
        return errors().isEmpty();
    }

    /** Returns this report and another as one. */
    public ValidationReport and(ValidationReport other) {
        var all = new ArrayList<>(violations);
        all.addAll(other.violations);
        return new ValidationReport(all);
    }

    /**
     * Returns this report if nothing in it forbids the change.
     *
     * @throws ValidationException if something does
     */
    public ValidationReport orThrow() {
        if (!isAdmissible()) {
            throw new ValidationException(this);
        }
        return this;
    }

    private List<Violation> withSeverity(Severity severity) {
        return violations.stream()
                .filter(violation -> violation.rule().severity() == severity)
                .toList();
    }

    /** Returns one line a violation: errors, then warnings, then advice. */
    @Override
    public String toString() {
        var ordered = new ArrayList<>(errors());
        ordered.addAll(warnings());
        ordered.addAll(advice());
        return ordered.stream().map(Violation::toString).collect(Collectors.joining("\n"));
    }
}
