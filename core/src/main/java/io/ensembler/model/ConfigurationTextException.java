package io.ensembler.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * A configuration text that cannot be read, with everything that is wrong with it.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ConfigurationTextException extends EnsembleException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * Creates the exception from what is wrong.
     *
     * @throws IllegalArgumentException if {@code problems} is empty
     */
    public ConfigurationTextException(List<Problem> problems) {
        super(checked(problems).stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    private static List<Problem> checked(List<Problem> problems) {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("a text without problem can be read");
        }
        return problems;
    }

    /** Returns what is wrong, in the order of the lines, and then what concerns the text as a whole; empty on a deserialized exception. */
    public List<Problem> problems() {
        return problems == null ? List.of() : problems;
    }

    /**
     * One thing that is wrong with a text.
     *
     * @param lineNumber the line, counted from 1; 0 if the text as a whole is wrong
     * @param line the line as it stands, a continued one with its line ends; empty if the text as a whole is wrong
     * @param reason why it cannot be read
     * @param remedy what would help
     * @param correctedLine the line to write instead where one is known; several, one below the other, for a command
     *     that names several servers
     */
    public record Problem(int lineNumber, String line, String reason, String remedy, Optional<String> correctedLine) {

        @Override
        public String toString() {
            var where = lineNumber == 0 ? "Cannot read" : "Cannot read line " + lineNumber;
            var quoted = line.isEmpty() ? " the configuration" : " \"" + Quote.shown(line) + "\"";
            var instead = correctedLine.map(text -> " Write: " + text).orElse("");
            return where + quoted + ": " + reason + ". " + remedy + "." + instead;
        }
    }
}
