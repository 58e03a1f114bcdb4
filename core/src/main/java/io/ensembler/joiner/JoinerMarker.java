package io.ensembler.joiner;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.ServerId;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the marker file says: whose data directory this is, and of which of its lives. */
record JoinerMarker(ServerId id, Incarnation incarnation) {

    private static final Pattern FORM =
            Pattern.compile("id=(-?[0-9]+)\nincarnation=([0-9a-f]+)\n(?:ensemble=([!-~]+)\n)?");

    /** Returns whether a marker file with this text is one of server {@code id}, of whatever incarnation. */
    static boolean names(String text, ServerId id) {
        return text.startsWith("id=" + id + "\n");
    }

    /** Returns whether marker files with these texts are known to be of two ensembles. */
    static boolean areOfTwoEnsembles(String text, String other) {
        var one = read(text).map(JoinerMarker::incarnation);
        var two = read(other).map(JoinerMarker::incarnation);
        return one.isPresent() && two.isPresent() && one.get().isElsewhereThan(two.get());
    }

    /** Returns what a marker file says, or empty if it is none of ours. */
    static Optional<JoinerMarker> read(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        try {
            var since = ConfigurationVersion.of(Long.parseUnsignedLong(form.group(2), 16));
            var ensemble = Optional.ofNullable(form.group(3)).map(EnsembleIdentity::new);
            return Optional.of(
                    new JoinerMarker(ServerId.of(Long.parseLong(form.group(1))), new Incarnation(since, ensemble)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    String print() {
        return "id=" + id + "\nincarnation=" + incarnation.since() + "\n"
                + incarnation
                        .ensemble()
                        .map(ensemble -> "ensemble=" + ensemble + "\n")
                        .orElse("");
    }
}
