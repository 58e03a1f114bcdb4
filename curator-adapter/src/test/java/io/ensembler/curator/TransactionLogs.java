package io.ensembler.curator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.txn.CreateTxn;
import org.apache.zookeeper.txn.SetDataTxn;

/**
 * What servers have written into their transaction logs of reconfigurations. It reads them by ZooKeeper's classes and shares
 * no code with what sends reconfigurations and settles them. Immutable.
 *
 * @param reconfigurations those that were carried out, by zxid
 * @param sessions the session that created each ephemeral znode of a sender, by its path
 */
record TransactionLogs(NavigableMap<Long, Reconfiguration> reconfigurations, Map<String, Long> sessions) {

    private static final Pattern SERVER = Pattern.compile("server\\.(\\d+)=[^;]*:(participant|observer)(;.*)?");
    private static final Pattern VERSION = Pattern.compile("version=([0-9a-f]+)");

    /**
     * A reconfiguration that was carried out, be it that it changed nothing.
     *
     * @param version as its text names it
     * @param session that asked for it
     * @param roles of the servers it lists, by id
     */
    record Reconfiguration(long version, long session, NavigableMap<Long, String> roles) {

        static Reconfiguration of(long session, String text) {
            long version = -1;
            var roles = new TreeMap<Long, String>();
            for (var line : text.lines().toList()) {
                Matcher server = SERVER.matcher(line);
                Matcher named = VERSION.matcher(line);
                if (server.matches()) {
                    roles.put(Long.valueOf(server.group(1)), server.group(2));
                } else if (named.matches()) {
                    version = Long.parseLong(named.group(1), 16);
                } else {
                    throw new IllegalArgumentException("no line of a configuration: " + line);
                }
            }
            return new Reconfiguration(version, session, roles);
        }
    }

    /** What one server has written. */
    private record Log(
            long first, long last, NavigableMap<Long, Reconfiguration> reconfigurations, Map<String, Long> sessions) {}

    /**
     * Reads the logs of servers that have stopped.
     *
     * @param staying the data directories of those that are listed at last: what they have was committed
     * @param others those of all others: what they have, and none of the others, was not
     * @throws IllegalStateException if one that stays lacks a reconfiguration among those it has logged
     */
    static TransactionLogs read(List<Path> staying, List<Path> others) throws IOException {
        var logs = new ArrayList<Log>();
        for (var directory : staying) {
            logs.add(read(directory));
        }
        var committed = new TreeMap<Long, Reconfiguration>();
        var sessions = new LinkedHashMap<String, Long>();
        for (var log : logs) {
            committed.putAll(log.reconfigurations());
            sessions.putAll(log.sessions());
        }
        for (var directory : others) {
            sessions.putAll(read(directory).sessions());
        }
        for (var log : logs) {
            var expected = new TreeMap<>(committed.subMap(log.first(), true, log.last(), true));
            if (!log.reconfigurations().equals(expected)) {
                throw new IllegalStateException("of the reconfigurations " + expected + " a log from "
                        + Long.toHexString(log.first()) + " to " + Long.toHexString(log.last()) + " has "
                        + log.reconfigurations());
            }
        }
        return new TransactionLogs(committed, sessions);
    }

    private static Log read(Path dataDirectory) throws IOException {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        var reconfigurations = new TreeMap<Long, Reconfiguration>();
        var sessions = new LinkedHashMap<String, Long>();
        var folder = dataDirectory.resolve("version-2").toFile();
        try (var log = new FileTxnLog(folder);
                var transactions = log.read(1)) {
            while (transactions.getHeader() != null) {
                var header = transactions.getHeader();
                first = Math.min(first, header.getZxid());
                last = Math.max(last, header.getZxid());
                if (header.getType() == OpCode.reconfig && transactions.getTxn() instanceof SetDataTxn changed) {
                    var text = new String(changed.getData(), StandardCharsets.UTF_8);
                    reconfigurations.put(header.getZxid(), Reconfiguration.of(header.getClientId(), text));
                } else if (transactions.getTxn() instanceof CreateTxn created && created.getEphemeral()) {
                    sessions.put(created.getPath(), header.getClientId());
                }
                transactions.next();
            }
        }
        return first > last
                ? new Log(0, 0, reconfigurations, sessions)
                : new Log(first, last, reconfigurations, sessions);
    }

    /** Returns the reconfigurations that the session asked for which owned this znode, by zxid. */
    NavigableMap<Long, Reconfiguration> sentBy(String znode) {
        var session = Optional.ofNullable(sessions.get(znode));
        var sent = new TreeMap<>(reconfigurations);
        sent.values().removeIf(each -> !session.equals(Optional.of(each.session())));
        return sent;
    }

    /** Returns the memberships in the order in which they came, without what changed none, from the first one on. */
    List<NavigableMap<Long, String>> memberships(NavigableMap<Long, String> first) {
        var memberships = new ArrayList<NavigableMap<Long, String>>();
        var before = first;
        for (var each : reconfigurations.values()) {
            if (!each.roles().equals(before)) {
                memberships.add(each.roles());
            }
            before = each.roles();
        }
        return memberships;
    }
}
