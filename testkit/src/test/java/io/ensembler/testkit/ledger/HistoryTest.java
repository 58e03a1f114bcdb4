package io.ensembler.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ensembler.testkit.ledger.Write.Kind;
import io.ensembler.testkit.ledger.Write.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {

    private static final String TEXT =
            """
            {"format":"ensembler-ledger","formatVersion":"1.0","path":"/ledger/1","writers":1,"readers":1,"minimumRate":10}
            {"type":"mark","name":"grow","at":5}
            {"type":"stall","from":6,"to":9}
            {"type":"write","writer":0,"number":0,"kind":"add","nonce":"0xa1","session":1,"due":1,"invoked":2,"completed":3,"outcome":"acknowledged","zxid":"0x100000002","version":0}
            {"type":"write","writer":0,"number":1,"kind":"trim","nonce":"0xa2","session":1,"due":4,"invoked":5,"completed":6,"outcome":"ambiguous","error":"CONNECTIONLOSS","trims":0}
            {"type":"read","client":1,"kind":"synced-register","writer":0,"session":1,"due":7,"invoked":8,"completed":9,"number":-1,"nonce":"0x0","zxid":"0x100000001","version":0}
            {"type":"read","client":1,"kind":"register","writer":0,"session":1,"due":10,"invoked":11,"completed":12}
            {"type":"look","server":"10.0.0.1:2181","writer":0,"number":1,"nonce":"0xa2","zxid":"0x100000003","version":1,"entries":[]}
            {"type":"end","at":20}
            """;

    private final History history = new History(
            "/ledger/1",
            10,
            20,
            List.of(List.of(
                    new Write(0, Kind.ADD, 0xa1, 1, 1, 2, 3, Outcome.ACKNOWLEDGED, "", 0x100000002L, 0, Write.NONE),
                    new Write(1, Kind.TRIM, 0xa2, 1, 4, 5, 6, Outcome.AMBIGUOUS, "CONNECTIONLOSS", 0, Write.NONE, 0))),
            List.of(
                    List.of(),
                    List.of(
                            new Read(
                                    Read.Kind.SYNCED_REGISTER,
                                    0,
                                    1,
                                    7,
                                    8,
                                    9,
                                    true,
                                    new Value(Value.INITIAL, 0, 0x100000001L, 0)),
                            new Read(Read.Kind.REGISTER, 0, 1, 10, 11, 12, false, Value.ABSENT))),
            List.of(new Mark("grow", 5)),
            List.of(new Span(6, 9)),
            List.of(new Look("10.0.0.1:2181", 0, new Value(1, 0xa2, 0x100000003L, 1), List.of())));

    @TempDir
    private Path directory;

    @Test
    void is_written_as_a_line_for_each_thing_that_happened() throws IOException {
        history.writeTo(file());

        assertThat(file()).hasContent(TEXT);
        assertThat(history).hasToString("2 writes by 1 clients, 2 reads, 1 marks, 1 looks at servers");
    }

    @Test
    void comes_to_the_same_after_it_was_read() throws IOException {
        Files.writeString(file(), TEXT);

        assertThat(History.read(file()).check()).isEqualTo(history.check());
    }

    @Test
    void fields_that_a_later_version_adds_are_passed_over() throws IOException {
        Files.writeString(file(), TEXT.replace("\"1.0\"", "\"1.7\"").replace("\"type\"", "\"new\":\"x\",\"type\""));

        assertThat(History.read(file()).check()).isEqualTo(history.check());
    }

    @Test
    void is_refused_where_it_was_cut_off() {
        assertRefused(TEXT.substring(0, TEXT.length() - 23), ": it ends after line 8, and its last line is missing.");
        assertRefused("", ": it ends after line 0, and its last line is missing.");
        assertRefused(TEXT.substring(0, TEXT.length() - 40), ", line 8: Unexpected end-of-input");
    }

    @Test
    void is_refused_with_the_line_and_the_reason() {
        assertRefused("{}", ", line 1: 'format' is missing or no String");
        assertRefused("{\"format\":\"else\"}", ", line 1: this is no history of a ledger");
        assertRefused(
                TEXT.replace("\"formatVersion\":\"1.0\"", "\"formatVersion\":\"2.0\""),
                ", line 1: the format has version 2.0, known is 1.0");
        assertRefused(TEXT.replace("\"mark\"", "\"note\""), ", line 2: type 'note' is not known");
        assertRefused(TEXT.replace("\"from\":6", "\"from\":\"6\""), ", line 3: 'from' is missing or no Long");
        assertRefused(
                TEXT.replace("\"number\":1,\"kind\"", "\"number\":7,\"kind\""), ", line 5: write 7 does not follow");
        assertRefused(TEXT.replace("\"trims\":0", "\"trims\":1"), ", line 5: write 1 cannot trim write 1");
        assertRefused(TEXT.replace("\"client\":1", "\"client\":2"), ", line 6: there is no client 2");
        assertRefused(TEXT + "{\"type\":\"end\",\"at\":21}", ", line 10: something follows the last line");
        assertRefused(TEXT.replace("[]", "[7]"), ", line 8: a list holds something else than text");
    }

    private void assertRefused(String text, String reason) {
        assertThatThrownBy(() -> {
                    Files.writeString(file(), text);
                    History.read(file());
                })
                .isInstanceOf(HistoryFormatException.class)
                .hasMessageStartingWith("Cannot read the history in " + file() + reason);
    }

    private Path file() {
        return directory.resolve("ledger.jsonl");
    }
}
