package io.ensembler.render;

import io.ensembler.model.ServerId;
import java.util.Collection;
import java.util.stream.Collectors;

/** Texts as they may stand on a line of a terminal. */
final class Plain {

    private Plain() {}

    /** Returns the text with what would break the line or steer a terminal shown as an escape. */
    static String of(String text) {
        return text.codePoints()
                .mapToObj(character -> isPlain(character) ? Character.toString(character) : escaped(character))
                .collect(Collectors.joining());
    }

    private static boolean isPlain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String escaped(int character) {
        return character == '\n' ? "\\n" : String.format("\\u%04x", character);
    }

    static String ids(Collection<ServerId> ids) {
        return ids.isEmpty() ? "none" : ids.stream().map(ServerId::toString).collect(Collectors.joining(","));
    }
}
