package io.ensembler.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a server has logged, as ZooKeeper's own settings have it: a time, and later in the line how grave it is. */
final class ServerLog {

    /** What is looked through at most: the end of the file. */
    private static final long LONGEST = 8L * 1024 * 1024;

    private static final int MOST = 100;
    private static final int TAIL = 16 * 1024;

    private static final Pattern ERROR = Pattern.compile(
            "(\\d{4}-\\d{2}-\\d{2})[ T](\\d{2}:\\d{2}:\\d{2})[,.](\\d{3})(Z|[-+]\\d{2}:?\\d{2})? (?:\\[[^\\]]*\\] )*(?:- )?(?:ERROR|FATAL) .*");

    private final Path path;
    private final ZoneId zone;

    /**
     * Creates the log at a path.
     *
     * @param zone of times that name none
     */
    ServerLog(Path path, ZoneId zone) {
        this.path = path;
        this.zone = zone;
    }

    /** Returns the first hundred lines in the last 8 MB that tell of an error since a moment. */
    List<String> errors(Instant since) throws IOException {
        var errors = new ArrayList<String>();
        if (!Files.exists(path)) {
            return errors;
        }
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.position(Math.max(0, channel.size() - LONGEST));
            var lines = new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), decoder));
            String line = lines.readLine();
            while (line != null && errors.size() < MOST) {
                if (isErrorSince(line, since)) {
                    errors.add(line);
                }
                line = lines.readLine();
            }
        }
        return errors;
    }

    /** Returns the end of it, empty if it cannot be read. */
    String tail() {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long from = Math.max(0, channel.size() - TAIL);
            var bytes = ByteBuffer.allocate(TAIL);
            int read = channel.read(bytes, from);
            return read <= 0 ? "" : new String(bytes.array(), 0, read, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private boolean isErrorSince(String line, Instant since) {
        var form = ERROR.matcher(line);
        if (!form.matches()) {
            return false;
        }
        var local = form.group(1) + "T" + form.group(2) + "." + form.group(3);
        try {
            var at = form.group(4) == null
                    ? LocalDateTime.parse(local).atZone(zone).toInstant()
                    : OffsetDateTime.parse(local + offset(form.group(4))).toInstant();
            // Milliseconds are all that a line has of its time.
            return !at.plusMillis(1).isBefore(since);
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static String offset(String text) {
        boolean plain = text.length() == 5;
        return plain ? text.substring(0, 3) + ":" + text.substring(3) : text;
    }
}
