package io.ensembler.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads a document whole, so that the order of its fields means nothing. */
final class JsonTree {

    private static final int DEEPEST = 100;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();

    /** What stands at a place of a document. */
    sealed interface Value {}

    /** Fields with their values. */
    record Fields(Map<String, Value> values) implements Value {}

    /** Values in order. */
    record Items(List<Value> values) implements Value {}

    /** A text. */
    record Text(String value) implements Value {}

    /** A whole number. */
    record Whole(long value) implements Value {}

    /** A number that is not whole or too great, true, false or null, as it is written. */
    record Other(String written) implements Value {

        static final Other NULL = new Other("null");
    }

    private JsonTree() {}

    /**
     * Returns what the document holds.
     *
     * @throws PlanFormatException if it is no JSON
     */
    static Value read(String document) {
        try (var parser = FACTORY.createParser(document)) {
            if (parser.nextToken() == null) {
                throw corrupt("is empty");
            }
            var value = value(parser);
            if (parser.nextToken() != null) {
                throw corrupt("goes on behind its end" + at(parser));
            }
            return value;
        } catch (JsonProcessingException e) {
            var location = e.getLocation();
            throw corrupt("is no JSON"
                    + (location == null
                            ? ""
                            : " from line " + location.getLineNr() + ", column " + location.getColumnNr() + " on")
                    + ": " + Quoted.shown(String.valueOf(e.getOriginalMessage())));
        } catch (IOException e) {
            throw corrupt("is no JSON: " + Quoted.shown(String.valueOf(e.getMessage())));
        }
    }

    private static String at(JsonParser parser) {
        var location = parser.currentTokenLocation();
        return ", at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static PlanFormatException corrupt(String found) {
        return new PlanFormatException("", found, "Give one JSON object, as PlanJson.write returns it");
    }

    private static Value value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> fields(parser);
            case START_ARRAY -> items(parser);
            case VALUE_STRING -> new Text(parser.getText());
            case VALUE_NUMBER_INT -> number(parser);
            case VALUE_NULL -> Other.NULL;
            default -> new Other(parser.getText());
        };
    }

    private static Value number(JsonParser parser) throws IOException {
        return switch (parser.getNumberType()) {
            case INT, LONG -> new Whole(parser.getLongValue());
            default -> new Other(parser.getText());
        };
    }

    private static Value fields(JsonParser parser) throws IOException {
        var values = new TreeMap<String, Value>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            parser.nextToken();
            values.put(name, value(parser));
        }
        return new Fields(Collections.unmodifiableMap(values));
    }

    private static Value items(JsonParser parser) throws IOException {
        var values = new ArrayList<Value>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(value(parser));
        }
        return new Items(List.copyOf(values));
    }
}
