package io.ensembler.cli;

import io.ensembler.execution.MaintenanceWindow;
import io.ensembler.model.ConfigurationTextException;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** How the values of options are read. Whatever cannot be is refused with what would be right. */
final class Values {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Pattern WINDOW = Pattern.compile("([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2}) +(\\S+)");

    private Values() {}

    static void register(CommandLine command) {
        command.registerConverter(Server.class, Values::server);
        command.registerConverter(ServerId.class, Values::id);
        command.registerConverter(Duration.class, Values::duration);
        command.registerConverter(MaintenanceWindow.class, Values::window);
    }

    static Server server(String line) {
        try {
            return Server.parse(line);
        } catch (ConfigurationTextException e) {
            throw new TypeConversionException("Cannot read the server '" + line + "': " + e.getMessage());
        }
    }

    static ServerId id(String text) {
        try {
            return ServerId.of(Long.parseLong(text));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("Cannot read '" + text + "' as the id of a server. Give a number.");
        }
    }

    static Duration duration(String text) {
        var form = DURATION.matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException(
                    "Cannot read '" + text + "' as a time. Write a number and ms, s, m or h, such as 10m.");
        }
        long number = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    static MaintenanceWindow window(String text) {
        var form = WINDOW.matcher(text.strip());
        if (!form.matches()) {
            throw new TypeConversionException(
                    "Cannot read '" + text
                            + "' as a maintenance window. Write two times of day and a zone, such as '22:00-04:00 Europe/Berlin'.");
        }
        try {
            return MaintenanceWindow.daily(
                    LocalTime.parse(form.group(1)), LocalTime.parse(form.group(2)), ZoneId.of(form.group(3)));
        } catch (DateTimeException e) {
            throw new TypeConversionException("Cannot read '" + text + "' as a maintenance window: " + e.getMessage()
                    + ". Write two times of day and a zone, such as '22:00-04:00 Europe/Berlin'.");
        }
    }
}
