package io.ensembler.launcher;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A text with placeholders in it. What takes the place of one is never read again: it can neither hold another nor end
 * the text. Immutable.
 */
final class Template {

    private static final String SHELL = "sh:";

    /** A piece as it stands, or what a placeholder stands for, as it is or quoted for a shell. */
    private record Piece(String literal, List<Placeholder> placeholder, boolean quoted) {}

    private final List<Piece> pieces;

    private Template(List<Piece> pieces) {
        this.pieces = List.copyOf(pieces);
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if a brace stands alone, or holds what no placeholder is called
     */
    static Template parse(String text) {
        var pieces = new ArrayList<Piece>();
        var literal = new StringBuilder();
        int next = 0;
        while (next < text.length()) {
            char letter = text.charAt(next);
            boolean doubled = next + 1 < text.length() && text.charAt(next + 1) == letter;
            if ((letter == '{' || letter == '}') && doubled) {
                literal.append(letter);
                next += 2;
            } else if (letter == '{') {
                int end = text.indexOf('}', next);
                if (end < 0) {
                    throw unreadable(text, "a brace is not closed");
                }
                pieces.add(new Piece(literal.toString(), List.of(), false));
                literal.setLength(0);
                pieces.add(placeholder(text, text.substring(next + 1, end)));
                next = end + 1;
            } else if (letter == '}') {
                throw unreadable(text, "a brace is closed that was not opened");
            } else {
                literal.append(letter);
                next++;
            }
        }
        pieces.add(new Piece(literal.toString(), List.of(), false));
        return new Template(pieces);
    }

    private static Piece placeholder(String text, String key) {
        boolean quoted = key.startsWith(SHELL);
        var placeholder = Placeholder.of(quoted ? key.substring(SHELL.length()) : key)
                .orElseThrow(
                        () -> unreadable(text, "{" + key + "} stands for nothing; there are " + Placeholder.all()));
        return new Piece("", List.of(placeholder), quoted);
    }

    private static IllegalArgumentException unreadable(String text, String facts) {
        return new IllegalArgumentException(
                "Cannot read the template '" + text + "': " + facts + ". Write a brace that is meant twice.");
    }

    Set<Placeholder> placeholders() {
        return pieces.stream()
                .flatMap(piece -> piece.placeholder().stream())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Placeholder.class)));
    }

    /** Returns what stands before the first placeholder. */
    String beginning() {
        return pieces.get(0).literal();
    }

    /** Returns the text with each placeholder replaced; all that it has must have a value. */
    String fill(Map<Placeholder, String> values) {
        var text = new StringBuilder();
        for (var piece : pieces) {
            text.append(piece.literal());
            for (var placeholder : piece.placeholder()) {
                var value = values.get(placeholder);
                if (value == null) {
                    throw new IllegalStateException("nothing is known for " + placeholder);
                }
                text.append(piece.quoted() ? quoted(value) : value);
            }
        }
        return text.toString();
    }

    /** As one word of a POSIX shell, whatever is in it. */
    private static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }
}
