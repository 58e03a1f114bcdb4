package io.ensembler.testkit.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Reads a history from lines of JSON. For one thread. */
final class HistoryReader {

    /** What a later version of the same major number adds may be passed over. */
    private static final Pattern MAJOR = Pattern.compile("1\\.\\d+");

    private static final int MOST_CLIENTS = 10_000;

    private final String file;
    private final List<List<Write>> writes = new ArrayList<>();
    private final List<List<Read>> reads = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private final List<Span> stalls = new ArrayList<>();
    private final List<Look> looks = new ArrayList<>();
    private String path = "";
    private int minimumRate;
    private long end = -1;
    private int line;

    HistoryReader(String file) {
        this.file = file;
    }

    History read(BufferedReader lines) throws IOException {
        for (var text = lines.readLine(); text != null; text = lines.readLine()) {
            line++;
            try {
                take(HistoryLine.parse(text));
            } catch (JsonProcessingException | IllegalArgumentException e) {
                throw new HistoryFormatException(
                        "Cannot read the history in " + file + ", line " + line + ": " + reason(e), e);
            }
        }
        if (end < 0) {
            throw new HistoryFormatException("Cannot read the history in " + file + ": it ends after line " + line
                    + ", and its last line is missing.");
        }
        return new History(path, minimumRate, end, writes, reads, marks, stalls, looks);
    }

    private static String reason(Exception e) {
        return e instanceof JsonProcessingException json ? json.getOriginalMessage() : String.valueOf(e.getMessage());
    }

    private void take(HistoryLine fields) {
        if (line == 1) {
            takeHeader(fields);
            return;
        }
        check(end < 0, "something follows the last line");
        var type = fields.text("type");
        switch (type) {
            case "mark" -> marks.add(new Mark(fields.text("name"), fields.number("at")));
            case "stall" -> stalls.add(new Span(fields.number("from"), fields.number("to")));
            case "write" -> takeWrite(fields);
            case "read" -> takeRead(fields);
            case "look" ->
                looks.add(new Look(fields.text("server"), writer(fields), fields.value(), fields.texts("entries")));
            case "end" -> end = fields.number("at");
            default -> throw new IllegalArgumentException("type '" + type + "' is not known");
        }
    }

    private void takeHeader(HistoryLine fields) {
        check(fields.text("format").equals(HistoryWriter.FORMAT), "this is no history of a ledger");
        var version = fields.text("formatVersion");
        check(
                MAJOR.matcher(version).matches(),
                "the format has version " + version + ", known is " + HistoryWriter.VERSION);
        path = fields.text("path");
        minimumRate = fields.integer("minimumRate");
        int writers = fields.integer("writers");
        int readers = fields.integer("readers");
        check(
                writers >= 0 && readers >= 0 && writers <= MOST_CLIENTS && readers <= MOST_CLIENTS,
                writers + " writers and " + readers + " readers cannot be");
        IntStream.range(0, writers).forEach(writer -> writes.add(new ArrayList<>()));
        IntStream.range(0, writers + readers).forEach(client -> reads.add(new ArrayList<>()));
    }

    private void takeWrite(HistoryLine fields) {
        var own = writes.get(writer(fields));
        int number = fields.integer("number");
        check(number == own.size(), "write " + number + " does not follow write " + (own.size() - 1));
        var kind = fields.constant("kind", Write.Kind.class);
        var outcome = fields.constant("outcome", Write.Outcome.class);
        boolean acknowledged = outcome == Write.Outcome.ACKNOWLEDGED;
        int trims = kind == Write.Kind.TRIM ? fields.integer("trims") : Write.NONE;
        check(kind != Write.Kind.TRIM || isAdd(own, trims), "write " + number + " cannot trim write " + trims);
        own.add(new Write(
                number,
                kind,
                fields.hexadecimal("nonce"),
                fields.integer("session"),
                fields.number("due"),
                fields.number("invoked"),
                fields.number("completed"),
                outcome,
                fields.has("error") ? fields.text("error") : "",
                acknowledged ? fields.hexadecimal("zxid") : 0,
                acknowledged ? fields.number("version") : Write.NONE,
                trims));
    }

    private void takeRead(HistoryLine fields) {
        int client = fields.integer("client");
        check(client >= 0 && client < reads.size(), "there is no client " + client);
        boolean answered = fields.has("number");
        reads.get(client)
                .add(new Read(
                        fields.constant("kind", Read.Kind.class),
                        writer(fields),
                        fields.integer("session"),
                        fields.number("due"),
                        fields.number("invoked"),
                        fields.number("completed"),
                        answered,
                        answered ? fields.value() : Value.ABSENT));
    }

    private static boolean isAdd(List<Write> writes, int number) {
        return number >= 0 && number < writes.size() && writes.get(number).kind() == Write.Kind.ADD;
    }

    private int writer(HistoryLine fields) {
        int writer = fields.integer("writer");
        check(writer >= 0 && writer < writes.size(), "there is no writer " + writer);
        return writer;
    }

    private static void check(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
