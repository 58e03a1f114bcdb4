package io.ensembler.testkit.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Deliberate defects, planted one at a time: the simulation catches each of them by the invariant that it breaks, within
 * {@value #SEEDS} random cases.
 *
 * <p>What the planner prefers breaks nothing if it does not. There a run without faults must cost no more than the plan
 * promises that the planner as it is makes for the same change, whoever takes over at a hand-off: the first count in
 * which it costs more tells what was not preferred.
 */
class MutantsTest {

    private static final int SEEDS = 1_000;
    private static final int FEW = 100;
    private static final Path PAGE = Path.of("").toAbsolutePath().getParent().resolve("docs/verification.md");

    /** Those that one of the first cases catches. */
    private static final Set<String> QUICK = Set.of(
            "the whole change sent in one reconfiguration",
            "a joiner let in that nobody proved",
            "a server stopped before it is taken out");

    private static final List<Mutant> ALL = Stream.concat(Mutant.OF_INVARIANTS.stream(), Mutant.OF_PREFERENCES.stream())
            .toList();

    private final CostsOfCase costs = new CostsOfCase();

    /** What the planner as it is promises and keeps, by seed. */
    private final Map<Long, Map<String, List<List<Integer>>>> asItIs = new HashMap<>();

    @Test
    @Tag("chaos")
    void every_mutant_is_caught_by_what_it_breaks() {
        hunt(ALL);
    }

    @Test
    void some_mutants_are_caught_at_once() {
        hunt(ALL.stream().filter(mutant -> QUICK.contains(mutant.name())).toList());
    }

    @Test
    void every_piece_that_a_mutant_changes_is_there_exactly_once() {
        for (var mutant : ALL) {
            assertThat(MutatedClasses.changedSources(mutant.edits()))
                    .as(mutant.name())
                    .isNotEmpty();
        }
    }

    @Test
    @Tag("chaos")
    void without_a_mutant_no_run_costs_more_than_its_plan_promises() {
        assertKeepsWhatItPromises(SEEDS);
    }

    @Test
    void nor_do_the_first_of_them() {
        assertKeepsWhatItPromises(FEW);
    }

    @Test
    void the_page_lists_every_mutant_with_what_catches_it_and_no_other() throws IOException {
        var listed = Files.readString(PAGE)
                .lines()
                .dropWhile(line -> !line.startsWith("| defect |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();

        assertThat(listed)
                .containsExactlyElementsOf(ALL.stream()
                        .map(mutant -> "| " + mutant.name() + " | " + mutant.caughtBy() + " |")
                        .toList());
    }

    private void assertKeepsWhatItPromises(int seeds) {
        for (long seed = 1; seed <= seeds; seed++) {
            var ran = costs.apply(seed);
            assertThat(ran).as("seed %d completes", seed).hasSize(1);
            ran.forEach((change, cost) -> assertThat(Cost.excess(cost.get(1), cost.get(0)))
                    .as("%s costs %s", change, cost)
                    .isEmpty());
        }
    }

    private void hunt(List<Mutant> mutants) {
        var escaped = new ArrayList<String>();
        for (var mutant : mutants) {
            var caught = caught(mutant);
            var seed = LongStream.rangeClosed(1, SEEDS).filter(caught).findFirst();
            if (seed.isPresent()) {
                System.out.printf("%s: caught by %s, seed %d%n", mutant, mutant.caughtBy(), seed.getAsLong());
            } else {
                escaped.add(mutant.name());
            }
        }
        System.out.printf("figure: mutants.planted = %d mutants%n", mutants.size());
        System.out.printf("figure: mutants.caught = %d mutants%n", mutants.size() - escaped.size());
        assertThat(escaped).isEmpty();
    }

    /** Tells of a seed whether its case catches the mutant. */
    private LongPredicate caught(Mutant mutant) {
        var classes = MutatedClasses.by(mutant.edits());
        if (Mutant.OF_PREFERENCES.contains(mutant)) {
            @SuppressWarnings("unchecked") // As CostsOfCase says.
            LongFunction<Map<String, List<List<Integer>>>> costsThere =
                    classes.create(CostsOfCase.class, LongFunction.class);
            return seed -> isAmong(() -> excess(seed, costsThere.apply(seed)), mutant);
        }
        @SuppressWarnings("unchecked") // As FindingsOfCase says.
        LongFunction<List<String>> findingsThere = classes.create(FindingsOfCase.class, LongFunction.class);
        return seed -> isAmong(() -> findingsThere.apply(seed), mutant);
    }

    private interface Found {
        List<String> names();
    }

    /** A case that cannot be drawn with the defect, or that falls over it, catches nothing. */
    private static boolean isAmong(Found found, Mutant mutant) {
        try {
            return found.names().contains(mutant.caughtBy());
        } catch (RuntimeException | AssertionError e) {
            return false;
        }
    }

    /** In which count what was seen of a run is higher than what the plan for the same change promises. */
    private List<String> excess(long seed, Map<String, List<List<Integer>>> seen) {
        var here = asItIs.computeIfAbsent(seed, costs::apply);
        return seen.entrySet().stream()
                .filter(cost -> here.containsKey(cost.getKey()))
                .flatMap(cost -> Cost.excess(
                        cost.getValue().get(1), here.get(cost.getKey()).get(0))
                        .stream())
                .toList();
    }
}
