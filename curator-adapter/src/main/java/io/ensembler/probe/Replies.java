package io.ensembler.probe;

import io.ensembler.model.ServerMode;
import java.util.Arrays;
import java.util.Optional;

/** What the answers of servers have in common. */
final class Replies {

    private static final int LONGEST_QUOTE = 120;

    private Replies() {}

    static boolean isNotServing(String text) {
        return text.contains("not currently serving requests");
    }

    /** Returns what follows {@code key} on the line that starts with it. */
    static Optional<String> field(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).trim())
                .findFirst();
    }

    static Optional<ServerMode> mode(String word) {
        return Arrays.stream(ServerMode.values())
                .filter(mode -> mode.toString().equals(word))
                .findFirst();
    }

    static String shortened(String text) {
        var line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "...";
    }
}
