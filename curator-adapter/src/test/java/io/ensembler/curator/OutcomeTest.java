package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.curator.Outcome.Repeat;
import io.ensembler.curator.Outcome.Verdict;
import io.ensembler.curator.Session.Reconfigured;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.SendResult.Applied;
import io.ensembler.spi.SendResult.Refused;
import io.ensembler.spi.SendResult.Unknown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What each code of ZooKeeper's says. What comes where no code does is shown in {@link TransportOutcomesTest}. With {@code
 * -Densembler.rewrite=true} the table on the page is written anew.
 */
class OutcomeTest {

    private static final Path PAGE = Path.of("").toAbsolutePath().getParent().resolve("docs/outcomes.md");
    private static final String HEAD = "| what comes | of a reconfiguration | told as | what it says"
            + " | of a read, or a write to a znode of ours |\n| --- | --- | --- | --- | --- |\n";

    private static final String WITHOUT_EXCEPTION = "ZooKeeper answered code %d at /there, for which its client has no"
            + " exception. See whether the servers are of a later version than this library knows.";

    @ParameterizedTest
    @CsvSource({
        "BADVERSION, CONFLICT, BAD_VERSION, the configuration no longer has the version the call is conditional on, NO",
        "RECONFIGINPROGRESS, RETRY, IN_PROGRESS, another reconfiguration is proposed and not committed, NO",
        "NEWCONFIGNOQUORUM, RETRY, NO_QUORUM,"
                + " no quorum of the new configuration is connected to the leader and synced, NO",
        "NOAUTH, REFUSE, NO_PERMISSION, the identity given lacks WRITE on /zookeeper/config, NO_RIGHT",
        "RECONFIGDISABLED, REFUSE, DISABLED, the leader runs with reconfigEnabled=false, NO",
        "UNIMPLEMENTED, REFUSE, STANDALONE, the server runs standalone, NO",
        "BADARGUMENTS, REFUSE, BAD_ARGUMENTS, the leader did not accept the text (BADARGUMENTS), NO",
        "MARSHALLINGERROR, REFUSE, BAD_ARGUMENTS, the leader did not accept the text (MARSHALLINGERROR), NO",
    })
    void what_the_leader_says_before_it_proposes_is_definite(
            Code code, Verdict verdict, SendResult.Code refusal, String detail, Repeat repeat) {
        assertThat(of(code)).isEqualTo(new Refused(refusal, detail));
        assertThat(Outcome.of(code).verdict()).isEqualTo(verdict);
        assertRepeats(code, repeat);
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECTIONLOSS, the connection was lost before the answer came, YES",
        "SESSIONEXPIRED, the session ended before the answer came, YES",
        "OPERATIONTIMEOUT, no answer came in time (OPERATIONTIMEOUT), YES",
        "REQUESTTIMEOUT, no answer came in time (REQUESTTIMEOUT), YES",
        "SESSIONMOVED, the session had moved to another server, YES",
        "THROTTLEDOP, the answer was THROTTLEDOP, YES",
        "AUTHFAILED, the answer was AUTHFAILED, NO_RIGHT",
        "SESSIONCLOSEDREQUIRESASLAUTH, the answer was SESSIONCLOSEDREQUIRESASLAUTH, NO_RIGHT",
        "INVALIDACL, the answer was INVALIDACL, NO_RIGHT",
        "SYSTEMERROR, the answer was SYSTEMERROR, NO",
        "RUNTIMEINCONSISTENCY, the answer was RUNTIMEINCONSISTENCY, NO",
        "DATAINCONSISTENCY, the answer was DATAINCONSISTENCY, NO",
        "UNKNOWNSESSION, the answer was UNKNOWNSESSION, NO",
        "APIERROR, the answer was APIERROR, NO",
        "NONODE, the answer was NONODE, NO",
        "NOCHILDRENFOREPHEMERALS, the answer was NOCHILDRENFOREPHEMERALS, NO",
        "NODEEXISTS, the answer was NODEEXISTS, NO",
        "NOTEMPTY, the answer was NOTEMPTY, NO",
        "INVALIDCALLBACK, the answer was INVALIDCALLBACK, NO",
        "NOTREADONLY, the answer was NOTREADONLY, NO",
        "EPHEMERALONLOCALSESSION, the answer was EPHEMERALONLOCALSESSION, NO",
        "NOWATCHER, the answer was NOWATCHER, NO",
        "QUOTAEXCEEDED, the answer was QUOTAEXCEEDED, NO",
    })
    void what_the_client_may_have_made_up_and_all_else_is_unknown(Code code, String detail, Repeat repeat) {
        assertThat(of(code)).isEqualTo(new Unknown(detail));
        assertThat(Outcome.of(code).verdict()).isEqualTo(Verdict.UNKNOWN);
        assertRepeats(code, repeat);
    }

    private static void assertRepeats(Code code, Repeat repeat) {
        var failure = Session.failure(code.intValue(), "/there");
        var thrown = Failures.toDriverException("Cannot read", failure);
        assertThat(Outcome.of(code).repeat()).contains(repeat);
        assertThat(Failures.isRepeatable(failure)).isEqualTo(repeat == Repeat.YES);
        assertThat(thrown.kind()).isEqualTo(repeat == Repeat.YES ? Kind.RETRYABLE : Kind.REFUSED);
        assertThat(thrown)
                .hasMessage(
                        repeat == Repeat.NO_RIGHT
                                ? "Cannot read: the identity given lacks the right to do so at /there (" + code
                                        + "). Give credentials that have it with authorization(scheme, secret), or"
                                        + " another path."
                                : code == Code.UNKNOWNSESSION
                                        ? WITHOUT_EXCEPTION.formatted(code.intValue())
                                        : "Cannot read: ZooKeeper answered " + code + " at /there.");
    }

    @Test
    void ok_is_applied_with_the_version_it_brought() {
        var stat = new Stat();
        stat.setMzxid(0x2_0000_0007L);

        assertThat(Outcome.of(new Reconfigured(Code.OK.intValue(), stat)))
                .isEqualTo(new Applied(ConfigurationVersion.of(0x2_0000_0007L)));
        assertThat(Outcome.of(Code.OK).verdict()).isEqualTo(Verdict.APPLIED);
    }

    @Test
    void ok_without_a_version_is_unknown() {
        assertThat(of(Code.OK)).isEqualTo(new Unknown("the answer was OK and named no version"));
    }

    @Test
    void a_code_of_a_later_zookeeper_is_unknown() {
        assertThat(Outcome.of(new Reconfigured(-9999, null)))
                .isEqualTo(new Unknown("the answer was code -9999, which this version of the library does not know"));
        assertThat(Session.failure(-9999, "/there")).isInstanceOfSatisfying(DriverException.class, e -> {
            assertThat(e.kind()).isEqualTo(Kind.REFUSED);
            assertThat(e).hasMessage(WITHOUT_EXCEPTION.formatted(-9999));
        });
    }

    /** Fails with a ZooKeeper that has a code more: decide what it says, and give it a row here and there. */
    @Test
    void every_code_of_this_zookeeper_has_the_row_that_bears_its_name() {
        assertThat(Outcome.values())
                .filteredOn(row -> row.code().isPresent())
                .allSatisfy(row -> assertThat(row.name())
                        .isEqualTo(row.code().orElseThrow().name()))
                .extracting(row -> row.code().orElseThrow())
                .containsExactlyInAnyOrderElementsOf(EnumSet.allOf(Code.class));
    }

    @Test
    void what_is_refused_is_definite_and_nothing_else() {
        assertThat(Outcome.values())
                .filteredOn(row -> row.refusal().isPresent())
                .allSatisfy(row -> assertThat(row.verdict()).isNotIn(Verdict.APPLIED, Verdict.UNKNOWN));
        assertThat(Outcome.values())
                .filteredOn(row -> row.code().isPresent() && row.refusal().isEmpty() && row != Outcome.OK)
                .allSatisfy(row -> assertThat(row.verdict()).isEqualTo(Verdict.UNKNOWN));
    }

    @Test
    void the_page_has_the_same_table() throws IOException {
        var table = HEAD + String.join("", rows());
        var page = Files.readString(PAGE);
        int begin = page.indexOf("| what comes |");
        var end = page.indexOf("\n\n", begin);
        if (Boolean.getBoolean("ensembler.rewrite")) {
            page = page.substring(0, begin) + table + page.substring(end + 1);
            Files.writeString(PAGE, page);
            end = page.indexOf("\n\n", begin);
        }
        assertThat(page.substring(begin, end + 1)).isEqualTo(table);
    }

    private static List<String> rows() {
        return Arrays.stream(Outcome.values()).map(OutcomeTest::row).toList();
    }

    private static String row(Outcome row) {
        return Stream.of(
                                row.code().map(code -> "`" + code + "`").orElse(words(row.name())),
                                words(row.verdict().name()),
                                toldAs(row),
                                row.detail(),
                                row.repeat()
                                        .map(repeat -> switch (repeat) {
                                            case YES -> "repeated";
                                            case NO -> "fails";
                                            case NO_RIGHT -> "fails: rights";
                                        })
                                        .orElse(""))
                        .reduce("|", (line, cell) -> line + " " + cell + " |")
                + "\n";
    }

    private static String toldAs(Outcome row) {
        return switch (row) {
            case OK -> "`Applied`";
            case CONNECTION_REFUSED -> "`DriverException`, `RETRYABLE`";
            case INTERRUPTED_BEFORE_SENDING -> "`InterruptedException`";
            default -> row.refusal().map(code -> "`Refused`, `" + code + "`").orElse("`Unknown`");
        };
    }

    private static String words(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static SendResult of(Code code) {
        return Outcome.of(new Reconfigured(code.intValue(), null));
    }
}
