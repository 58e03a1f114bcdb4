package io.ensembler.scenario;

import io.ensembler.scenario.Scenario.Line;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A file of scenarios that reads as a specification:
 *
 * <pre>
 * # A comment.
 *
 * scenario: a data directory of another server
 *   ensemble: 1,2,3
 *   fact: server 4 data directory foreign server
 *   target: 1,2,3,4
 * =&gt;
 *   Cannot add server 4: ... \
 *     and so on
 * </pre>
 *
 * A line of the answer that ends in a backslash goes on in the next. What may be given is told by {@link Situation} and
 * {@link Question}.
 */
public final class ScenarioFile {

    private static final String TITLE = "scenario:";
    private static final String ANSWER = "=>";
    private static final String INDENTATION = "  ";
    private static final String GOES_ON = " \\";
    private static final int WIDTH = 118;

    private final List<String> before;
    private final List<Entry> entries;

    /** A scenario with the lines that it was read from, but for its answer. */
    private record Entry(List<String> question, Scenario scenario) {}

    private ScenarioFile(List<String> before, List<Entry> entries) {
        this.before = before;
        this.entries = entries;
    }

    /** Reads a file. */
    public static ScenarioFile read(Path path) {
        try {
            return parse(Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
    }

    static ScenarioFile parse(String text) {
        var lines = text.lines().toList();
        int at = 0;
        while (at < lines.size() && !lines.get(at).startsWith(TITLE)) {
            checkComment(lines, at);
            at++;
        }
        var before = lines.subList(0, at);
        var entries = new ArrayList<Entry>();
        while (at < lines.size()) {
            int end = at + 1;
            while (end < lines.size() && !lines.get(end).startsWith(TITLE)) {
                end++;
            }
            entries.add(entry(lines, at, end));
            at = end;
        }
        return new ScenarioFile(List.copyOf(before), entries);
    }

    private static void checkComment(List<String> lines, int at) {
        var line = lines.get(at);
        if (!line.isBlank() && !line.startsWith("#")) {
            throw new IllegalArgumentException("line " + (at + 1) + " stands before the first scenario: " + line);
        }
    }

    private static Entry entry(List<String> lines, int from, int to) {
        var given = new ArrayList<Line>();
        int at = from + 1;
        while (at < to && !lines.get(at).equals(ANSWER)) {
            var line = lines.get(at).strip();
            at++;
            if (!line.isEmpty() && !line.startsWith("#")) {
                given.add(line(line, at));
            }
        }
        if (at == to) {
            throw new IllegalArgumentException("line " + (from + 1) + ": the scenario has no " + ANSWER);
        }
        var title = lines.get(from).substring(TITLE.length()).strip();
        var question = List.copyOf(lines.subList(from, at));
        return new Entry(question, new Scenario(title, given, unwrapped(lines.subList(at + 1, to))));
    }

    private static Line line(String text, int number) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("line " + number + " gives nothing under a name: " + text);
        }
        return new Line(
                number,
                text.substring(0, colon).strip(),
                text.substring(colon + 1).strip());
    }

    private static String unwrapped(List<String> lines) {
        var text = new StringBuilder();
        boolean goesOn = false;
        for (var line : lines) {
            var part = goesOn ? " " + line.strip() : withoutIndentation(line);
            goesOn = part.endsWith(GOES_ON);
            text.append(goesOn ? part.substring(0, part.length() - GOES_ON.length()) : part + "\n");
        }
        return text.toString().stripTrailing();
    }

    private static String withoutIndentation(String line) {
        return line.startsWith(INDENTATION) ? line.substring(INDENTATION.length()) : line.strip();
    }

    private static List<String> wrapped(String answer) {
        var lines = new ArrayList<String>();
        answer.lines().forEach(line -> {
            var rest = INDENTATION + line;
            while (rest.length() > WIDTH) {
                int space = rest.lastIndexOf(' ', WIDTH - GOES_ON.length());
                if (rest.substring(0, Math.max(space, 0)).isBlank()) {
                    space = rest.indexOf(' ', WIDTH);
                }
                if (space < 0) {
                    break;
                }
                lines.add(rest.substring(0, space) + GOES_ON);
                rest = INDENTATION.repeat(3) + rest.substring(space + 1);
            }
            lines.add(rest);
        });
        return lines;
    }

    /** Returns the scenarios, in order. */
    public List<Scenario> scenarios() {
        return entries.stream().map(Entry::scenario).toList();
    }

    /** Returns the text of this file with the answers that the code gives. */
    String answered() {
        return print(Scenario::answer);
    }

    /** Returns the text of this file, with answers wrapped as they are when written. */
    @Override
    public String toString() {
        return print(Scenario::expected);
    }

    private String print(Function<Scenario, String> answer) {
        var lines = new ArrayList<>(before);
        for (var entry : entries) {
            lines.addAll(entry.question());
            lines.add(ANSWER);
            lines.addAll(wrapped(answer.apply(entry.scenario())));
            lines.add("");
        }
        return String.join("\n", lines);
    }
}
