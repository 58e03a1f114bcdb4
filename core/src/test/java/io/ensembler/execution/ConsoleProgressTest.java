package io.ensembler.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.plan.PlannedStep;
import io.ensembler.plan.Step;
import io.ensembler.report.EventStamp;
import io.ensembler.report.RunEvent;
import io.ensembler.report.StepReport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {

    private static final PlannedStep STEP =
            new PlannedStep(2, 7, new Step.Verify(), Ensemble.of(Server.parse("server.1=10.0.0.1:2888:3888;2181")), 0);
    private static final EventStamp STAMP =
            new EventStamp(1, Instant.EPOCH, Duration.ofSeconds(3 * 3600 + 59 * 60 + 7));
    private static final RunEvent WAITING = new RunEvent.Waiting(STEP, "server 4 is 1812 transactions behind");
    private static final RunEvent ENDED =
            new RunEvent.StepEnded(new StepReport(STEP, StepReport.Outcome.DONE, Duration.ofMillis(1_234)));
    private static final RunEvent BROKEN_OFF =
            new RunEvent.StepEnded(new StepReport(STEP, StepReport.Outcome.NOT_FINISHED, Duration.ofMillis(1_234)));
    private static final RunEvent ELECTION =
            new RunEvent.LeadershipMoved(Optional.of(ServerId.of(2)), RunEvent.Cause.ELECTION);

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);

    @Test
    void prints_a_line_for_each_event_where_there_is_no_terminal() {
        tell(ConsoleProgress.lines(out), new RunEvent.StepStarted(STEP), WAITING, ENDED);

        assertThat(shown.toString(StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines(
                        """
                        2/7 verify through each server -> 1, tolerance 0
                        2/7 waiting: server 4 is 1812 transactions behind (3 h 59 min left)
                        2/7 verify through each server -> 1, tolerance 0: done after 1234 ms
                        """);
    }

    @Test
    void a_step_has_one_line_of_a_terminal_which_changes_and_stays_once_it_has_ended() {
        tell(ConsoleProgress.live(out, 80), new RunEvent.StepStarted(STEP), WAITING, ENDED);

        assertThat(onTerminal()).isEqualTo("2/7 verify through each server -> 1, tolerance 0: done after 1234 ms\n");
    }

    @Test
    void what_is_waited_for_and_the_time_left_stand_on_the_line_until_then() {
        tell(ConsoleProgress.live(out, 80), new RunEvent.StepStarted(STEP), WAITING);

        assertThat(onTerminal()).isEqualTo("2/7 waiting: server 4 is 1812 transactions behind (3 h 59 min left)");
    }

    @Test
    void what_happens_besides_is_told_above_the_line_that_changes() {
        tell(ConsoleProgress.live(out, 80), new RunEvent.StepStarted(STEP), ELECTION);

        assertThat(onTerminal())
                .isEqualTo("leadership moved to server 2 by an election that is not ours\n"
                        + "2/7 verify through each server -> 1, tolerance 0");
    }

    @Test
    void a_line_that_changes_is_never_wider_than_the_terminal() {
        tell(ConsoleProgress.live(out, 30), new RunEvent.StepStarted(STEP));

        assertThat(onTerminal()).isEqualTo("2/7 verify through each se...").hasSize(29);
    }

    @Test
    void colours_tell_what_is_done_from_what_is_not_and_only_where_they_are_wanted() {
        tell(ConsoleProgress.liveInColour(out, 80), ENDED, BROKEN_OFF, ELECTION);

        assertThat(shown.toString(StandardCharsets.UTF_8))
                .contains("\u001b[32m2/7 verify", "\u001b[31m2/7 verify", "\u001b[33mleadership moved");
        shown.reset();
        tell(ConsoleProgress.live(out, 80), ENDED, BROKEN_OFF, ELECTION);
        assertThat(shown.toString(StandardCharsets.UTF_8)).doesNotContain("\u001b[3");
    }

    @Test
    void what_comes_from_elsewhere_cannot_steer_a_terminal() {
        tell(ConsoleProgress.lines(out), new RunEvent.Waiting(STEP, "a log says \u001b[2J\nand more\u202e"));

        assertThat(shown.toString(StandardCharsets.UTF_8).strip())
                .isEqualTo("2/7 waiting: a log says ?[2J?and more? (3 h 59 min left)");
    }

    @Test
    void the_environment_decides_how_it_looks() {
        assertThat(first(false, Map.of())).isEqualTo(Appearance.LINES);
        assertThat(first(true, Map.of("TERM", "dumb"))).isEqualTo(Appearance.LINES);
        assertThat(first(true, Map.of("TERM", "xterm"))).isEqualTo(Appearance.COLOUR);
        assertThat(first(true, Map.of("NO_COLOR", ""))).isEqualTo(Appearance.COLOUR);
        assertThat(first(true, Map.of("NO_COLOR", "1"))).isEqualTo(Appearance.LIVE);
    }

    @Test
    void the_environment_may_tell_the_width() {
        tell(ConsoleProgress.detect(out, true, Map.of("COLUMNS", "25")), new RunEvent.StepStarted(STEP));
        assertThat(onTerminal()).hasSize(24);
        shown.reset();
        tell(ConsoleProgress.detect(out, true, Map.of("COLUMNS", "wide")), new RunEvent.StepStarted(STEP));
        assertThat(onTerminal()).isEqualTo("2/7 verify through each server -> 1, tolerance 0");
    }

    private enum Appearance {
        LINES,
        LIVE,
        COLOUR
    }

    private Appearance first(boolean terminal, Map<String, String> environment) {
        shown.reset();
        tell(ConsoleProgress.detect(out, terminal, environment), ENDED);
        var text = shown.toString(StandardCharsets.UTF_8);
        if (!text.contains("\r")) {
            return Appearance.LINES;
        }
        return text.contains("\u001b[32m") ? Appearance.COLOUR : Appearance.LIVE;
    }

    private static void tell(ConsoleProgress progress, RunEvent... events) {
        for (var event : events) {
            progress.onEvent(event, STAMP);
        }
    }

    /** What a terminal shows in the end: of what was written over, the last. */
    private String onTerminal() {
        var lines = shown.toString(StandardCharsets.UTF_8).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            var line = lines[i];
            lines[i] = line.substring(line.lastIndexOf("\r\u001b[K") < 0 ? 0 : line.lastIndexOf("\r\u001b[K") + 4);
        }
        return String.join("\n", lines);
    }
}
