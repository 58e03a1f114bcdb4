package io.ensembler.json;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** A place in a document and what stands there; every reader says in its exception what it would have read. */
record Place(String path, JsonTree.Value value) {

    /** The place of a whole document. */
    static Place whole(JsonTree.Value value) {
        return new Place("", value);
    }

    /** The field of an object that must be there. */
    Place field(String name) {
        return optional(name)
                .orElseThrow(() -> new PlanFormatException(
                        pathOf(name), "is missing", "Add the field, as PlanJson.write returns it"));
    }

    Optional<Place> optional(String name) {
        return Optional.ofNullable(fields().get(name)).map(there -> new Place(pathOf(name), there));
    }

    /** The fields of an object whose names the format leaves open, in the order of their names. */
    List<Map.Entry<String, Place>> entries() {
        var entries = new ArrayList<Map.Entry<String, Place>>();
        fields().forEach((name, there) -> entries.add(Map.entry(name, new Place(pathOf(name), there))));
        return entries;
    }

    private Map<String, JsonTree.Value> fields() {
        if (value instanceof JsonTree.Fields fields) {
            return fields.values();
        }
        throw expected("an object");
    }

    private String pathOf(String name) {
        return (path.isEmpty() ? "" : path + ".") + Quoted.shown(name);
    }

    <T> List<T> items(Function<Place, T> reading) {
        if (!(value instanceof JsonTree.Items items)) {
            throw expected("an array");
        }
        var read = new ArrayList<T>();
        for (int i = 0; i < items.values().size(); i++) {
            read.add(
                    reading.apply(new Place(path + "[" + i + "]", items.values().get(i))));
        }
        return read;
    }

    boolean isNull() {
        return value.equals(JsonTree.Other.NULL);
    }

    String text() {
        if (value instanceof JsonTree.Text text) {
            return text.value();
        }
        throw expected("a text");
    }

    long whole() {
        if (value instanceof JsonTree.Whole whole) {
            return whole.value();
        }
        throw expected("a whole number");
    }

    int whole(int least, int most) {
        long number = whole();
        if (number < least || number > most) {
            throw refused("is " + number, "Give a whole number from " + least + " to " + most);
        }
        return (int) number;
    }

    /** One of several words, each of which stands for a constant. */
    <E extends Enum<E>> E word(List<E> constants) {
        var text = text();
        return constants.stream()
                .filter(constant -> Words.of(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> new PlanFormatException(
                        path,
                        "is " + Quoted.of(text),
                        constants.size() > 10
                                ? "Read the plan with the version of this library that wrote it, or a later one"
                                : "Give one of "
                                        + String.join(
                                                ", ",
                                                constants.stream()
                                                        .map(Words::of)
                                                        .toList())));
    }

    Duration time() {
        var text = text();
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw refused("is " + Quoted.of(text), "Give a time such as PT2M30S");
        }
    }

    /** Returns what the model makes of what stands here, if it takes it. */
    <T> T made(Supplier<T> making, String remedy) {
        try {
            return making.get();
        } catch (IllegalArgumentException e) {
            throw refused("does not hold together: " + Quoted.shown(String.valueOf(e.getMessage())), remedy);
        }
    }

    PlanFormatException refused(String found, String remedy) {
        return new PlanFormatException(path, found, remedy);
    }

    private PlanFormatException expected(String what) {
        return refused("is " + describe(), "Give " + what);
    }

    private String describe() {
        if (value instanceof JsonTree.Text text) {
            return Quoted.of(text.value());
        } else if (value instanceof JsonTree.Whole whole) {
            return Long.toString(whole.value());
        } else if (value instanceof JsonTree.Other other) {
            return Quoted.shown(other.written());
        }
        return value instanceof JsonTree.Items ? "an array" : "an object";
    }
}
