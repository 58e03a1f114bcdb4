package io.ensembler.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.SendIntent;
import io.ensembler.model.SenderId;
import io.ensembler.model.ServerId;
import io.ensembler.plan.RandomPlans;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.report.Backup;
import io.ensembler.report.JournalEntry;
import io.ensembler.report.StepReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JournalLinesTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final SenderId SENDER = new SenderId("0x1000\"é-7");

    @Property(tries = 200)
    void entries_read_back_are_those_that_were_written(@ForAll long seed) {
        var entries = entries(plan(new Random(seed).nextInt(1_000)));
        var lines = lines(entries);
        assertThat(JournalLines.read(lines)).isEqualTo(entries);
        assertThat(lines).allSatisfy(line -> assertThat(line).matches("[\\x20-\\x7e]*"));
    }

    @Property(tries = 500)
    void a_line_in_which_anything_changed_is_refused_by_its_number(@ForAll long seed) {
        var random = new Random(seed);
        var lines = new ArrayList<>(lines(entries(plan(7))));
        int number = random.nextInt(lines.size());
        var line = new StringBuilder(lines.get(number));
        int place = random.nextInt(line.length());
        char other = (char) (' ' + random.nextInt('~' - ' '));
        line.setCharAt(place, line.charAt(place) == other ? '~' : other);
        lines.set(number, line.toString());
        assertThatThrownBy(() -> JournalLines.read(lines))
                .isInstanceOfSatisfying(
                        JournalFormatException.class, e -> assertThat(e.line()).isEqualTo(number + 1));
    }

    @Test
    void a_line_cut_off_anywhere_is_refused() {
        var line = JournalLines.write(1, entries(plan(7)).get(1));
        for (int end = 0; end < line.length(); end++) {
            var cut = line.substring(0, end);
            assertThatThrownBy(() -> JournalLines.read(List.of(cut)))
                    .isInstanceOf(JournalFormatException.class)
                    .hasMessageContaining("line 1 is no line of a journal, or was cut off");
        }
    }

    @Test
    void a_missing_line_and_one_that_stands_twice_are_noticed() {
        var lines = lines(entries(plan(7)));
        var missing = new ArrayList<>(lines);
        missing.remove(2);
        assertThatThrownBy(() -> JournalLines.read(missing))
                .isInstanceOf(JournalFormatException.class)
                .hasMessageContaining("line 3 cannot be read: line is 4");
        var twice = new ArrayList<>(lines);
        twice.add(2, lines.get(1));
        assertThatThrownBy(() -> JournalLines.read(twice))
                .isInstanceOf(JournalFormatException.class)
                .hasMessageContaining("line 3 cannot be read: line is 2");
    }

    @Test
    void entries_of_a_kind_not_known_are_refused_and_fields_not_known_passed_over() {
        var ended = new JournalEntry.StepBegan(AT, "1/4 start server 4, not voting yet");
        var line = JournalLines.write(1, ended);
        var unknown = checked(line.replace("step-began", "step-dreamt"));
        assertThatThrownBy(() -> JournalLines.read(List.of(unknown)))
                .isInstanceOf(JournalFormatException.class)
                .hasMessageContaining("entry is \"step-dreamt\"");
        var more = checked(line.replace("{\"line\":1,", "{\"line\":1,\"mood\":{\"is\":[\"good\"]},"));
        assertThat(JournalLines.read(List.of(more))).containsExactly(ended);
    }

    @Test
    void another_major_format_is_refused() {
        var line = JournalLines.write(1, entries(plan(7)).get(0));
        var later = checked(
                line.replace("\"formatVersion\":\"1.0\",\"direction\"", "\"formatVersion\":\"2.0\",\"direction\""));
        assertThatThrownBy(() -> JournalLines.read(List.of(later)))
                .isInstanceOf(JournalFormatException.class)
                .hasMessageContaining("formatVersion is 2.0, and formats 1.x are known here");
    }

    /** The line as it would be had it been written with what it holds. */
    private static String checked(String line) {
        var unclosed = line.substring(0, line.lastIndexOf(",\"check\""));
        var check = new java.util.zip.CRC32C();
        check.update(unclosed.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return unclosed + ",\"check\":\"" + String.format("%08x", check.getValue()) + "\"}";
    }

    private static List<String> lines(List<JournalEntry> entries) {
        var lines = new ArrayList<String>();
        entries.forEach(entry -> lines.add(JournalLines.write(lines.size() + 1, entry)));
        return lines;
    }

    /** A plan made from this seed on; not every seed gives a request that can be planned. */
    private static ScalingPlan plan(long seed) {
        return LongStream.iterate(seed, next -> next + 1)
                .mapToObj(RandomPlans::plan)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow();
    }

    /** One of each kind, and each outcome. */
    private static List<JournalEntry> entries(ScalingPlan plan) {
        var origin = new Configuration(plan.origin(), plan.baseVersion());
        var target = new Configuration(plan.target(), ConfigurationVersion.of(0xffff_ffff_0000_0001L));
        var entries = new ArrayList<JournalEntry>();
        entries.add(new JournalEntry.RunBegan(
                AT,
                plan,
                JournalEntry.Direction.BACK,
                new TreeSet<>(plan.origin().ids())));
        entries.add(new JournalEntry.StepBegan(AT, "1/4 start server 4, not voting yet"));
        entries.add(new JournalEntry.Intended(
                AT, new SendIntent(plan.baseVersion(), plan.origin(), plan.target(), SENDER)));
        for (var outcome : JournalEntry.Outcome.values()) {
            entries.add(new JournalEntry.Settled(
                    AT, SENDER, outcome, outcome == JournalEntry.Outcome.APPLIED ? target : origin));
        }
        entries.add(new JournalEntry.RunResumed(AT, new Configuration(Ensemble.empty(), ConfigurationVersion.NONE)));
        entries.add(new JournalEntry.PlannedAgain(AT, Optional.empty(), List.of()));
        entries.add(new JournalEntry.PlannedAgain(AT, Optional.of(ServerId.of(3)), List.of("1/1 this", "über\tthat")));
        entries.add(new JournalEntry.BackedUp(new Backup(AT, origin, Optional.empty())));
        entries.add(new JournalEntry.BackedUp(new Backup(AT, target, Optional.of("/backups/3 \"of\" today"))));
        entries.add(new JournalEntry.SetAside(AT, ServerId.of(254)));
        for (var outcome : StepReport.Outcome.values()) {
            entries.add(new JournalEntry.StepEnded(
                    AT, "1/4 this", outcome, Duration.ofMillis(1234), plan.baseVersion(), Optional.of(ServerId.of(1))));
        }
        for (var ending : JournalEntry.Ending.values()) {
            entries.add(new JournalEntry.RunEnded(AT, ending, "it ended"));
        }
        return entries;
    }
}
