package io.ensembler.validation;

import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which software the servers run, and settings that it needs for what is aimed at. */
final class SoftwareRules {

    private static final ServerVersion FIRST_STABLE = new ServerVersion(3, 5, 5);
    private static final ServerVersion SECURE_PORT_IN_LINES = new ServerVersion(3, 10, 0);

    private SoftwareRules() {}

    static void check(Outlook outlook, List<Violation> found) {
        checkVersions(byVersion(outlook), found);
        outlook.staying().forEach(server -> checkClientPort(outlook, server, found));
        checkStandalone(outlook, found);
    }

    private static SortedMap<ServerVersion, List<ServerId>> byVersion(Outlook outlook) {
        var byVersion = new TreeMap<ServerVersion, List<ServerId>>();
        for (var id : Outlook.ids(outlook.everybody())) {
            outlook.detail(id, ServerDetail.VERSION).ifPresent(version -> byVersion
                    .computeIfAbsent(version, first -> new ArrayList<>())
                    .add(id));
        }
        return byVersion;
    }

    private static void checkVersions(SortedMap<ServerVersion, List<ServerId>> byVersion, List<Violation> found) {
        byVersion.forEach((version, ids) -> {
            var faults = KnownFaults.in(version);
            if (version.isBefore(FIRST_STABLE)) {
                found.add(new Violation(
                        Rule.VERSION_TOO_OLD,
                        "Cannot change the ensemble",
                        Wording.servers(ids) + (ids.size() == 1 ? " runs " : " run ") + version
                                + ", which can stand still or disagree after a reconfiguration",
                        "Upgrade to 3.9.4 or later first"));
            } else if (!faults.isEmpty()) {
                found.add(new Violation(
                        Rule.VERSION_OUTDATED,
                        "Mind " + Wording.servers(ids),
                        "in " + version + " remain " + Wording.list(faults),
                        "Upgrade to 3.9.4 or later"));
            }
        });
        if (byVersion.size() > 1) {
            var which = byVersion.entrySet().stream()
                    .map(entry -> Wording.servers(entry.getValue())
                            + (entry.getValue().size() == 1 ? " runs " : " run ")
                            + entry.getKey())
                    .collect(Collectors.toList());
            found.add(new Violation(
                    Rule.VERSIONS_MIXED,
                    "Mind the versions",
                    Wording.list(which),
                    "Finish the upgrade first, and give joiners the version of the others"));
        }
    }

    private static void checkClientPort(Outlook outlook, Server server, List<Violation> found) {
        boolean secureOnly =
                outlook.detail(server, ServerDetail.SECURE_CLIENT_PORT_ONLY).orElse(false);
        boolean mended = outlook.detail(server, ServerDetail.VERSION)
                .filter(version -> !version.isBefore(SECURE_PORT_IN_LINES))
                .isPresent();
        if (secureOnly && !mended) {
            found.add(new Violation(
                    Rule.SECURE_CLIENT_PORT_ONLY,
                    outlook.cannot(server),
                    "it has a secure client port only, and before 3.10 such a server fails when it activates a"
                            + " configuration (ZOOKEEPER-4276)",
                    "Give it a plain client port besides, closed to the outside if need be"));
        }
    }

    private static void checkStandalone(Outlook outlook, List<Violation> found) {
        if (outlook.target().participants().size() != 1) {
            return;
        }
        var standalone = new TreeSet<ServerId>();
        for (var id : Outlook.ids(outlook.everybody())) {
            outlook.detail(id, ServerDetail.STANDALONE_ENABLED)
                    .filter(enabled -> enabled)
                    .ifPresent(enabled -> standalone.add(id));
        }
        if (!standalone.isEmpty()) {
            found.add(new Violation(
                    Rule.STANDALONE_ENABLED,
                    "Cannot have 1 participant",
                    Wording.servers(standalone) + (standalone.size() == 1 ? " runs" : " run")
                            + " with standaloneEnabled=true, with which ZooKeeper refuses fewer than two",
                    "Set standaloneEnabled=false in the zoo.cfg of every server and restart them one after the other"));
        }
    }
}
