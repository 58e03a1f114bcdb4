package io.ensembler.curator;

import io.ensembler.json.JournalLines;
import io.ensembler.model.SendIntent;
import io.ensembler.model.SenderId;
import io.ensembler.report.JournalEntry;
import io.ensembler.report.JournalEntry.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Holds what a journal says became of reconfigurations against what the servers' logs hold. */
final class JournalAgainstLogs {

    private JournalAgainstLogs() {}

    /**
     * Returns what is wrong, in sentences; nothing if each change is there exactly once, and the journal says so.
     *
     * @param before the roles of all servers at first
     * @param expected the memberships that were to come, in order
     * @param journal the lines of all runs
     */
    static List<String> wrongs(
            TransactionLogs logs,
            NavigableMap<Long, String> before,
            List<? extends NavigableMap<Long, String>> expected,
            List<String> journal) {
        var wrongs = new ArrayList<String>();
        var memberships = logs.memberships(before);
        if (!memberships.equals(expected)) {
            wrongs.add("the logs hold the memberships " + memberships + ", expected were " + expected);
        }
        logs.reconfigurations().forEach((zxid, each) -> {
            if (each.version() != zxid) {
                wrongs.add("transaction " + Long.toHexString(zxid) + " names itself version "
                        + Long.toHexString(each.version()));
            }
        });
        var intents = new LinkedHashMap<SenderId, SendIntent>();
        var settled = new LinkedHashMap<SenderId, JournalEntry.Settled>();
        for (var entry : JournalLines.read(journal)) {
            if (entry instanceof JournalEntry.Intended intended) {
                intents.put(intended.intent().sender(), intended.intent());
            } else if (entry instanceof JournalEntry.Settled its) {
                if (its.outcome() == Outcome.UNRESOLVED) {
                    wrongs.add(its.sender() + " was unresolved");
                }
                settled.put(its.sender(), its);
            }
        }
        var unaccounted = new TreeMap<>(logs.reconfigurations());
        intents.forEach((sender, intent) -> {
            var sent = logs.sentBy(sender.value());
            unaccounted.keySet().removeAll(sent.keySet());
            wrongs.addAll(wrongs(intent, sent, settled));
        });
        if (!unaccounted.isEmpty()) {
            wrongs.add("nobody says to have sent " + unaccounted);
        }
        return wrongs;
    }

    private static List<String> wrongs(
            SendIntent intent,
            NavigableMap<Long, TransactionLogs.Reconfiguration> sent,
            Map<SenderId, JournalEntry.Settled> settled) {
        var its = settled.get(intent.sender());
        if (its == null) {
            return List.of(intent + " was never settled");
        }
        var wrongs = new ArrayList<String>();
        boolean applied = its.outcome() == Outcome.APPLIED;
        if (sent.size() != (applied ? 1 : 0)) {
            wrongs.add("the journal says " + its + " of " + intent + ", and the logs hold of it " + sent);
        }
        if (!applied && its.outcome() != Outcome.NOT_APPLIED) {
            wrongs.add("nobody else was there, and the journal says " + its);
        }
        sent.forEach((zxid, each) -> {
            if (zxid <= intent.version().value()) {
                wrongs.add(intent + " is to be later than " + Long.toHexString(zxid));
            }
            if (applied && zxid != its.found().version().value()) {
                wrongs.add("the journal says " + its + ", and it was transaction " + Long.toHexString(zxid));
            }
            if (!each.roles().equals(roles(intent))) {
                wrongs.add(intent + " came as " + each.roles());
            }
        });
        return wrongs;
    }

    private static NavigableMap<Long, String> roles(SendIntent intent) {
        var roles = new TreeMap<Long, String>();
        intent.target()
                .servers()
                .forEach(server -> roles.put(server.id().value(), server.isParticipant() ? "participant" : "observer"));
        return roles;
    }
}
