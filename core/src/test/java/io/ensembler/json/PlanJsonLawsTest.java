package io.ensembler.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.plan.RandomPlans;
import io.ensembler.plan.Step;
import io.ensembler.render.Mermaid;
import io.ensembler.render.PlanText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What holds of the document of every plan, and of every document that is none. */
class PlanJsonLawsTest {

    private static final int MUTATED = 10_000;
    private static final String ODD = "\"\\{}[],:0-9.eE \n\u0000\u00e9\ud800;=ntu#";
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "1.5",
            "1e999999",
            "99999999999999999999",
            "2147483648",
            "[]",
            "{}",
            "\"\"",
            "\"2.0\"",
            "\"1.7\"",
            "\"PT-1S\"",
            "\"PT99999999999999999999S\"",
            "\"P9999999999999D\"",
            "\"server.1=\"",
            "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]");
    private static final List<String> DOCUMENTS = LongStream.range(0, 60)
            .mapToObj(RandomPlans::plan)
            .flatMap(Optional::stream)
            .map(PlanJson::write)
            .toList();

    @Property(tries = 400)
    void a_plan_read_back_is_the_plan_that_was_written(@ForAll long seed) {
        RandomPlans.plan(seed).ifPresent(plan -> {
            var document = PlanJson.write(plan);
            var read = PlanJson.read(document);
            assertThat(read).isEqualTo(plan).hasSameHashCodeAs(plan);
            assertThat(PlanJson.write(read)).isEqualTo(document);
            assertThat(document).matches("[\\x20-\\x7e\\n]*");
        });
    }

    @Property(tries = 200)
    void the_texts_of_a_plan_read_back_are_those_of_the_plan(@ForAll long seed) {
        RandomPlans.plan(seed).ifPresent(plan -> {
            var read = PlanJson.read(PlanJson.write(plan));
            assertThat(read).hasToString(plan.toString());
            assertThat(PlanText.of(read)).isEqualTo(PlanText.of(plan));
            assertThat(Mermaid.of(read)).isEqualTo(Mermaid.of(plan));
        });
    }

    @Test
    void the_random_plans_hold_every_kind_of_step_and_are_made_most_of_the_time() {
        var plans = LongStream.range(0, 400)
                .mapToObj(RandomPlans::plan)
                .flatMap(Optional::stream)
                .toList();
        assertThat(plans).hasSizeGreaterThan(200);
        assertThat(plans.stream()
                        .flatMap(plan -> plan.steps().stream())
                        .<Class<?>>map(planned -> planned.step().getClass())
                        .distinct())
                .containsExactlyInAnyOrder(
                        Step.BackUp.class,
                        Step.StartServer.class,
                        Step.AwaitSynced.class,
                        Step.Reconfigure.class,
                        Step.ConfirmActive.class,
                        Step.Stabilize.class,
                        Step.Verify.class,
                        Step.StopServer.class,
                        Step.WipeServer.class);
        assertThat(plans.stream().filter(plan -> plan.leader().isEmpty())).hasSizeGreaterThan(20);
        assertThat(plans.stream().filter(plan -> !plan.origin().quorumRule().isMajority()))
                .hasSizeGreaterThan(20);
        assertThat(plans.stream().filter(plan -> !plan.rebuilt().isEmpty())).hasSizeGreaterThan(20);
        assertThat(plans.stream().filter(plan -> !plan.findings().violations().isEmpty()))
                .hasSizeGreaterThan(20);
    }

    /** A failure names the seed of its document. */
    @Test
    void a_mutated_document_is_read_as_a_plan_or_refused_with_a_typed_error() {
        int plans = 0;
        int refused = 0;
        for (long seed = 0; seed < MUTATED; seed++) {
            var document = mutated(DOCUMENTS.get((int) (seed % DOCUMENTS.size())), new Random(seed));
            try {
                var plan = PlanJson.read(document);
                assertThat(PlanJson.read(PlanJson.write(plan)))
                        .as("seed %s", seed)
                        .isEqualTo(plan);
                assertThat(PlanText.of(plan) + plan + Mermaid.of(plan)).isNotEmpty();
                plans++;
            } catch (PlanFormatException e) {
                assertThat(e).hasMessage(message(e));
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " throws for\n" + document, e);
            }
        }
        System.out.println("figure: fuzz.plan-json.cases = " + MUTATED + " documents");
        assertThat(plans).isGreaterThan(MUTATED / 20);
        assertThat(refused).isGreaterThan(MUTATED / 2);
    }

    private static String message(PlanFormatException e) {
        return "Cannot read the plan: " + (e.field().isEmpty() ? "the document" : e.field()) + " " + e.found() + ". "
                + e.remedy() + ".";
    }

    private static String mutated(String document, Random random) {
        var text = document;
        int mutations = 1 + random.nextInt(2);
        for (int i = 0; i < mutations; i++) {
            text = random.nextBoolean() ? characterChanged(text, random) : lineChanged(text, random);
        }
        return text;
    }

    private static String characterChanged(String text, Random random) {
        int at = random.nextInt(text.length());
        char other = ODD.charAt(random.nextInt(ODD.length()));
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at) + text.substring(at + 1);
            case 1 -> text.substring(0, at) + other + text.substring(at);
            case 2 -> text.substring(0, at) + other + text.substring(at + 1);
            default ->
                random.nextInt(4) == 0 ? text.substring(0, at) : text.substring(0, at) + other + text.substring(at);
        };
    }

    /** A line goes, comes twice, takes the value of another or an odd one, or changes places. */
    private static String lineChanged(String text, Random random) {
        var lines = new ArrayList<>(List.of(text.split("\n", -1)));
        int at = random.nextInt(lines.size());
        int other = random.nextInt(lines.size());
        switch (random.nextInt(5)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(at, lines.get(other));
            case 2 -> lines.set(at, withValue(lines.get(at), valueOf(lines.get(other))));
            case 3 -> lines.set(at, withValue(lines.get(at), VALUES.get(random.nextInt(VALUES.size()))));
            default -> Collections.swap(lines, at, other);
        }
        return String.join("\n", lines) + "\n";
    }

    private static String withValue(String line, String value) {
        int colon = line.indexOf(": ");
        boolean more = line.endsWith(",");
        return (colon < 0 ? "" : line.substring(0, colon + 2)) + value + (more ? "," : "");
    }

    private static String valueOf(String line) {
        int colon = line.indexOf(": ");
        var value = line.substring(colon < 0 ? 0 : colon + 2);
        return value.endsWith(",") ? value.substring(0, value.length() - 1) : value;
    }
}
