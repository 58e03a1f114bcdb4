package io.ensembler.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValidationReportTest {

    private static final Violation WARNING =
            new Violation(Rule.NAMES_RESOLVE, "Mind server 4", "it has a name", "Use an address");
    private static final Violation ERROR =
            new Violation(Rule.UNKNOWN_SERVER, "Cannot remove server 9", "nobody lists it", "Name another");

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
    void prints_errors_first() {
        assertThat(new ValidationReport(List.of(WARNING, ERROR)))
                .hasToString("Cannot remove server 9: nobody lists it. Name another. [unknown-server]\n"
                        + "Mind server 4: it has a name. Use an address. [names-resolve]");
    }

    @Test
    void leaves_out_its_errors_for_a_plan_to_carry() {
        assertThat(new ValidationReport(List.of(ERROR, WARNING)).withoutErrors())
                .isEqualTo(new ValidationReport(List.of(WARNING)));
    }

    @Test
    void does_not_change_with_the_list_it_was_given() {
        var violations = new ArrayList<>(List.of(ERROR));
        var report = new ValidationReport(violations);
        violations.clear();
        assertThat(report.errors()).containsExactly(ERROR);
    }

    @Test
    void names_rules_stably() {
        assertThat(Arrays.stream(Rule.values()).map(Rule::code))
                .containsExactly(
                        "id-out-of-range",
                        "observed-id-out-of-range",
                        "id-taken",
                        "address-taken",
                        "wildcard-address",
                        "client-address-missing",
                        "observed-client-address-missing",
                        "names-resolve",
                        "unknown-server",
                        "last-participant",
                        "contradiction",
                        "standalone",
                        "reconfiguration-disabled",
                        "permission-missing",
                        "reconfiguration-in-progress",
                        "access-unknown",
                        "configuration-tampered",
                        "not-active",
                        "groups-unsupported",
                        "quorums-meet",
                        "tolerance-floor",
                        "joiner-cannot-elect");
    }

    @Test
    void warns_only_of_what_can_be_lived_with() {
        assertThat(Arrays.stream(Rule.values()).filter(rule -> rule.severity() == Severity.WARNING))
                .containsExactly(
                        Rule.OBSERVED_ID_OUT_OF_RANGE,
                        Rule.OBSERVED_CLIENT_ADDRESS_MISSING,
                        Rule.NAMES_RESOLVE,
                        Rule.ACCESS_UNKNOWN);
    }
}
