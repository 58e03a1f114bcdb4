package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replies to reconfigurations that a proxy between driver and servers cuts off: whatever became of each, the servers'
 * transaction logs hold each change once, and the journal says of each what they hold.
 *
 * <p>A trial that fails prints its number and its seed: {@code -Dlost-replies.seed=SEED -Dlost-replies.only=NUMBER} with
 * {@code -Pchaos} carries out that one alone. {@code -Dlost-replies.trials} says how many there are.
 */
class LostRepliesTest {

    private static final long SEED = Long.getLong("lost-replies.seed", 20_260_103);
    private static final int TRIALS = 10;
    private static final int MORE = Integer.getInteger("lost-replies.trials", 400);
    private static final int ONLY = Integer.getInteger("lost-replies.only", -1);

    @Test
    void ten_changes_are_made_once_and_known_whatever_became_of_their_replies(@TempDir Path folder) throws Exception {
        var trials = IntStream.range(0, TRIALS)
                .mapToObj(number -> LostReplyTrial.drawn(number, SEED))
                .toList();
        assertThat(trials).extracting(LostReplyTrial::kind).containsAll(EnumSet.allOf(LostReplyTrial.Kind.class));
        assertThat(trials).extracting(LostReplyTrial::cut).containsAll(EnumSet.allOf(LostReplyTrial.Cut.class));

        carryOut(IntStream.range(0, TRIALS), folder);
    }

    @Test
    @Tag("chaos")
    void four_hundred_changes_are_made_once_and_known_whatever_became_of_their_replies(@TempDir Path folder)
            throws Exception {
        carryOut(ONLY >= 0 ? IntStream.of(ONLY) : IntStream.range(0, MORE), folder);
    }

    private static void carryOut(IntStream numbers, Path folder) throws Exception {
        var failures = new ArrayList<String>();
        int trials = 0;
        for (int number : numbers.toArray()) {
            var trial = LostReplyTrial.drawn(number, SEED);
            trials++;
            try {
                var wrongs = trial.run(Files.createDirectory(folder.resolve("trial-" + number)));
                wrongs.forEach(wrong -> failures.add(described(number, trial) + wrong));
            } catch (Exception | AssertionError e) {
                failures.add(described(number, trial) + e);
            }
        }
        failures.forEach(System.out::println);
        System.out.printf("figure: lost-replies.trials = %d trials%n", trials);
        System.out.printf(
                "figure: lost-replies.wrong = %d trials%n",
                failures.stream()
                        .map(failure -> failure.split(":", -1)[0])
                        .distinct()
                        .count());
        assertThat(failures).isEmpty();
    }

    private static String described(int number, LostReplyTrial trial) {
        return "trial " + number + " of seed " + SEED + ": " + trial + ": ";
    }
}
