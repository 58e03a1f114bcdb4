package io.ensembler.validation;

import io.ensembler.model.DataSize;
import io.ensembler.model.DirectoryState;
import io.ensembler.model.Fact;
import io.ensembler.model.OwnFile;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What is known of the servers that start anew: whose they are, and whether they have room for the data. */
final class JoinerRules {

    private static final int DISK_FACTOR = 3;
    private static final int HEAP_FACTOR = 2;

    /** What a network of 1 Gbit/s carries at best. */
    private static final DataSize ASSUMED_BANDWIDTH = DataSize.ofMegabytes(100);

    private JoinerRules() {}

    static void check(Outlook outlook, List<Violation> found) {
        var unknown = new TreeMap<String, List<ServerId>>();
        for (var joiner : outlook.arriving()) {
            if (!outlook.isRebuilt(joiner.id())) {
                // What a server that is to be rebuilt has and does today is what it gives up.
                checkDirectory(outlook, joiner, found);
                checkFile(outlook, joiner, found);
                outlook.facts(joiner.id()).ifPresent(facts -> checkService(outlook, joiner, facts, found));
            }
            checkSettings(outlook, joiner, found);
            checkRoom(outlook, joiner, found);
            unknownRoom(outlook, joiner).ifPresent(what -> unknown.computeIfAbsent(what, it -> new ArrayList<>())
                    .add(joiner.id()));
        }
        unknown.forEach((what, joiners) -> found.add(unknown(outlook, what, joiners)));
        if (!outlook.arriving().isEmpty()) {
            checkInitLimit(outlook, found);
        }
    }

    private static void checkDirectory(Outlook outlook, Server joiner, List<Violation> found) {
        var state = outlook.detail(joiner.id(), ServerDetail.DATA_DIRECTORY).orElse(DirectoryState.EMPTY);
        switch (state) {
            case EMPTY, OWN -> {}
            case FOREIGN_ENSEMBLE ->
                found.add(new Violation(
                        Rule.ANOTHER_ENSEMBLE,
                        outlook.cannot(joiner),
                        "its data directory holds the data of another ensemble",
                        "See whether that ensemble needs it; then set it aside, so that the server starts on an empty"
                                + " one"));
            case FOREIGN_SERVER ->
                found.add(new Violation(
                        Rule.WRONG_DATA_DIRECTORY,
                        outlook.cannot(joiner),
                        "its data directory holds the data of a server with another id",
                        "Set it aside, so that the server starts on an empty one"));
            case STALE ->
                found.add(new Violation(
                        Rule.WRONG_DATA_DIRECTORY,
                        outlook.cannot(joiner),
                        "its data directory holds what it had before it was removed or rebuilt",
                        "Set it aside, so that the server starts on an empty one"));
        }
    }

    private static void checkFile(Outlook outlook, Server joiner, List<Violation> found) {
        var file = outlook.detail(joiner.id(), ServerDetail.OWN_FILE).orElse(OwnFile.MISSING);
        var facts =
                switch (file) {
                    case MISSING, FITS -> "";
                    case OTHER_PARTICIPANTS ->
                        "its own file lists other participants than "
                                + Wording.ids(outlook.origin().participants());
                    case ITSELF_AS_PARTICIPANT ->
                        "its own file lists it as participant, so that it could vote before it has caught up";
                    case WITHOUT_ITSELF -> "its own file does not list it, so that it would not start";
                };
        if (!facts.isEmpty()) {
            found.add(new Violation(
                    Rule.WRONG_OWN_FILE,
                    outlook.cannot(joiner),
                    facts,
                    "Have its file list the committed participants and itself as observer, as JoinerFiles makes it"));
        }
    }

    private static void checkService(Outlook outlook, Server joiner, ServerFacts facts, List<Violation> found) {
        var mode = facts.mode().value();
        if (mode.isEmpty()) {
            checkNotServing(joiner, facts, found);
        } else if (mode.get() == ServerMode.STANDALONE || mode.get() == ServerMode.LEADER) {
            found.add(another(
                    outlook,
                    joiner,
                    mode.get() == ServerMode.LEADER
                            ? "it leads an ensemble, and this one does not list it"
                            : "it runs standalone"));
        } else if (isAhead(outlook, facts)) {
            found.add(another(
                    outlook,
                    joiner,
                    "it has configuration " + facts.inForce() + " in force, and this ensemble has come to "
                            + outlook.observation().version() + " only"));
        } else if (mode.get() == ServerMode.READ_ONLY) {
            found.add(notAttached(joiner, "it runs and has lost its leader"));
        } else if (!facts.isProvedSynced()) {
            found.add(new Violation(
                    Rule.JOINER_NOT_SYNCED,
                    "Mind server " + joiner.id(),
                    facts.synced().value().isPresent()
                            ? "it follows, and does not show what was just written here"
                            : "it follows, and whether it shows what was just written here is " + facts.synced(),
                    "Wait until it has caught up, as the run does; if it does not, see whom it follows"));
        }
    }

    private static void checkNotServing(Server joiner, ServerFacts facts, List<Violation> found) {
        if (facts.mode() instanceof Fact.NotServing) {
            found.add(notAttached(joiner, "it runs and follows nobody"));
        } else if (facts.presence() == Presence.ANSWERS) {
            found.add(notAttached(joiner, "something answers at its client port, and what it does is " + facts.mode()));
        }
    }

    private static boolean isAhead(Outlook outlook, ServerFacts facts) {
        return facts.inForce()
                .value()
                .filter(version -> version.compareTo(outlook.observation().version()) > 0)
                .isPresent();
    }

    private static Violation another(Outlook outlook, Server joiner, String facts) {
        return new Violation(
                Rule.ANOTHER_ENSEMBLE,
                outlook.cannot(joiner),
                facts,
                "Name another server; or, if nobody needs that one, stop it and give it an empty data directory");
    }

    private static Violation notAttached(Server joiner, String facts) {
        return new Violation(
                Rule.JOINER_NOT_ATTACHED,
                "Mind server " + joiner.id(),
                facts,
                "Look at its log, its file and the ports between it and the others; the run waits for it");
    }

    private static void checkSettings(Outlook outlook, Server joiner, List<Violation> found) {
        boolean disabled = outlook.detail(joiner.id(), ServerDetail.RECONFIG_ENABLED)
                .filter(enabled -> !enabled)
                .isPresent();
        if (disabled && !outlook.origin().contains(joiner.id())) {
            found.add(new Violation(
                    Rule.RECONFIGURATION_DISABLED,
                    outlook.cannot(joiner),
                    "it runs with reconfigEnabled=false and would never take over the ensemble's configuration",
                    "Set reconfigEnabled=true in its zoo.cfg"));
        }
    }

    private static void checkRoom(Outlook outlook, Server joiner, List<Violation> found) {
        var data = outlook.dataSize();
        var disk = outlook.detail(joiner, ServerDetail.FREE_DISK);
        var heap = outlook.detail(joiner, ServerDetail.MAX_HEAP);
        if (data.isPresent()) {
            var neededDisk = data.get().times(DISK_FACTOR);
            if (disk.filter(free -> free.compareTo(neededDisk) < 0).isPresent()) {
                found.add(new Violation(
                        Rule.DISK_TOO_SMALL,
                        outlook.cannot(joiner),
                        "its disk has " + disk.get() + " free, and with " + data.get() + " of data it needs "
                                + neededDisk,
                        "Free some, or name a server with more"));
            }
            var neededHeap = data.get().times(HEAP_FACTOR);
            if (heap.filter(most -> most.compareTo(neededHeap) < 0).isPresent()) {
                found.add(new Violation(
                        Rule.HEAP_TOO_SMALL,
                        outlook.cannot(joiner),
                        "its heap may grow to " + heap.get() + ", and with " + data.get() + " of data it needs "
                                + neededHeap,
                        "Raise it, or name a server with more"));
            }
        }
    }

    /** What nobody reports of what a joiner has and needs. */
    private static Optional<String> unknownRoom(Outlook outlook, Server joiner) {
        var unknown = new ArrayList<String>();
        if (outlook.dataSize().isEmpty()) {
            unknown.add("how much data there is");
        }
        if (outlook.detail(joiner, ServerDetail.FREE_DISK).isEmpty()) {
            unknown.add("free disk");
        }
        if (outlook.detail(joiner, ServerDetail.MAX_HEAP).isEmpty()) {
            unknown.add("heap");
        }
        return unknown.isEmpty() ? Optional.empty() : Optional.of(Wording.list(unknown));
    }

    private static Violation unknown(Outlook outlook, String what, List<ServerId> joiners) {
        boolean one = joiners.size() == 1;
        return new Violation(
                Rule.RESOURCES_UNKNOWN,
                "Mind " + Wording.servers(joiners),
                "nobody reports " + what + ", so that " + (one ? "it" : "they") + " may run out of room",
                (one ? "See that it has " : "See that each has ")
                        + outlook.dataSize()
                                .map(size -> size.times(DISK_FACTOR) + " of free disk and " + size.times(HEAP_FACTOR)
                                        + " of heap")
                                .orElse("free disk for " + DISK_FACTOR + " times the data, and heap for " + HEAP_FACTOR
                                        + " times"));
    }

    private static <T extends Comparable<T>> Optional<T> smallest(List<Optional<T>> values) {
        return values.stream().flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    private static void checkInitLimit(Outlook outlook, List<Violation> found) {
        var data = outlook.dataSize();
        if (data.isEmpty()) {
            return;
        }
        var everybody = outlook.everybody();
        var limit = smallest(everybody.stream()
                .map(server -> outlook.detail(server, ServerDetail.INIT_LIMIT))
                .toList());
        var bandwidth = smallest(everybody.stream()
                .map(server -> outlook.detail(server, ServerDetail.SYNC_BANDWIDTH))
                .filter(measured -> measured.filter(size -> size.bytes() > 0).isPresent())
                .toList());
        if (limit.isEmpty()) {
            return;
        }
        var assumed = bandwidth.isPresent()
                ? ""
                : " (assumed, as nobody measured it: what a network of 1 Gbit/s carries at best)";
        var reckoned = bandwidth.orElse(ASSUMED_BANDWIDTH);
        var needed = Duration.ofSeconds(-Math.floorDiv(-data.get().bytes(), reckoned.bytes()));
        if (needed.compareTo(limit.get()) > 0) {
            found.add(new Violation(
                    Rule.INIT_LIMIT_TOO_SHORT,
                    "Mind " + Wording.servers(ids(outlook)),
                    "to load " + data.get() + " at " + reckoned + " a second" + assumed + " takes " + needed.toSeconds()
                            + " s, and initLimit gives " + limit.get().toSeconds() + " s",
                    "Raise initLimit on every server, to twice that time at least"));
        }
    }

    private static List<ServerId> ids(Outlook outlook) {
        return outlook.arriving().stream().map(Server::id).toList();
    }
}
