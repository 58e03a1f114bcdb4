package io.ensembler.json;

import static io.ensembler.plan.Sight.participant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.EnsembleException;
import io.ensembler.model.ServerId;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Sight;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The document of a plan, and what is said of documents that are none. */
class PlanJsonTest {

    private static final ScalingPlan PLAN = new Planner()
            .plan(
                    Sight.participants(1, 2, 3).see(),
                    ScalingRequest.change()
                            .replace(ServerId.of(3), participant(4))
                            .because("the disk of 3 fails"));

    private static final String DOCUMENT = PlanJson.write(PLAN);

    @Test
    void the_page_shows_the_document_of_a_plan() throws IOException {
        PageExample.assertShown("plan-json.md", DOCUMENT);
        assertThat(PlanJson.read(DOCUMENT)).isEqualTo(PLAN);
    }

    @Test
    void the_order_of_fields_and_fields_of_a_later_minor_format_mean_nothing() {
        var later = DOCUMENT.replace("\"formatVersion\": \"1.0\",", "\"colour\": {\"deep\": [1.5, null, true, 1e99]},")
                .replaceFirst("\"kind\": ", "\"icon\": \"star\", \"kind\": ")
                .replaceFirst("\\}\\s*$", ", \"formatVersion\": \"1.12\"}");
        assertThat(PlanJson.read(later)).isEqualTo(PLAN);
    }

    @Test
    void another_major_format_is_refused_whatever_else_it_holds() {
        assertRefused(
                "{\"formatVersion\": \"2.0\"}",
                "formatVersion is 2.0, and formats 1.x are known here. Read the plan with the version of this library"
                        + " that wrote it, or make a new plan.");
        assertRefused("{\"formatVersion\": \"1\"}", "formatVersion is \"1\". Give a version such as 1.0.");
    }

    @Test
    void what_is_no_json_object_is_refused() {
        var give = ". Give one JSON object, as PlanJson.write returns it.";
        assertRefused("", "the document is empty" + give);
        assertRefused(DOCUMENT + "{", "the document goes on behind its end, at line 312, column 1" + give);
        assertRefused("[]", "the document is an array. Give an object.");
        assertRefused("null", "the document is null. Give an object.");
        assertThatThrownBy(() -> PlanJson.read(DOCUMENT.substring(0, 100)))
                .isInstanceOf(PlanFormatException.class)
                .hasNoCause()
                .hasMessageStartingWith("Cannot read the plan: the document is no JSON from line 5, column ");
        assertThatThrownBy(() -> PlanJson.read("[".repeat(100_000))).isInstanceOf(PlanFormatException.class);
        assertThatThrownBy(() -> PlanJson.read("{\"a\": 1, \"a\": 2}"))
                .isInstanceOf(PlanFormatException.class)
                .hasMessageContaining("Duplicate field 'a'");
    }

    @Test
    void what_is_missing_is_named() {
        assertRefused(without("\"floor\": 1,"), "floor is missing. Add the field, as PlanJson.write returns it.");
        assertRefused(
                without("\"basis\": \"assumed\","),
                "steps[0].forecast.pause.basis is missing. Add the field, as PlanJson.write returns it.");
    }

    @Test
    void what_is_of_another_type_is_named_with_what_was_found() {
        assertRefused(with("\"floor\": 1", "\"floor\": \"1\""), "floor is \"1\". Give a whole number.");
        assertRefused(with("\"floor\": 1", "\"floor\": 1.0"), "floor is 1.0. Give a whole number.");
        assertRefused(
                with("\"floor\": 1", "\"floor\": 99999999999999999999"),
                "floor is 99999999999999999999. Give a whole number.");
        assertRefused(with("\"floor\": 1", "\"floor\": -1"), "floor is -1. Give a whole number from 0 to 2147483647.");
        assertRefused(
                with("\"reason\": \"the disk of 3 fails\"", "\"reason\": {}"), "reason is an object. Give a text.");
        assertRefused(with("\"rebuilt\": []", "\"rebuilt\": null"), "rebuilt is null. Give an array.");
        assertRefused(
                with("\"rebuilt\": []", "\"rebuilt\": [3, 3]"),
                "rebuilt[1] names server 3 again. Name every server once.");
    }

    @Test
    void what_has_no_meaning_is_named_with_what_has() {
        assertRefused(
                with("\"pace\": \"one-after-another\"", "\"pace\": \"slow\""),
                "pace is \"slow\". Give one of one-after-another, together.");
        assertRefused(
                with("\"kind\": \"start-server\"", "\"kind\": \"dance\""),
                "steps[1].kind is \"dance\". Read the plan with the version of this library that wrote it, or make a new"
                        + " plan.");
        assertRefused(
                with("\"target\": 2", "\"target\": 3"),
                "target is 3, and there are 3 ensembles. Name one of them by its place, counted from 0.");
        assertRefused(
                with("\"baseVersion\": \"100000000\"", "\"baseVersion\": \"x\""),
                "baseVersion is \"x\". Give it in hexadecimal without prefix, such as 100000000.");
        assertRefused(
                with("\"least\": \"PT1S\"", "\"least\": \"1 s\""),
                "steps[1].forecast.duration.least is \"1 s\". Give a time such as PT2M30S.");
        assertRefused(
                with("\"server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181\"", "\"server.1=10.0.0.1\""),
                "ensembles[0].servers[0] is \"server.1=10.0.0.1\": '10.0.0.1' is not HOST:QUORUMPORT:ELECTIONPORT or"
                        + " HOST:QUORUMPORT:ELECTIONPORT:ROLE. Give a line such as"
                        + " server.4=zk4:2888:3888:participant;zk4:2181.");
    }

    @Test
    void parts_that_contradict_one_another_are_refused() {
        var again = ". Have the plan written again by PlanJson.write.";
        assertRefused(
                with("\"target\": 2", "\"target\": 1"),
                "the document does not hold together: the steps do not lead to the target" + again);
        assertRefused(
                with("\"leadsTo\": 0", "\"leadsTo\": 1"),
                "the document does not hold together: step 1 of 10 leads elsewhere than it says" + again);
        assertRefused(
                with("\"server.2=", "\"server.1="),
                "ensembles[0] does not hold together: two servers have id 1: server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181 and"
                        + " server.1=10.0.0.2:2888:3888:participant... (134 characters). List each server once, and"
                        + " each participant in one group or none.");
    }

    private static String with(String part, String other) {
        assertThat(DOCUMENT).contains(part);
        int at = DOCUMENT.indexOf(part);
        return DOCUMENT.substring(0, at) + other + DOCUMENT.substring(at + part.length());
    }

    private static String without(String part) {
        return with(part, "");
    }

    private static void assertRefused(String document, String message) {
        assertThatThrownBy(() -> PlanJson.read(document))
                .isInstanceOf(PlanFormatException.class)
                .isInstanceOf(EnsembleException.class)
                .hasMessage("Cannot read the plan: " + message);
    }
}
