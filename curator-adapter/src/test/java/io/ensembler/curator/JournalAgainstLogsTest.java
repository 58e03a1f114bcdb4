package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.curator.TransactionLogs.Reconfiguration;
import io.ensembler.json.JournalLines;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.SendIntent;
import io.ensembler.model.SenderId;
import io.ensembler.report.JournalEntry;
import io.ensembler.report.JournalEntry.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a trial with lost replies would be found guilty of. */
class JournalAgainstLogsTest {

    private static final long BASE = 0x100000000L;
    private static final long VERSION = 0x100000010L;
    private static final long LATER = 0x100000020L;
    private static final String LOST = "/ensembler/senders/lost";
    private static final String SECOND = "/ensembler/senders/second";

    private final NavigableMap<Long, Reconfiguration> reconfigurations = new TreeMap<>();
    private final List<JournalEntry> journal = new ArrayList<>();

    private static String text(long... ids) {
        return LongStream.of(ids)
                .mapToObj(id -> "server." + id + "=127.0.0.1:" + (2000 + id) + ":" + (3000 + id)
                        + ":participant;127.0.0.1:" + (4000 + id))
                .collect(Collectors.joining("\n"));
    }

    private static NavigableMap<Long, String> roles(long... ids) {
        return Reconfiguration.of(0, text(ids)).roles();
    }

    private static Ensemble ensemble(long... ids) {
        return ConfigurationText.parse(text(ids)).ensemble();
    }

    private void logged(long zxid, long session, long... ids) {
        reconfigurations.put(zxid, Reconfiguration.of(session, text(ids) + "\nversion=" + Long.toHexString(zxid)));
    }

    private void intended(String sender) {
        journal.add(new JournalEntry.Intended(
                Instant.EPOCH,
                new SendIntent(
                        ConfigurationVersion.of(BASE), ensemble(1, 2, 3), ensemble(1, 2, 3, 4), new SenderId(sender))));
    }

    private void settled(String sender, Outcome outcome, long version, long... ids) {
        journal.add(new JournalEntry.Settled(
                Instant.EPOCH,
                new SenderId(sender),
                outcome,
                new Configuration(ensemble(ids), ConfigurationVersion.of(version))));
    }

    private List<String> wrongs() {
        var logs = new TransactionLogs(reconfigurations, Map.of(LOST, 7L, SECOND, 8L));
        var lines = new ArrayList<String>();
        journal.forEach(entry -> lines.add(JournalLines.write(lines.size() + 1, entry)));
        return JournalAgainstLogs.wrongs(logs, roles(1, 2, 3), List.of(roles(1, 2, 3, 4)), lines);
    }

    @Test
    void nothing_where_one_was_lost_and_sent_again() {
        intended(LOST);
        settled(LOST, Outcome.NOT_APPLIED, BASE, 1, 2, 3);
        intended(SECOND);
        logged(VERSION, 8, 1, 2, 3, 4);
        settled(SECOND, Outcome.APPLIED, VERSION, 1, 2, 3, 4);

        assertThat(wrongs()).isEmpty();
    }

    @Test
    void a_change_that_came_twice() {
        intended(LOST);
        logged(VERSION, 7, 1, 2, 3, 4);
        settled(LOST, Outcome.NOT_APPLIED, BASE, 1, 2, 3);
        intended(SECOND);
        logged(LATER, 8, 1, 2, 3, 4);
        settled(SECOND, Outcome.APPLIED, LATER, 1, 2, 3, 4);

        assertThat(wrongs()).singleElement().asString().contains("NOT_APPLIED", "the logs hold of it");
    }

    @Test
    void a_change_that_came_late_and_was_undone_by_another() {
        intended(LOST);
        logged(VERSION, 7, 1, 2, 3, 4);
        settled(LOST, Outcome.APPLIED, VERSION, 1, 2, 3, 4);
        logged(LATER, 7, 1, 2, 3);

        assertThat(wrongs()).hasSizeGreaterThan(1).first().asString().contains("the logs hold the memberships");
    }

    @Test
    void a_change_that_never_came() {
        intended(LOST);
        settled(LOST, Outcome.APPLIED, VERSION, 1, 2, 3, 4);

        assertThat(wrongs())
                .hasSize(2)
                .anyMatch(wrong -> wrong.contains("the logs hold the memberships []"))
                .anyMatch(wrong -> wrong.contains("and the logs hold of it {}"));
    }

    @Test
    void a_change_at_another_version_than_the_journal_says() {
        intended(LOST);
        logged(VERSION, 7, 1, 2, 3, 4);
        settled(LOST, Outcome.APPLIED, LATER, 1, 2, 3, 4);

        assertThat(wrongs()).singleElement().asString().contains("and it was transaction 100000010");
    }

    @Test
    void an_outcome_that_nobody_could_tell_or_wrote_down() {
        intended(LOST);
        settled(LOST, Outcome.UNRESOLVED, BASE, 1, 2, 3);
        intended(SECOND);
        logged(VERSION, 8, 1, 2, 3, 4);

        assertThat(wrongs())
                .anyMatch(wrong -> wrong.contains(LOST) && wrong.endsWith("was unresolved"))
                .anyMatch(wrong -> wrong.contains(SECOND) && wrong.endsWith("was never settled"));
    }

    @Test
    void a_change_that_nobody_says_to_have_sent() {
        logged(VERSION, 9, 1, 2, 3, 4);

        assertThat(wrongs()).singleElement().asString().startsWith("nobody says to have sent {");
    }

    @Test
    void a_transaction_that_names_itself_another_version() {
        intended(LOST);
        reconfigurations.put(VERSION, Reconfiguration.of(7, text(1, 2, 3, 4) + "\nversion=100000011"));
        settled(LOST, Outcome.APPLIED, VERSION, 1, 2, 3, 4);

        assertThat(wrongs()).containsExactly("transaction 100000010 names itself version 100000011");
    }

    @Test
    void what_changes_nothing_is_no_membership() {
        logged(VERSION, 7, 1, 2, 3, 4);
        logged(LATER, 8, 1, 2, 3, 4);

        assertThat(new TransactionLogs(reconfigurations, Map.of()).memberships(roles(1, 2, 3)))
                .containsExactly(roles(1, 2, 3, 4));
    }
}
