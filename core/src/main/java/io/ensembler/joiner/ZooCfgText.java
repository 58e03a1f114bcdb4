package io.ensembler.joiner;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a static file says, as a server reads it: Java properties, of which the last of several with one key counts. */
final class ZooCfgText {

    static final String DATA_DIRECTORY = "dataDir";
    static final String LOG_DIRECTORY = "dataLogDir";
    static final String DYNAMIC_FILE = "dynamicConfigFile";
    static final String CLIENT_PORT = "clientPort";
    static final String CLIENT_ADDRESS = "clientPortAddress";
    static final String RECONFIGURATION = "reconfigEnabled";
    static final String STANDALONE = "standaloneEnabled";

    private static final int LONGEST_SHOWN = 80;

    private final SortedMap<String, String> values;
    private final SortedSet<String> twice;

    private ZooCfgText(SortedMap<String, String> values, SortedSet<String> twice) {
        this.values = Collections.unmodifiableSortedMap(values);
        this.twice = Collections.unmodifiableSortedSet(twice);
    }

    /**
     * Returns what the text says.
     *
     * @throws IllegalArgumentException if it holds an escape that cannot be decoded
     */
    static ZooCfgText read(String text) {
        var reader = new Reader();
        try {
            reader.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException("reading a string cannot fail", e);
        }
        return new ZooCfgText(reader.values, reader.twice);
    }

    SortedMap<String, String> values() {
        return values;
    }

    /** Returns the keys that stand in it more than once. */
    SortedSet<String> twice() {
        return twice;
    }

    Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** A server takes nothing but these two words, in any case. */
    boolean isTrue(String key) {
        return value(key).filter(text -> text.equalsIgnoreCase("true")).isPresent();
    }

    boolean isFalse(String key) {
        return value(key).filter(text -> text.equalsIgnoreCase("false")).isPresent();
    }

    /** Returns a number; empty where the key is missing or no number follows it. */
    Optional<Integer> number(String key) {
        try {
            return value(key).map(Integer::valueOf);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Returns the lines that belong into the dynamic file, by the beginnings of keys by which a server knows them. */
    SortedMap<String, String> serverLines() {
        var lines = new TreeMap<String, String>();
        values.forEach((key, value) -> {
            if (isServerLine(key)) {
                lines.put(key, value);
            }
        });
        return lines;
    }

    static boolean isServerLine(String key) {
        return key.startsWith("server.") || key.startsWith("group") || key.startsWith("weight");
    }

    /** Returns a value as it may stand in a message. */
    static String shown(String value) {
        var whole = value.length() <= LONGEST_SHOWN ? value : value.substring(0, LONGEST_SHOWN) + "...";
        var shown = new StringBuilder();
        for (int i = 0; i < whole.length(); i++) {
            char letter = whole.charAt(i);
            shown.append(
                    Character.isISOControl(letter)
                            ? String.format(Locale.ROOT, "\\u%04x", (int) letter)
                            : String.valueOf(letter));
        }
        return shown.toString();
    }

    /** Sees each entry as it is read, which properties do not keep. */
    private static final class Reader extends Properties {

        private static final long serialVersionUID = 1L;

        private final transient SortedMap<String, String> values = new TreeMap<>();
        private final transient SortedSet<String> twice = new TreeSet<>();

        @Override
        public synchronized Object put(Object key, Object value) {
            var name = key.toString().trim();
            var before = values.put(name, value.toString().trim());
            if (before != null) {
                twice.add(name);
            }
            return value;
        }
    }
}
