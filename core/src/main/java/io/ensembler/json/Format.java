package io.ensembler.json;

import java.util.regex.Pattern;

/** Which formats can be read: those with the major number that is written today. */
final class Format {

    private static final Pattern VERSION = Pattern.compile("(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})");

    private Format() {}

    /**
     * Refuses what cannot be read. Asked before anything else, since of another major format nothing is known.
     *
     * @param written the version that is written today
     * @param what what is read, as a noun
     */
    static void check(Place place, String written, String what) {
        var text = place.text();
        var matcher = VERSION.matcher(text);
        if (!matcher.matches()) {
            throw place.refused("is " + Quoted.of(text), "Give a version such as " + written);
        }
        var major = written.substring(0, written.indexOf('.'));
        if (!matcher.group(1).equals(major)) {
            throw place.refused(
                    "is " + text + ", and formats " + major + ".x are known here",
                    "Read the " + what + " with the version of this library that wrote it, or make a new plan");
        }
    }
}
