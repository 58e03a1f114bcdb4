package io.ensembler.json;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** How documents look that are written here: in ASCII, for people to read or in one line. */
final class Documents {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .configure(JsonWriteFeature.ESCAPE_NON_ASCII, true)
            .build();

    private Documents() {}

    /** What a document holds. */
    @FunctionalInterface
    interface Writing {
        void write(JsonGenerator json) throws IOException;
    }

    /** Returns a document with a line for each field. */
    static String inLines(Writing writing) {
        return write(json -> {
                    json.setPrettyPrinter(layout());
                    writing.write(json);
                })
                + '\n';
    }

    /** Returns a document without line breaks. */
    static String inOneLine(Writing writing) {
        return write(writing);
    }

    private static String write(Writing writing) {
        // ASCII has a byte for each character.
        var text = new ByteArrayOutputStream();
        try (var json = FACTORY.createGenerator(text, JsonEncoding.UTF8)) {
            writing.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("an array can always be written to", e);
        }
        return text.toString(StandardCharsets.US_ASCII);
    }

    private static DefaultPrettyPrinter layout() {
        var lines = new DefaultIndenter("  ", "\n");
        var separators = Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator("");
        var layout = new DefaultPrettyPrinter(separators);
        layout.indentObjectsWith(lines);
        layout.indentArraysWith(lines);
        return layout;
    }
}
