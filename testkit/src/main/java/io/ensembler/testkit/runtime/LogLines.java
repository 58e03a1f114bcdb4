package io.ensembler.testkit.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apiguardian.api.API;

/** How servers write their logs, and what is read of them. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class LogLines {

    /** The pattern for Logback. */
    public static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0} - %msg%n";

    private static final Pattern ERROR = Pattern.compile("(\\S+) (?:ERROR|FATAL) .*");
    private static final int MOST = 100;

    private LogLines() {}

    /**
     * Returns the lines that tell of an error since a moment, oldest first, the first hundred of them. A file written by
     * another pattern, as where a server runs from a class path of its own without Logback, has none.
     *
     * @throws UncheckedIOException if the file cannot be read
     */
    public static List<String> errors(Path log, Instant since) {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        var errors = new ArrayList<String>();
        try (var lines = new BufferedReader(new InputStreamReader(Files.newInputStream(log), decoder))) {
            String line = lines.readLine();
            while (line != null && errors.size() < MOST) {
                if (isErrorSince(line, since)) {
                    errors.add(line);
                }
                line = lines.readLine();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + log, e);
        }
        return errors;
    }

    private static boolean isErrorSince(String line, Instant since) {
        var matcher = ERROR.matcher(line);
        if (!matcher.matches()) {
            return false;
        }
        try {
            // Milliseconds are all that a line has of its time.
            return !OffsetDateTime.parse(matcher.group(1))
                    .toInstant()
                    .plusMillis(1)
                    .isBefore(since);
        } catch (DateTimeException e) {
            return false;
        }
    }
}
