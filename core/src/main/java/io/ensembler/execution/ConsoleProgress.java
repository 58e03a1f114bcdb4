package io.ensembler.execution;

import io.ensembler.report.EventStamp;
import io.ensembler.report.RunEvent;
import io.ensembler.report.RunEventVisitor;
import io.ensembler.report.StepReport;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Shows a person how a run goes on. On a terminal each step has one line that changes while it lasts, with what is waited
 * for and the time the run has left; anywhere else each event is a line of its own. For one run at a time; thread-safe.
 *
 * <p>Whatever would steer a terminal is shown as {@code ?}, since parts of it may come from elsewhere, such as a log.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ConsoleProgress implements RunListener {

    private static final int NARROWEST = 20;
    private static final int USUAL_COLUMNS = 80;
    private static final String CUT_OFF = "...";

    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintStream out;
    private final Look look;
    private final int columns;

    /** What stands on the line that changes; empty if there is none. */
    private String current = "";

    private enum Look {
        LINES,
        LIVE,
        LIVE_IN_COLOUR
    }

    private ConsoleProgress(PrintStream out, Look look, int columns) {
        this.out = out;
        this.look = look;
        this.columns = Math.max(NARROWEST, columns);
    }

    /** Returns a listener that prints each event on a line of its own. */
    public static ConsoleProgress lines(PrintStream out) {
        return new ConsoleProgress(out, Look.LINES, USUAL_COLUMNS);
    }

    /**
     * Returns a listener for a terminal.
     *
     * @param columns how many characters fit on its lines; at least 20 are used
     */
    public static ConsoleProgress live(PrintStream out, int columns) {
        return new ConsoleProgress(out, Look.LIVE, columns);
    }

    /** Returns a listener for a terminal that shows colours. */
    public static ConsoleProgress liveInColour(PrintStream out, int columns) {
        return new ConsoleProgress(out, Look.LIVE_IN_COLOUR, columns);
    }

    /**
     * Returns the listener that fits where this process runs: for a terminal if it has one that can move its cursor, of as
     * many columns as {@code COLUMNS} says (80 if it says nothing), in colour unless {@code NO_COLOR} says anything.
     */
    public static ConsoleProgress detect(PrintStream out) {
        return detect(out, Terminal.isAttached(), System.getenv());
    }

    /** Returns whether this process has a terminal, on which somebody can be asked. */
    public static boolean isOnTerminal() {
        return Terminal.isAttached();
    }

    static ConsoleProgress detect(PrintStream out, boolean terminal, Map<String, String> environment) {
        if (!terminal || environment.getOrDefault("TERM", "").equals("dumb")) {
            return lines(out);
        }
        var said = environment.getOrDefault("COLUMNS", "");
        int columns = said.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(said) : USUAL_COLUMNS;
        return environment.getOrDefault("NO_COLOR", "").isEmpty() ? liveInColour(out, columns) : live(out, columns);
    }

    /** Shows an event as one whose time left nobody knows. */
    @Override
    public void onEvent(RunEvent event) {
        show(event, "");
    }

    @Override
    public void onEvent(RunEvent event, EventStamp stamp) {
        show(event, " (" + text(stamp.timeLeft()) + " left)");
    }

    private synchronized void show(RunEvent event, String left) {
        if (look == Look.LINES) {
            out.println(harmless(event.toString()) + (event instanceof RunEvent.Waiting ? left : ""));
        } else {
            show(event.accept(new Shown(left)));
        }
        out.flush();
    }

    private void show(Line line) {
        var text = harmless(line.text());
        switch (line.place()) {
            case CURRENT -> current = text;
            case LAST_OF_CURRENT -> {
                current = "";
                out.println(CLEAR_LINE + coloured(text, line.colour()));
            }
            case ABOVE_CURRENT -> out.println(CLEAR_LINE + coloured(text, line.colour()));
        }
        out.print(CLEAR_LINE + fitting(current));
    }

    private String coloured(String text, String colour) {
        return look == Look.LIVE_IN_COLOUR && !colour.isEmpty() ? colour + text + PLAIN : text;
    }

    /** Where a text stands. */
    private enum Place {
        /** On the line that changes. */
        CURRENT,
        /** There, to stay; the next line is the one that changes. */
        LAST_OF_CURRENT,
        /** On a line that stays, before the one that changes. */
        ABOVE_CURRENT
    }

    private record Line(Place place, String text, String colour) {}

    /** What is shown of each kind of event on a terminal. */
    private record Shown(String left) implements RunEventVisitor<Line> {

        @Override
        public Line visitStepStarted(RunEvent.StepStarted event) {
            return new Line(Place.CURRENT, event.toString(), "");
        }

        /** What is waited for before what the step is: the line may be cut off. */
        @Override
        public Line visitWaiting(RunEvent.Waiting event) {
            return new Line(Place.CURRENT, event + left, "");
        }

        @Override
        public Line visitStepEnded(RunEvent.StepEnded event) {
            boolean finished = event.report().outcome() != StepReport.Outcome.NOT_FINISHED;
            return new Line(Place.LAST_OF_CURRENT, event.toString(), finished ? GREEN : RED);
        }

        @Override
        public Line visitLeadershipMoved(RunEvent.LeadershipMoved event) {
            var colour = event.cause() == RunEvent.Cause.PLAN ? "" : YELLOW;
            return new Line(Place.ABOVE_CURRENT, event.toString(), colour);
        }

        @Override
        public Line visitHeld(RunEvent.Held event) {
            return new Line(Place.CURRENT, event.toString(), "");
        }

        @Override
        public Line visitWentOn(RunEvent.WentOn event) {
            return new Line(Place.LAST_OF_CURRENT, event.toString(), "");
        }

        @Override
        public Line visitReplanned(RunEvent.Replanned event) {
            return new Line(Place.ABOVE_CURRENT, event.toString(), YELLOW);
        }
    }

    /** A line that is longer than the terminal is wide would not be cleared. */
    private String fitting(String line) {
        int fits = columns - 1;
        return line.length() <= fits ? line : line.substring(0, fits - CUT_OFF.length()) + CUT_OFF;
    }

    private static String harmless(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
    }

    private static String text(Duration time) {
        if (time.toHours() > 0) {
            return time.toHours() + " h " + time.toMinutesPart() + " min";
        }
        return time.toMinutes() > 0
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toSeconds() + " s";
    }
}
