package io.ensembler.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ScenarioFileTest {

    private static final String FILE =
            """
            # What is said of a target.

            scenario: an even number
              # A comment within.
              ensemble: 1,2,3
              room: plenty
              target: 1,2,3,4
            =>
              Mind the number of participants: of 4 participants 1 may fail, as many as of 3. Add a participant or remove one. \\
                  [even-participants]

            scenario: nothing to change
              ensemble: 1,2,3
              target: 1,2,3
            =>
              no violation
            """;

    @Test
    void answers_are_read_wrapped_and_written_wrapped() {
        var file = ScenarioFile.parse(FILE);

        assertThat(file.scenarios()).extracting(Scenario::title).containsExactly("an even number", "nothing to change");
        assertThat(file.scenarios())
                .extracting(Scenario::expected)
                .containsExactly(
                        "Mind the number of participants: of 4 participants 1 may fail, as many as of 3. Add a "
                                + "participant or remove one. [even-participants]",
                        "no violation");
        assertThat(ScenarioFile.parse(file.toString()).scenarios())
                .extracting(Scenario::expected)
                .isEqualTo(file.scenarios().stream().map(Scenario::expected).toList());
        assertThat(file).hasToString(FILE);
    }

    @Test
    void a_word_too_long_for_a_line_has_one_of_its_own() {
        var word = "x".repeat(200);
        var file = ScenarioFile.parse("scenario: a\n=>\n  a " + word + " b " + word);

        assertThat(file)
                .hasToString("scenario: a\n=>\n  a \\\n      " + word + " \\\n      b \\\n      " + word + "\n");
        assertThat(ScenarioFile.parse(file.toString()).scenarios())
                .extracting(Scenario::expected)
                .containsExactly("a " + word + " b " + word);
    }

    @Test
    void answers_are_the_codes_own() {
        var file = ScenarioFile.parse(FILE);

        assertThat(file.scenarios())
                .extracting(Scenario::answer)
                .isEqualTo(file.scenarios().stream().map(Scenario::expected).toList());
        assertThat(ScenarioFile.parse(FILE.replace("of 4 participants 1 may fail", "what was so once"))
                        .answered())
                .isEqualTo(FILE);
    }

    @Test
    void what_nobody_asks_for_is_noticed() {
        var misspelt = ScenarioFile.parse(FILE.replace("room: plenty", "rome: plenty"))
                .scenarios()
                .get(0);

        assertThatIllegalArgumentException()
                .isThrownBy(misspelt::answer)
                .withMessage("line 6: nothing asks for \"rome: plenty\"");
    }

    @Test
    void a_file_that_is_no_specification_is_refused_with_the_line() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScenarioFile.parse("ensemble: 1\n"))
                .withMessage("line 1 stands before the first scenario: ensemble: 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScenarioFile.parse("scenario: a\n  ensemble: 1\n"))
                .withMessage("line 1: the scenario has no =>");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScenarioFile.parse("scenario: a\n  ensemble 1\n=>\n"))
                .withMessage("line 2 gives nothing under a name: ensemble 1");
    }
}
