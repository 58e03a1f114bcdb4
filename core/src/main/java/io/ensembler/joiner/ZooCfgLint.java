package io.ensembler.joiner;

import io.ensembler.model.Address;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationTextException;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumAddress;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Reads the {@code zoo.cfg} of a server and tells what in it stands in the way of changing the ensemble. Pure: no file is
 * read and no name resolved. System properties that a server is started with besides are not seen.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ZooCfgLint {

    private static final int DEFAULT_TICK = 3_000;
    private static final int DEFAULT_SESSION_TICKS = 20;
    private static final int SHORTEST_INIT = 10_000;
    private static final int SHORTEST_SESSION = 40_000;
    private static final List<String> WORDS = List.of("srvr", "conf", "mntr");
    private static final List<String> SWITCHES = List.of(
            ZooCfgText.RECONFIGURATION,
            ZooCfgText.STANDALONE,
            "sslQuorum",
            "portUnification",
            "quorumListenOnAllIPs",
            "quorum.auth.enableSasl",
            "multiAddress.enabled");
    private static final List<String> NUMBERS = List.of(
            "tickTime",
            "initLimit",
            "syncLimit",
            "maxSessionTimeout",
            ZooCfgText.CLIENT_PORT,
            "secureClientPort",
            "observerMasterPort",
            "autopurge.purgeInterval");
    private static final Pattern ACTIVATED = Pattern.compile(".*\\.dynamic\\.[0-9a-f]+");

    private final ZooCfgText file;
    private final Optional<Ensemble> listed;
    private final Optional<ServerId> id;
    private final List<ZooCfgFinding> found = new ArrayList<>();

    private ZooCfgLint(ZooCfgText file, Optional<Ensemble> listed, Optional<ServerId> id) {
        this.file = file;
        this.listed = listed;
        this.id = id;
    }

    /**
     * Returns what is found in a static file whose server lines stand in it, or are not known: errors, then warnings,
     * then advice, each in the order of {@link ZooCfgRule}.
     *
     * @param text the text of the file
     */
    public static List<ZooCfgFinding> check(String text) {
        return check(text, Optional.empty(), Optional.empty());
    }

    /**
     * Returns what is found in the static file of a server together with what its dynamic file lists: errors, then
     * warnings, then advice, each in the order of {@link ZooCfgRule}.
     *
     * @param text the text of the static file
     * @param listed the servers in its dynamic file
     * @param id the server itself
     */
    public static List<ZooCfgFinding> check(String text, Ensemble listed, ServerId id) {
        return check(text, Optional.of(listed), Optional.of(id));
    }

    private static List<ZooCfgFinding> check(String text, Optional<Ensemble> listed, Optional<ServerId> id) {
        ZooCfgText file;
        try {
            file = ZooCfgText.read(text);
        } catch (IllegalArgumentException e) {
            return List.of(new ZooCfgFinding(
                    ZooCfgRule.TEXT_UNREADABLE,
                    JoinerFiles.STATIC_FILE,
                    "it holds an escape that means nothing: " + e.getMessage(),
                    "Write a backslash twice where one is meant"));
        }
        var found = new ArrayList<ZooCfgFinding>();
        var inFile = listed.isPresent() ? listed : linesInFile(file, found);
        var lint = new ZooCfgLint(file, inFile, id);
        lint.checkAll();
        found.addAll(lint.found);
        return found.stream()
                .sorted(Comparator.comparing(ZooCfgFinding::severity).thenComparing(ZooCfgFinding::rule))
                .toList();
    }

    private static Optional<Ensemble> linesInFile(ZooCfgText file, List<ZooCfgFinding> found) {
        var lines = file.serverLines();
        if (file.has(ZooCfgText.DYNAMIC_FILE)) {
            return Optional.empty();
        }
        var text = lines.entrySet().stream()
                .map(line -> line.getKey() + "=" + line.getValue() + "\n")
                .collect(Collectors.joining());
        try {
            return Optional.of(ConfigurationText.parse(text).ensemble());
        } catch (ConfigurationTextException e) {
            found.add(new ZooCfgFinding(
                    ZooCfgRule.LINES_UNREADABLE,
                    lines.firstKey(),
                    "a server line cannot be read: " + ZooCfgText.shown(String.valueOf(e.getMessage())),
                    "Correct the line"));
            return Optional.empty();
        }
    }

    private void checkAll() {
        file.twice().forEach(key -> add(ZooCfgRule.KEY_TWICE, key, "it is given twice", "Keep the line that is meant"));
        checkValues();
        checkSwitches();
        checkLists();
        checkLines();
        checkNames();
        checkClientPort();
        checkTimes();
        checkSight();
        checkQuorumPorts();
        checkKeeping();
    }

    private void add(ZooCfgRule rule, String key, String facts, String remedy) {
        found.add(new ZooCfgFinding(rule, key, facts, remedy));
    }

    private void checkValues() {
        for (var key : SWITCHES) {
            file.value(key)
                    .filter(value -> !file.isTrue(key) && !file.isFalse(key))
                    .ifPresent(value -> add(
                            ZooCfgRule.VALUE_UNREADABLE,
                            key,
                            "it is '" + ZooCfgText.shown(value) + "', which is neither true nor false",
                            "Correct the value, or leave the line out"));
        }
        for (var key : NUMBERS) {
            file.value(key)
                    .filter(value -> file.number(key).isEmpty())
                    .ifPresent(value -> add(
                            ZooCfgRule.VALUE_UNREADABLE,
                            key,
                            "it is '" + ZooCfgText.shown(value) + "', which is no number",
                            "Correct the value, or leave the line out"));
        }
        if (!file.has(ZooCfgText.DATA_DIRECTORY)) {
            add(
                    ZooCfgRule.DATA_DIRECTORY_MISSING,
                    ZooCfgText.DATA_DIRECTORY,
                    "it is not given",
                    "Name the directory of its data");
        }
    }

    private void checkSwitches() {
        if (!file.isTrue(ZooCfgText.RECONFIGURATION)) {
            add(
                    ZooCfgRule.RECONFIGURATION_DISABLED,
                    ZooCfgText.RECONFIGURATION,
                    given(ZooCfgText.RECONFIGURATION, "false"),
                    "Set reconfigEnabled=true on every server");
        }
        if (!file.isFalse(ZooCfgText.STANDALONE)) {
            int participants =
                    listed.map(ensemble -> ensemble.participants().size()).orElse(Integer.MAX_VALUE);
            if (participants < 2) {
                add(
                        ZooCfgRule.STANDALONE_SERVER,
                        ZooCfgText.STANDALONE,
                        given(ZooCfgText.STANDALONE, "true") + ", and " + (participants == 0 ? "no" : "only one")
                                + " participant is listed",
                        "Restart it alone with standaloneEnabled=false, reconfigEnabled=true and its own server line,"
                                + " and add servers to it then");
            } else {
                add(
                        ZooCfgRule.STANDALONE_ENABLED,
                        ZooCfgText.STANDALONE,
                        given(ZooCfgText.STANDALONE, "true"),
                        "Set standaloneEnabled=false on every server");
            }
        }
        if (file.has("oraclePath")) {
            add(
                    ZooCfgRule.ORACLE,
                    "oraclePath",
                    "a file outside decides between two servers",
                    "Leave it out and have three participants");
        }
        if (file.value("skipACL").filter("yes"::equals).isPresent()) {
            add(
                    ZooCfgRule.ACL_SKIPPED,
                    "skipACL",
                    "it is yes, so that everybody can reconfigure",
                    "Leave it out and give the driver credentials that may write /zookeeper/config");
        }
    }

    private String given(String key, String otherwise) {
        return file.value(key)
                .map(value -> "it is " + ZooCfgText.shown(value))
                .orElse("it is not given, and " + otherwise + " by default");
    }

    private void checkLists() {
        var lines = file.serverLines();
        var name = file.value(ZooCfgText.DYNAMIC_FILE);
        if (!lines.isEmpty() && name.isPresent()) {
            add(
                    ZooCfgRule.TWO_LISTS,
                    lines.firstKey(),
                    "it stands here, and dynamicConfigFile names a file for it",
                    "Keep the lines in the dynamic file only");
        } else if (!lines.isEmpty()) {
            add(
                    ZooCfgRule.LINES_IN_FILE,
                    lines.firstKey(),
                    "servers are listed here, and the first reconfiguration moves the lines out and rewrites the file",
                    "Put them into a file of their own and name it with dynamicConfigFile");
        }
        name.flatMap(ZooCfgLint::version).ifPresent(version -> {
            if (ACTIVATED.matcher(name.get()).matches()) {
                add(
                        ZooCfgRule.DYNAMIC_FILE_ACTIVATED,
                        ZooCfgText.DYNAMIC_FILE,
                        "it is the file of version " + version,
                        "Copy neither file for another server; let JoinerFiles make its own");
            } else {
                add(
                        ZooCfgRule.DYNAMIC_FILE_VERSION,
                        ZooCfgText.DYNAMIC_FILE,
                        "the ending of '" + ZooCfgText.shown(name.get()) + "' is taken for version " + version,
                        "Name the file zoo.cfg.dynamic");
            }
        });
    }

    /** As a server takes it from the name of a file. */
    static Optional<String> version(String name) {
        int dot = name.lastIndexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.toHexString(Long.parseLong(name.substring(dot + 1), 16)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private void checkLines() {
        var servers = listed.map(ensemble -> List.copyOf(ensemble.servers())).orElse(List.of());
        for (var server : servers) {
            var quorum = server.endpoints().quorum();
            if (quorum.stream().anyMatch(QuorumAddress::isWildcard)) {
                add(
                        ZooCfgRule.QUORUM_ADDRESS_WILDCARD,
                        "server." + server.id(),
                        "its quorum address names each caller's own machine",
                        "Name the host, and set quorumListenOnAllIPs=true to listen on all addresses");
            }
            if (quorum.size() > 1 && !file.isTrue("multiAddress.enabled")) {
                add(
                        ZooCfgRule.MULTI_ADDRESS_OFF,
                        "server." + server.id(),
                        "it has " + quorum.size() + " addresses, and multiAddress.enabled is not true",
                        "Set multiAddress.enabled=true on every server first, or list one address of each");
            }
        }
        if (listed.isPresent() && id.isPresent() && own().isEmpty()) {
            add(
                    ZooCfgRule.OWN_LINE_MISSING,
                    "server." + id.get(),
                    "the server does not find itself among those listed",
                    "List it: as observer until it has been added");
        }
        var type = file.value("peerType");
        if (type.isPresent()) {
            var contradicts = own().filter(
                            server -> !type.get().equalsIgnoreCase(server.role().toString()))
                    .isPresent();
            add(
                    ZooCfgRule.PEER_TYPE,
                    "peerType",
                    "it is " + ZooCfgText.shown(type.get())
                            + (contradicts
                                    ? ", and the line says "
                                            + own().orElseThrow().role() + ", which counts"
                                    : ", and what counts is the line"),
                    "Leave it out");
        }
    }

    private Optional<Server> own() {
        return id.flatMap(own -> listed.flatMap(ensemble -> ensemble.server(own)));
    }

    private void checkNames() {
        boolean forEver =
                file.number("electionPortBindRetry").filter(times -> times == 0).isPresent();
        boolean named = listed.map(ensemble -> ensemble.servers().stream()
                        .anyMatch(server -> server.endpoints().usesNames()))
                .orElse(true);
        if (!forEver && named) {
            add(
                    ZooCfgRule.ELECTION_BIND_RETRY,
                    "electionPortBindRetry",
                    given("electionPortBindRetry", "3")
                            + (listed.isPresent()
                                    ? ", and server lines have host names"
                                    : ", which matters where server lines have host names"),
                    "Set electionPortBindRetry=0, or use addresses in server lines");
        }
    }

    private void checkClientPort() {
        var port = file.number(ZooCfgText.CLIENT_PORT).filter(number -> number != 0);
        var host = file.value(ZooCfgText.CLIENT_ADDRESS);
        if (host.isPresent() && port.isEmpty()) {
            add(
                    ZooCfgRule.CLIENT_PORT_MISSING,
                    ZooCfgText.CLIENT_ADDRESS,
                    "it is given, and clientPort is not: the server does not start",
                    "Give the line a client address, such as ;2181, and leave this out");
            return;
        }
        var own = own();
        var inLine = own.flatMap(server -> server.endpoints().client());
        if (port.isPresent()
                && inLine.filter(line -> clashes(line, port.get(), host)).isPresent()) {
            add(
                    ZooCfgRule.CLIENT_PORT_CLASH,
                    ZooCfgText.CLIENT_PORT,
                    "the client address here is "
                            + host.map(it -> ZooCfgText.shown(it) + ":").orElse("") + port.get()
                            + ", and the line says " + inLine.get(),
                    "Leave clientPort and clientPortAddress out here");
        } else if (port.isPresent() && own.isPresent() && inLine.isEmpty()) {
            add(
                    ZooCfgRule.CLIENT_PORT_UNLISTED,
                    ZooCfgText.CLIENT_PORT,
                    "it stands here only, and the line has no client address",
                    "Give the line a client address, such as ;2181, by replacing the server or changing its"
                            + " endpoints");
        } else if (port.isPresent()) {
            add(
                    ZooCfgRule.CLIENT_PORT_STATIC,
                    ZooCfgText.CLIENT_PORT,
                    "it stands here, where the first reconfiguration takes it out",
                    "Leave it out where the line has it");
        } else if (own.isPresent() && inLine.isEmpty()) {
            checkNoPlainPort();
        }
        if (inLine.filter(Address::isWildcard).isPresent()) {
            add(
                    ZooCfgRule.CLIENT_ADDRESS_WILDCARD,
                    "server." + own.orElseThrow().id(),
                    "its client address " + inLine.get() + " names no host",
                    "Name the host in the client part, as in ;zk4:2181");
        }
    }

    private void checkNoPlainPort() {
        if (file.has("secureClientPort")) {
            add(
                    ZooCfgRule.SECURE_CLIENT_PORT_ONLY,
                    "secureClientPort",
                    "it is the only client port",
                    "Give the server a plain client port besides, closed to the outside if need be");
        } else {
            add(
                    ZooCfgRule.CLIENT_PORT_MISSING,
                    ZooCfgText.CLIENT_PORT,
                    "neither this file nor the line has a client port",
                    "Give the line a client address, such as ;2181");
        }
    }

    /** What a server would refuse. A name against an address it would resolve, and nobody does so here. */
    private static boolean clashes(Address line, int port, Optional<String> host) {
        if (line.port() != port) {
            return true;
        }
        if (host.isEmpty()) {
            return false;
        }
        try {
            var here = new Address(host.get(), port);
            boolean comparable = isLiteral(here) == isLiteral(line);
            return !here.isWildcard() && (line.isWildcard() || comparable) && !here.equals(line);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isLiteral(Address address) {
        return address.host().matches("[0-9.]+|.*:.*");
    }

    private void checkTimes() {
        int tick = file.number("tickTime").orElse(DEFAULT_TICK);
        var initLimit = file.number("initLimit");
        if (!file.has("initLimit") || !file.has("syncLimit")) {
            add(
                    ZooCfgRule.LIMITS_MISSING,
                    file.has("initLimit") ? "syncLimit" : "initLimit",
                    "it is not given",
                    "Set initLimit=10 and syncLimit=5, or more where there is much data");
        }
        initLimit
                .map(ticks -> (long) ticks * tick)
                .filter(millis -> millis < SHORTEST_INIT)
                .ifPresent(millis -> add(
                        ZooCfgRule.INIT_LIMIT_SMALL,
                        "initLimit",
                        "a joiner has " + millis + " ms to load the data: " + initLimit.get() + " ticks of " + tick
                                + " ms",
                        "Raise initLimit on every server, to twice the time that takes at least"));
        long session = file.number("maxSessionTimeout").orElse(-1);
        long granted = session == -1 ? (long) DEFAULT_SESSION_TICKS * tick : session;
        if (granted < SHORTEST_SESSION) {
            add(
                    ZooCfgRule.SESSION_TIMEOUT_SMALL,
                    "maxSessionTimeout",
                    "no session is granted more than " + granted + " ms"
                            + (session == -1 ? ", 20 ticks of " + tick + " ms" : ""),
                    "Set maxSessionTimeout=60000");
        }
    }

    private void checkSight() {
        var allowed = file.value("4lw.commands.whitelist").orElse("srvr");
        var words = Set.of(allowed.trim().split("\\s*,\\s*"));
        var blocked = new TreeSet<>(WORDS);
        blocked.removeAll(words);
        if (!words.contains("*") && !blocked.isEmpty()) {
            add(
                    ZooCfgRule.WORDS_BLOCKED,
                    "4lw.commands.whitelist",
                    "it does not allow " + String.join(" and ", blocked),
                    "Set 4lw.commands.whitelist=srvr,conf,mntr, with those you use besides");
        }
        boolean on = file.value("admin.enableServer").filter("false"::equals).isEmpty();
        boolean everywhere = file.value("admin.serverAddress")
                .filter(address -> !address.equals("0.0.0.0"))
                .isEmpty();
        if (on && everywhere) {
            add(
                    ZooCfgRule.ADMIN_SERVER_OPEN,
                    "admin.serverAddress",
                    "the administration over HTTP is on, on all interfaces",
                    "Set it to an address that only those who should reach it can, or admin.enableServer=false");
        }
    }

    private void checkQuorumPorts() {
        if (file.isTrue("sslQuorum")) {
            add(
                    ZooCfgRule.QUORUM_TLS,
                    "sslQuorum",
                    "joiners must have it too, and a certificate that covers their host",
                    "See to the joiners' certificates and trust before a plan runs");
        }
        if (file.isTrue("portUnification")) {
            add(
                    ZooCfgRule.PORT_UNIFICATION,
                    "portUnification",
                    "quorum ports accept plain connections beside those over TLS",
                    "Set it to false once every server has sslQuorum=true");
        }
        if (file.isTrue("quorum.auth.enableSasl")) {
            add(
                    ZooCfgRule.QUORUM_SASL,
                    "quorum.auth.enableSasl",
                    "the host of a joiner must be allowed before it can connect",
                    "Allow the joiners' hosts before a plan runs");
        }
        if (file.isTrue("quorumListenOnAllIPs")) {
            add(
                    ZooCfgRule.QUORUM_LISTENS_EVERYWHERE,
                    "quorumListenOnAllIPs",
                    "quorum and election ports are open on every address of the machine",
                    "Close the ports to the outside, or leave it out");
        }
        if (file.number("observerMasterPort").filter(port -> port > 0).isPresent()) {
            add(
                    ZooCfgRule.OBSERVER_MASTER,
                    "observerMasterPort",
                    "observers attach to followers, and the leader does not count them",
                    "Nothing need be done");
        }
    }

    private void checkKeeping() {
        if (file.number("autopurge.purgeInterval").filter(hours -> hours > 0).isEmpty()) {
            add(
                    ZooCfgRule.PURGE_OFF,
                    "autopurge.purgeInterval",
                    given("autopurge.purgeInterval", "0") + ", so that snapshots and logs pile up",
                    "Set autopurge.purgeInterval=24");
        }
        if (file.value("digest.enabled")
                .filter(value -> !value.equalsIgnoreCase("true"))
                .isPresent()) {
            add(ZooCfgRule.DIGESTS_OFF, "digest.enabled", "servers do not compare their data", "Leave it out");
        }
    }
}
