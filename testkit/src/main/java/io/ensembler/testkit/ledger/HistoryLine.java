package io.ensembler.testkit.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The fields of one line of a history. Each method returns a field by its name.
 *
 * @param fields a {@code String}, {@code Long} or {@code List<String>} each
 */
record HistoryLine(Map<String, Object> fields) {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is no object with fields of the known types
     */
    static HistoryLine parse(String line) throws IOException {
        try (var parser = FACTORY.createParser(line)) {
            expect(parser.nextToken() == JsonToken.START_OBJECT, "this is no object");
            var fields = new HashMap<String, Object>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                fields.put(parser.currentName(), value(parser));
            }
            expect(parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null, "more than one object");
            return new HistoryLine(fields);
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        var token = parser.nextToken();
        if (token == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        if (token == JsonToken.VALUE_NUMBER_INT) {
            return parser.getLongValue();
        }
        expect(token == JsonToken.START_ARRAY, "'" + parser.currentName() + "' is neither text, number nor list");
        var texts = new ArrayList<String>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser.currentToken() == JsonToken.VALUE_STRING, "a list holds something else than text");
            texts.add(parser.getText());
        }
        return texts;
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    String text(String name) {
        return field(name, String.class);
    }

    long number(String name) {
        return field(name, Long.class);
    }

    int integer(String name) {
        long number = number(name);
        expect((int) number == number, "'" + name + "' is too great: " + number);
        return (int) number;
    }

    long hexadecimal(String name) {
        var text = text(name);
        expect(text.startsWith("0x"), "'" + name + "' does not begin with 0x: " + text);
        return Long.parseUnsignedLong(text.substring(2), 16);
    }

    List<String> texts(String name) {
        var texts = new ArrayList<String>();
        for (var item : field(name, List.class)) {
            texts.add((String) item);
        }
        return texts;
    }

    <E extends Enum<E>> E constant(String name, Class<E> type) {
        return Enum.valueOf(type, text(name).toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    Value value() {
        return new Value(integer("number"), hexadecimal("nonce"), hexadecimal("zxid"), number("version"));
    }

    private <T> T field(String name, Class<T> type) {
        var value = fields.get(name);
        if (value == null || !type.isInstance(value)) {
            throw new IllegalArgumentException("'" + name + "' is missing or no " + type.getSimpleName());
        }
        return type.cast(value);
    }

    private static void expect(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
