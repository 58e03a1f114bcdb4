package io.ensembler.testkit.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.util.Locale;

/** Writes a history as lines of JSON. For one thread. */
final class HistoryWriter {

    static final String FORMAT = "ensembler-ledger";
    static final String VERSION = "1.0";

    private final JsonGenerator json;

    private HistoryWriter(JsonGenerator json) {
        this.json = json;
    }

    static void write(History history, java.io.Writer text) throws IOException {
        try (var json = new JsonFactory().createGenerator(text)) {
            json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
            new HistoryWriter(json).write(history);
            json.writeRaw('\n');
        }
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String hexadecimal(long number) {
        return "0x" + Long.toHexString(number);
    }

    private void write(History history) throws IOException {
        json.writeStartObject();
        json.writeStringField("format", FORMAT);
        json.writeStringField("formatVersion", VERSION);
        json.writeStringField("path", history.path());
        json.writeNumberField("writers", history.writes().size());
        json.writeNumberField(
                "readers", history.reads().size() - history.writes().size());
        json.writeNumberField("minimumRate", history.minimumRate());
        json.writeEndObject();
        for (var mark : history.marks()) {
            begin("mark");
            json.writeStringField("name", mark.name());
            json.writeNumberField("at", mark.at());
            json.writeEndObject();
        }
        for (var stall : history.stalls()) {
            begin("stall");
            json.writeNumberField("from", stall.from());
            json.writeNumberField("to", stall.to());
            json.writeEndObject();
        }
        for (int writer = 0; writer < history.writes().size(); writer++) {
            for (var write : history.writes().get(writer)) {
                write(writer, write);
            }
        }
        for (int client = 0; client < history.reads().size(); client++) {
            for (var read : history.reads().get(client)) {
                write(client, read);
            }
        }
        for (var look : history.looks()) {
            write(look);
        }
        begin("end");
        json.writeNumberField("at", history.end());
        json.writeEndObject();
    }

    private void write(int writer, Write write) throws IOException {
        begin("write");
        json.writeNumberField("writer", writer);
        json.writeNumberField("number", write.number());
        json.writeStringField("kind", word(write.kind()));
        json.writeStringField("nonce", hexadecimal(write.nonce()));
        times(write.session(), write.due(), write.invoked(), write.completed());
        json.writeStringField("outcome", word(write.outcome()));
        if (!write.error().isEmpty()) {
            json.writeStringField("error", write.error());
        }
        if (write.isAcknowledged()) {
            json.writeStringField("zxid", hexadecimal(write.zxid()));
            json.writeNumberField("version", write.version());
        }
        if (write.kind() == Write.Kind.TRIM) {
            json.writeNumberField("trims", write.trims());
        }
        json.writeEndObject();
    }

    private void write(int client, Read read) throws IOException {
        begin("read");
        json.writeNumberField("client", client);
        json.writeStringField("kind", word(read.kind()));
        json.writeNumberField("writer", read.writer());
        times(read.session(), read.due(), read.invoked(), read.completed());
        if (read.answered()) {
            write(read.value());
        }
        json.writeEndObject();
    }

    private void write(Look look) throws IOException {
        begin("look");
        json.writeStringField("server", look.server());
        json.writeNumberField("writer", look.writer());
        write(look.register());
        json.writeArrayFieldStart("entries");
        for (var entry : look.entries()) {
            json.writeString(entry);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void write(Value value) throws IOException {
        json.writeNumberField("number", value.number());
        json.writeStringField("nonce", hexadecimal(value.nonce()));
        json.writeStringField("zxid", hexadecimal(value.zxid()));
        json.writeNumberField("version", value.version());
    }

    private void times(int session, long due, long invoked, long completed) throws IOException {
        json.writeNumberField("session", session);
        json.writeNumberField("due", due);
        json.writeNumberField("invoked", invoked);
        json.writeNumberField("completed", completed);
    }

    private void begin(String type) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", type);
    }
}
