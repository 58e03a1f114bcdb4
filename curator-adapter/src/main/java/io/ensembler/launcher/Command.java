package io.ensembler.launcher;

import io.ensembler.spi.DriverException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A program and its arguments, each of which may have placeholders in it. Immutable. */
final class Command {

    private final String program;
    private final List<Template> arguments;

    private Command(String program, List<Template> arguments) {
        this.program = program;
        this.arguments = List.copyOf(arguments);
    }

    /**
     * Reads a command.
     *
     * @throws IllegalArgumentException if there is none, its program has a placeholder in it, or a template cannot be read
     */
    static Command of(String... command) {
        if (command.length == 0 || command[0].isBlank()) {
            throw new IllegalArgumentException("Cannot use a command without a program. Name one.");
        }
        if (!Template.parse(command[0]).placeholders().isEmpty()) {
            throw new IllegalArgumentException("Cannot use the command " + command[0]
                    + ": which program runs must not depend on a server. Put the placeholder into an argument.");
        }
        return new Command(
                Template.parse(command[0]).fill(Map.of()),
                Arrays.stream(command).skip(1).map(Template::parse).toList());
    }

    /** The program, for messages. Arguments are kept out of them. */
    String program() {
        return program;
    }

    boolean uses(Placeholder placeholder) {
        return arguments.stream().anyMatch(argument -> argument.placeholders().contains(placeholder));
    }

    /**
     * Returns program and arguments with all placeholders replaced, one argument for each template.
     *
     * @param effect what it is for, as the beginning of a sentence
     * @throws DriverException of kind {@code REFUSED} if something has no value for this server, or a value would make an
     *     option of what is none
     */
    List<String> fill(String effect, Map<Placeholder, String> values) {
        var filled = new ArrayList<String>();
        filled.add(program);
        for (var argument : arguments) {
            for (var placeholder : argument.placeholders()) {
                if (!values.containsKey(placeholder)) {
                    throw new DriverException(
                            DriverException.Kind.REFUSED,
                            effect + ": its command needs " + placeholder + ", which is not known of this server. Give"
                                    + " the server a client address, or leave it out of the command.");
                }
            }
            var text = argument.fill(values);
            if (text.startsWith("-") && !argument.beginning().startsWith("-")) {
                throw new DriverException(
                        DriverException.Kind.REFUSED,
                        effect + ": an argument of its command would begin with a dash and be taken for an option."
                                + " Choose a name or path that begins otherwise, or put something before the"
                                + " placeholder.");
            }
            if (text.indexOf('\0') >= 0) {
                throw new DriverException(
                        DriverException.Kind.REFUSED,
                        effect + ": an argument of its command would hold a zero character, which ends it. Choose"
                                + " another name or path.");
            }
            filled.add(text);
        }
        return filled;
    }
}
