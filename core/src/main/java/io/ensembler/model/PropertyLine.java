package io.ensembler.model;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * One entry of a text in the format of {@link Properties}, which ZooKeeper uses, with the line it begins on.
 *
 * <p>The JDK decodes each entry that holds a backslash (escapes, continuations); taking them one by one is what keeps
 * line numbers and entries named twice, which a {@code Properties} of the whole text would lose.
 *
 * @param number the line, counted from 1
 * @param text the line as it stands, without its line end; a continued one with the line ends between its parts
 * @param entry what the line says; empty if it holds an escape that cannot be decoded
 */
record PropertyLine(int number, String text, Optional<Entry> entry) {

    private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");
    private static final String BLANKS = " \t\f";
    private static final String KEY_ENDS = "=:" + BLANKS;

    /** A key and its value, both decoded. */
    record Entry(String key, String value) {}

    static List<PropertyLine> split(String text) {
        var entries = new ArrayList<PropertyLine>();
        var lines = LINE_END.split(text, -1);
        int next = 0;
        while (next < lines.length) {
            int first = next++;
            if (isBlankOrComment(lines[first])) {
                continue;
            }
            var entry = new StringBuilder(lines[first]);
            while (isContinued(entry) && next < lines.length) {
                entry.append('\n').append(lines[next++]);
            }
            var lineEnd = next < lines.length ? "\n" : "";
            decode(first + 1, entry.toString(), lineEnd, entries);
        }
        return entries;
    }

    /** Blank is what {@code Properties} takes for blank: other white space begins a key. */
    private static boolean isBlankOrComment(String line) {
        int start = afterBlanks(line, 0);
        return start == line.length() || line.charAt(start) == '#' || line.charAt(start) == '!';
    }

    private static int afterBlanks(String line, int from) {
        int next = from;
        while (next < line.length() && BLANKS.indexOf(line.charAt(next)) >= 0) {
            next++;
        }
        return next;
    }

    private static boolean isContinued(CharSequence entry) {
        int backslashes = 0;
        while (backslashes < entry.length() && entry.charAt(entry.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    /** Adds what the text says, which is nothing where a continuation leads to a blank line or a comment. */
    private static void decode(int number, String text, String lineEnd, List<PropertyLine> entries) {
        if (text.indexOf('\\') < 0) {
            entries.add(new PropertyLine(number, text, Optional.of(plain(text))));
            return;
        }
        var properties = new Properties();
        try {
            properties.load(new StringReader(text + lineEnd));
        } catch (IOException e) {
            throw new UncheckedIOException("reading a string cannot fail", e);
        } catch (IllegalArgumentException e) {
            entries.add(new PropertyLine(number, text, Optional.empty()));
            return;
        }
        properties.forEach((key, value) ->
                entries.add(new PropertyLine(number, text, Optional.of(new Entry(key.toString(), value.toString())))));
    }

    /** What a line without a backslash says, as most are: a key, a separator or blanks, and the rest as it stands. */
    private static Entry plain(String line) {
        int key = afterBlanks(line, 0);
        int end = key;
        while (end < line.length() && KEY_ENDS.indexOf(line.charAt(end)) < 0) {
            end++;
        }
        int value = afterBlanks(line, end);
        if (value < line.length() && (line.charAt(value) == '=' || line.charAt(value) == ':')) {
            value = afterBlanks(line, value + 1);
        }
        return new Entry(line.substring(key, end), line.substring(value));
    }
}
