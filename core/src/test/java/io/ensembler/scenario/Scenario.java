package io.ensembler.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One situation, what is asked of it, and the answer expected, as text. */
public final class Scenario {

    private final String title;
    private final List<Line> given;
    private final String expected;

    /** One line of what is given. */
    record Line(int number, String key, String value) {}

    Scenario(String title, List<Line> given, String expected) {
        this.title = title;
        this.given = List.copyOf(given);
        this.expected = expected;
    }

    /** Returns what it shows, as a sentence. */
    public String title() {
        return title;
    }

    /** Returns the answer expected. */
    public String expected() {
        return expected;
    }

    /** Returns the answer that the code gives. */
    public String answer() {
        var unread = new ArrayList<>(given);
        var reader = new Reader(unread);
        var answer = Question.in(reader).answer();
        if (!unread.isEmpty()) {
            var line = unread.get(0);
            throw new IllegalArgumentException(
                    "line " + line.number() + ": nothing asks for \"" + line.key() + ": " + line.value() + "\"");
        }
        return answer.strip();
    }

    /** Hands out lines by their key, each once, so that one which nobody asks for is noticed. */
    static final class Reader {

        private final List<Line> unread;

        private Reader(List<Line> unread) {
            this.unread = unread;
        }

        /** Returns the values under a key, in order. */
        List<String> all(String key) {
            var values = unread.stream()
                    .filter(line -> line.key().equals(key))
                    .map(Line::value)
                    .toList();
            unread.removeIf(line -> line.key().equals(key));
            return values;
        }

        /** Returns the value under a key that stands once at most. */
        Optional<String> one(String key) {
            var values = all(key);
            if (values.size() > 1) {
                throw new IllegalArgumentException("\"" + key + "\" stands " + values.size() + " times");
            }
            return values.stream().findFirst();
        }

        boolean has(String key) {
            return unread.stream().anyMatch(line -> line.key().equals(key));
        }
    }
}
