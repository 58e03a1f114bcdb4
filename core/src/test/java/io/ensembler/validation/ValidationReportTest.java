package io.ensembler.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValidationReportTest {

    private static final Violation WARNING =
            new Violation(Rule.NAMES_RESOLVE, "Mind server 4", "it has a name", "Use an address");
    private static final Violation ERROR =
            new Violation(Rule.UNKNOWN_SERVER, "Cannot remove server 9", "nobody lists it", "Name another");
    private static final Violation ADVICE =
            new Violation(Rule.LEADER_LEAVES, "Expect leadership to move", "server 1 leads", "Nothing need be done");

    @Test
    void is_admissible_with_warnings_alone() {
        var report = new ValidationReport(List.of(WARNING));
        assertThat(report.isAdmissible()).isTrue();
        assertThat(report.orThrow()).isSameAs(report);
        assertThat(ValidationReport.clean().isAdmissible()).isTrue();
    }

    @Test
    void throws_the_text_of_its_errors_and_keeps_the_warnings() {
        var report = new ValidationReport(List.of(WARNING)).and(new ValidationReport(List.of(ERROR)));
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(report::orThrow)
                .withMessage("Cannot remove server 9: nobody lists it. Name another. [unknown-server]")
                .satisfies(thrown -> assertThat(thrown.report()).isEqualTo(report));
    }

    @Test
    void prints_errors_first_and_advice_last() {
        var report = new ValidationReport(List.of(ADVICE, WARNING, ERROR));
        assertThat(report)
                .hasToString(
                        """
                        Cannot remove server 9: nobody lists it. Name another. [unknown-server]
                        Mind server 4: it has a name. Use an address. [names-resolve]
                        Expect leadership to move: server 1 leads. Nothing need be done. [leader-leaves]""");
        assertThat(report.warnings()).containsExactly(WARNING);
        assertThat(report.advice()).containsExactly(ADVICE);
    }

    @Test
    void does_not_change_with_the_list_it_was_given() {
        var violations = new ArrayList<>(List.of(ERROR));
        var report = new ValidationReport(violations);
        violations.clear();
        assertThat(report.errors()).containsExactly(ERROR);
    }
}
