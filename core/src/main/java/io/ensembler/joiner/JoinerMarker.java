package io.ensembler.joiner;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.ServerId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the marker file says: whose data directory this is. The incarnation is the version of the configuration from
 * which the server was first started: versions never go back within an ensemble, so a server that left and joins again
 * has another.
 */
record JoinerMarker(ServerId id, ConfigurationVersion incarnation) {

    private static final Pattern FORM = Pattern.compile("id=(-?[0-9]+)\nincarnation=([0-9a-f]+)\n");

    /** Returns whether a marker file with this text is one of server {@code id}, of whatever incarnation. */
    static boolean names(String text, ServerId id) {
        return text.startsWith("id=" + id + "\n");
    }

    /** Returns what a marker file says, or empty if it is none of ours. */
    static Optional<JoinerMarker> read(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new JoinerMarker(
                    ServerId.of(Long.parseLong(form.group(1))),
                    ConfigurationVersion.of(Long.parseUnsignedLong(form.group(2), 16))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    String print() {
        return "id=" + id + "\nincarnation=" + incarnation + "\n";
    }
}
