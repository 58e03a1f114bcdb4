package io.ensembler.model;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * One entry of a text in the format of {@link Properties}, which ZooKeeper uses, with the line it begins on.
 *
 * <p>The JDK decodes each entry (escapes, separators, continuations); taking them one by one is what keeps line numbers
 * and entries named twice, which a {@code Properties} of the whole text would lose.
 *
 * @param number the line, counted from 1
 * @param text the line as it stands, without its line end
 */
record PropertyLine(int number, String text, String key, String value) {

    static List<PropertyLine> split(String text) {
        var entries = new ArrayList<PropertyLine>();
        var lines = text.split("\r\n|\r|\n", -1);
        int next = 0;
        while (next < lines.length) {
            int first = next++;
            var start = lines[first].stripLeading();
            if (start.isEmpty() || start.startsWith("#") || start.startsWith("!")) {
                continue;
            }
            var entry = new StringBuilder(lines[first]);
            while (isContinued(entry) && next < lines.length) {
                entry.append('\n').append(lines[next++]);
            }
            entries.add(decode(first + 1, entry.toString()));
        }
        return entries;
    }

    private static boolean isContinued(StringBuilder entry) {
        int backslashes = 0;
        while (backslashes < entry.length() && entry.charAt(entry.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    private static PropertyLine decode(int number, String entry) {
        var properties = new Properties();
        try {
            properties.load(new StringReader(entry));
        } catch (IOException e) {
            throw new UncheckedIOException("reading a string cannot fail", e);
        } catch (IllegalArgumentException e) {
            // A malformed \\uxxxx escape: no key can be told, and the reader refuses an empty one with the line's text.
            return new PropertyLine(number, entry, "", "");
        }
        for (var key : properties.stringPropertyNames()) {
            return new PropertyLine(number, entry, key.trim(), properties.getProperty(key, ""));
        }
        return new PropertyLine(number, entry, "", "");
    }
}
