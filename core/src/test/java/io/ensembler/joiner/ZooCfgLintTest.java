package io.ensembler.joiner;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Ensemble;
import io.ensembler.model.ServerId;
import io.ensembler.validation.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZooCfgLintTest {

    /** A file in which nothing is found. */
    private static final Map<String, String> GOOD = Map.ofEntries(
            Map.entry("dataDir", "/var/lib/zookeeper"),
            Map.entry("dynamicConfigFile", "/etc/zookeeper/zoo.cfg.dynamic"),
            Map.entry("tickTime", "2000"),
            Map.entry("initLimit", "30"),
            Map.entry("syncLimit", "5"),
            Map.entry("maxSessionTimeout", "60000"),
            Map.entry("reconfigEnabled", "true"),
            Map.entry("standaloneEnabled", "false"),
            Map.entry("electionPortBindRetry", "0"),
            Map.entry("4lw.commands.whitelist", "srvr, conf, mntr"),
            Map.entry("admin.serverAddress", "127.0.0.1"),
            Map.entry("autopurge.purgeInterval", "24"));

    private static final String OTHERS =
            """
            server.1=zk1:2888:3888:participant;zk1:2181
            server.2=zk2:2888:3888:participant;zk2:2181
            """;
    private static final String LINES = OTHERS + "server.3=zk3:2888:3888:participant;zk3:2181\n";

    /** A rule with a file in which it is broken, and one nearly the same in which it is not. */
    private record Case(ZooCfgRule rule, Subject broken, String says, Subject kept) {
        @Override
        public String toString() {
            return rule.code();
        }
    }

    /** A static file, and what is listed for server 3. Empty lines: the file alone. */
    private record Subject(String text, String lines) {

        static Subject of(String... changes) {
            return new Subject(fileText(changes), LINES);
        }

        Subject listing(String newLines) {
            return new Subject(text, newLines);
        }

        Subject alone() {
            return listing("");
        }

        List<ZooCfgFinding> check() {
            return lines.isEmpty() ? ZooCfgLint.check(text) : ZooCfgLint.check(text, ensemble(lines), ServerId.of(3));
        }
    }

    private static Case broken(ZooCfgRule rule, Subject broken, String says, Subject kept) {
        return new Case(rule, broken, says, kept);
    }

    static List<Case> cases() {
        return List.of(
                broken(
                        ZooCfgRule.TEXT_UNREADABLE,
                        new Subject("dataDir=C:\\users\n", LINES),
                        "zoo.cfg: it holds an escape that means nothing: Malformed \\uxxxx encoding.. Write a backslash"
                                + " twice where one is meant. [text-unreadable]",
                        Subject.of("dataDir=C:\\\\users")),
                broken(
                        ZooCfgRule.KEY_TWICE,
                        new Subject(fileText() + "tickTime=2000\n", LINES),
                        "tickTime: it is given twice. Keep the line that is meant. [key-twice]",
                        new Subject(fileText() + "# tickTime=2000\n", LINES)),
                broken(
                        ZooCfgRule.VALUE_UNREADABLE,
                        Subject.of("syncLimit=five"),
                        "syncLimit: it is 'five', which is no number. Correct the value, or leave the line out."
                                + " [value-unreadable]",
                        Subject.of("syncLimit = 5 ")),
                broken(
                        ZooCfgRule.VALUE_UNREADABLE,
                        Subject.of("quorumListenOnAllIPs=no"),
                        "quorumListenOnAllIPs: it is 'no', which is neither true nor false. Correct the value, or leave"
                                + " the line out. [value-unreadable]",
                        Subject.of("quorumListenOnAllIPs=False")),
                broken(
                        ZooCfgRule.DATA_DIRECTORY_MISSING,
                        Subject.of("-dataDir"),
                        "dataDir: it is not given. Name the directory of its data. [data-directory-missing]",
                        Subject.of("dataDir=data")),
                broken(
                        ZooCfgRule.RECONFIGURATION_DISABLED,
                        Subject.of("-reconfigEnabled"),
                        "reconfigEnabled: it is not given, and false by default. Set reconfigEnabled=true on every"
                                + " server. [reconfiguration-disabled]",
                        Subject.of("reconfigEnabled=TRUE")),
                broken(
                        ZooCfgRule.STANDALONE_SERVER,
                        Subject.of("-standaloneEnabled").listing("server.3=zk3:2888:3888:participant;zk3:2181\n"),
                        "standaloneEnabled: it is not given, and true by default, and only one participant is listed."
                                + " Restart it alone with standaloneEnabled=false, reconfigEnabled=true and its own"
                                + " server line, and add servers to it then. [standalone-server]",
                        Subject.of().listing("server.3=zk3:2888:3888:participant;zk3:2181\n")),
                broken(
                        ZooCfgRule.STANDALONE_SERVER,
                        Subject.of("standaloneEnabled=true", "-dynamicConfigFile")
                                .alone(),
                        "standaloneEnabled: it is true, and no participant is listed."
                                + " Restart it alone with standaloneEnabled=false, reconfigEnabled=true and its own"
                                + " server line, and add servers to it then. [standalone-server]",
                        Subject.of("standaloneEnabled=true").alone()),
                broken(
                        ZooCfgRule.STANDALONE_ENABLED,
                        Subject.of("-standaloneEnabled"),
                        "standaloneEnabled: it is not given, and true by default. Set standaloneEnabled=false on every"
                                + " server. [standalone-enabled]",
                        Subject.of("standaloneEnabled=FALSE")),
                broken(
                        ZooCfgRule.ORACLE,
                        Subject.of("oraclePath=/mnt/oracle"),
                        "oraclePath: a file outside decides between two servers. Leave it out and have three"
                                + " participants. [oracle]",
                        Subject.of("#oraclePath=/mnt/oracle")),
                broken(
                        ZooCfgRule.TWO_LISTS,
                        Subject.of("server.1=zk1:2888:3888"),
                        "server.1: it stands here, and dynamicConfigFile names a file for it. Keep the lines in the"
                                + " dynamic file only. [two-lists]",
                        Subject.of("servers=1")),
                broken(
                        ZooCfgRule.LINES_IN_FILE,
                        new Subject(fileText("-dynamicConfigFile") + LINES, ""),
                        "server.1: servers are listed here, and the first reconfiguration moves the lines out and"
                                + " rewrites the file. Put them into a file of their own and name it with"
                                + " dynamicConfigFile. [lines-in-file]",
                        Subject.of().alone()),
                broken(
                        ZooCfgRule.LINES_UNREADABLE,
                        new Subject(fileText("-dynamicConfigFile") + "server.1=zk1:2888:2888\n", ""),
                        "server.1: a server line cannot be read: ",
                        new Subject(fileText("-dynamicConfigFile") + "server.1=zk1:2888:3888\n", "")),
                broken(
                        ZooCfgRule.OWN_LINE_MISSING,
                        Subject.of().listing(OTHERS),
                        "server.3: the server does not find itself among those listed. List it: as observer until it"
                                + " has been added. [own-line-missing]",
                        Subject.of().listing(OTHERS + "server.3=zk3:2888:3888:observer;zk3:2181\n")),
                broken(
                        ZooCfgRule.QUORUM_ADDRESS_WILDCARD,
                        Subject.of().listing(OTHERS + "server.3=0.0.0.0:2888:3888;zk3:2181\n"),
                        "server.3: its quorum address names each caller's own machine. Name the host, and set"
                                + " quorumListenOnAllIPs=true to listen on all addresses. [quorum-address-wildcard]",
                        Subject.of("quorumListenOnAllIPs=true")),
                broken(
                        ZooCfgRule.MULTI_ADDRESS_OFF,
                        Subject.of().listing(OTHERS + "server.3=zk3:2888:3888|zk3b:2888:3888;zk3:2181\n"),
                        "server.3: it has 2 addresses, and multiAddress.enabled is not true. Set"
                                + " multiAddress.enabled=true on every server first, or list one address of each."
                                + " [multi-address-off]",
                        Subject.of("multiAddress.enabled=true")
                                .listing(OTHERS + "server.3=zk3:2888:3888|zk3b:2888:3888;zk3:2181\n")),
                broken(
                        ZooCfgRule.DYNAMIC_FILE_VERSION,
                        Subject.of("dynamicConfigFile=/etc/zookeeper/members.abc"),
                        "dynamicConfigFile: the ending of '/etc/zookeeper/members.abc' is taken for version abc. Name"
                                + " the file zoo.cfg.dynamic. [dynamic-file-version]",
                        Subject.of("dynamicConfigFile=/etc/zookeeper.a/members.cfg")),
                broken(
                        ZooCfgRule.DYNAMIC_FILE_ACTIVATED,
                        Subject.of("dynamicConfigFile=/etc/zookeeper/zoo.cfg.dynamic.10000002a"),
                        "dynamicConfigFile: it is the file of version 10000002a. Copy neither file for another server;"
                                + " let JoinerFiles make its own. [dynamic-file-activated]",
                        Subject.of("dynamicConfigFile=/etc/zookeeper/zoo.cfg.dynamic")),
                broken(
                        ZooCfgRule.ELECTION_BIND_RETRY,
                        Subject.of("-electionPortBindRetry"),
                        "electionPortBindRetry: it is not given, and 3 by default, and server lines have host names. Set"
                                + " electionPortBindRetry=0, or use addresses in server lines. [election-bind-retry]",
                        Subject.of("-electionPortBindRetry").listing(LINES.replace("zk", "10.0.0."))),
                broken(
                        ZooCfgRule.ELECTION_BIND_RETRY,
                        Subject.of("electionPortBindRetry=7").alone(),
                        "electionPortBindRetry: it is 7, which matters where server lines have host names. Set"
                                + " electionPortBindRetry=0, or use addresses in server lines. [election-bind-retry]",
                        Subject.of().alone()),
                broken(
                        ZooCfgRule.CLIENT_PORT_CLASH,
                        Subject.of("clientPort=2182"),
                        "clientPort: the client address here is 2182, and the line says zk3:2181. Leave clientPort and"
                                + " clientPortAddress out here. [client-port-clash]",
                        Subject.of("clientPort=2181")),
                broken(
                        ZooCfgRule.CLIENT_PORT_CLASH,
                        Subject.of("clientPort=2181", "clientPortAddress=10.0.0.4")
                                .listing(LINES.replace("zk", "10.0.0.")),
                        "clientPort: the client address here is 10.0.0.4:2181, and the line says 10.0.0.3:2181. Leave"
                                + " clientPort and clientPortAddress out here. [client-port-clash]",
                        Subject.of("clientPort=2181", "clientPortAddress=10.0.0.3")
                                .listing(LINES.replace("zk", "10.0.0."))),
                broken(
                        ZooCfgRule.CLIENT_PORT_STATIC,
                        Subject.of("clientPort=2181"),
                        "clientPort: it stands here, where the first reconfiguration takes it out. Leave it out where"
                                + " the line has it. [client-port-static]",
                        Subject.of("clientPort=0")),
                broken(
                        ZooCfgRule.CLIENT_PORT_UNLISTED,
                        Subject.of("clientPort=2181").listing(OTHERS + "server.3=zk3:2888:3888\n"),
                        "clientPort: it stands here only, and the line has no client address. Give the line a client"
                                + " address, such as ;2181, by replacing the server or changing its endpoints."
                                + " [client-port-unlisted]",
                        Subject.of("clientPort=2181")),
                broken(
                        ZooCfgRule.CLIENT_PORT_MISSING,
                        Subject.of().listing(OTHERS + "server.3=zk3:2888:3888\n"),
                        "clientPort: neither this file nor the line has a client port. Give the line a client address,"
                                + " such as ;2181. [client-port-missing]",
                        Subject.of("clientPort=2181").listing(OTHERS + "server.3=zk3:2888:3888\n")),
                broken(
                        ZooCfgRule.CLIENT_PORT_MISSING,
                        Subject.of("clientPortAddress=10.0.0.3"),
                        "clientPortAddress: it is given, and clientPort is not: the server does not start. Give the line"
                                + " a client address, such as ;2181, and leave this out. [client-port-missing]",
                        Subject.of("clientPortAddress=zk3", "clientPort=2181")),
                broken(
                        ZooCfgRule.SECURE_CLIENT_PORT_ONLY,
                        Subject.of("secureClientPort=2281").listing(OTHERS + "server.3=zk3:2888:3888\n"),
                        "secureClientPort: it is the only client port. Give the server a plain client port besides,"
                                + " closed to the outside if need be. [secure-client-port-only]",
                        Subject.of("secureClientPort=2281")),
                broken(
                        ZooCfgRule.CLIENT_ADDRESS_WILDCARD,
                        Subject.of().listing(OTHERS + "server.3=zk3:2888:3888:participant;2181\n"),
                        "server.3: its client address 0.0.0.0:2181 names no host. Name the host in the client part, as"
                                + " in ;zk4:2181. [client-address-wildcard]",
                        Subject.of()),
                broken(
                        ZooCfgRule.PEER_TYPE,
                        Subject.of("peerType=observer"),
                        "peerType: it is observer, and the line says participant, which counts. Leave it out."
                                + " [peer-type]",
                        Subject.of("#peerType=observer")),
                broken(
                        ZooCfgRule.LIMITS_MISSING,
                        Subject.of("-syncLimit"),
                        "syncLimit: it is not given. Set initLimit=10 and syncLimit=5, or more where there is much data."
                                + " [limits-missing]",
                        Subject.of("syncLimit=4")),
                broken(
                        ZooCfgRule.INIT_LIMIT_SMALL,
                        Subject.of("initLimit=3", "-tickTime"),
                        "initLimit: a joiner has 9000 ms to load the data: 3 ticks of 3000 ms. Raise initLimit on every"
                                + " server, to twice the time that takes at least. [init-limit-small]",
                        Subject.of("initLimit=5")),
                broken(
                        ZooCfgRule.SESSION_TIMEOUT_SMALL,
                        Subject.of("-maxSessionTimeout", "tickTime=1000"),
                        "maxSessionTimeout: no session is granted more than 20000 ms, 20 ticks of 1000 ms. Set"
                                + " maxSessionTimeout=60000. [session-timeout-small]",
                        Subject.of("-maxSessionTimeout", "tickTime=2000")),
                broken(
                        ZooCfgRule.SESSION_TIMEOUT_SMALL,
                        Subject.of("maxSessionTimeout=39999"),
                        "maxSessionTimeout: no session is granted more than 39999 ms. Set maxSessionTimeout=60000."
                                + " [session-timeout-small]",
                        Subject.of("maxSessionTimeout=40000")),
                broken(
                        ZooCfgRule.WORDS_BLOCKED,
                        Subject.of("-4lw.commands.whitelist"),
                        "4lw.commands.whitelist: it does not allow conf and mntr. Set"
                                + " 4lw.commands.whitelist=srvr,conf,mntr, with those you use besides. [words-blocked]",
                        Subject.of("4lw.commands.whitelist=*")),
                broken(
                        ZooCfgRule.ADMIN_SERVER_OPEN,
                        Subject.of("admin.serverAddress=0.0.0.0"),
                        "admin.serverAddress: the administration over HTTP is on, on all interfaces. Set it to an"
                                + " address that only those who should reach it can, or admin.enableServer=false."
                                + " [admin-server-open]",
                        Subject.of("-admin.serverAddress", "admin.enableServer=false")),
                broken(
                        ZooCfgRule.ACL_SKIPPED,
                        Subject.of("skipACL=yes"),
                        "skipACL: it is yes, so that everybody can reconfigure. Leave it out and give the driver"
                                + " credentials that may write /zookeeper/config. [acl-skipped]",
                        Subject.of("skipACL=no")),
                broken(
                        ZooCfgRule.QUORUM_TLS,
                        Subject.of("sslQuorum=true"),
                        "sslQuorum: joiners must have it too, and a certificate that covers their host. See to the"
                                + " joiners' certificates and trust before a plan runs. [quorum-tls]",
                        Subject.of("sslQuorum=false")),
                broken(
                        ZooCfgRule.PORT_UNIFICATION,
                        Subject.of("portUnification=true"),
                        "portUnification: quorum ports accept plain connections beside those over TLS. Set it to false"
                                + " once every server has sslQuorum=true. [port-unification]",
                        Subject.of("portUnification=false")),
                broken(
                        ZooCfgRule.QUORUM_SASL,
                        Subject.of("quorum.auth.enableSasl=true"),
                        "quorum.auth.enableSasl: the host of a joiner must be allowed before it can connect. Allow the"
                                + " joiners' hosts before a plan runs. [quorum-sasl]",
                        Subject.of("quorum.auth.enableSasl=false")),
                broken(
                        ZooCfgRule.QUORUM_LISTENS_EVERYWHERE,
                        Subject.of("quorumListenOnAllIPs=true"),
                        "quorumListenOnAllIPs: quorum and election ports are open on every address of the machine. Close"
                                + " the ports to the outside, or leave it out. [quorum-listens-everywhere]",
                        Subject.of("quorumListenOnAllIPs=false")),
                broken(
                        ZooCfgRule.OBSERVER_MASTER,
                        Subject.of("observerMasterPort=2191"),
                        "observerMasterPort: observers attach to followers, and the leader does not count them. Nothing"
                                + " need be done. [observer-master]",
                        Subject.of("observerMasterPort=0")),
                broken(
                        ZooCfgRule.PURGE_OFF,
                        Subject.of("autopurge.purgeInterval=0"),
                        "autopurge.purgeInterval: it is 0, so that snapshots and logs pile up. Set"
                                + " autopurge.purgeInterval=24. [purge-off]",
                        Subject.of("autopurge.purgeInterval=1")),
                broken(
                        ZooCfgRule.DIGESTS_OFF,
                        Subject.of("digest.enabled=false"),
                        "digest.enabled: servers do not compare their data. Leave it out. [digests-off]",
                        Subject.of("digest.enabled=true")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void is_found_where_it_is_broken_and_only_there(Case tried) {
        assertThat(texts(tried.broken().check()))
                .as(tried.broken().text())
                .anyMatch(text -> text.startsWith(tried.says())
                        && text.endsWith("[" + tried.rule().code() + "]"));
        assertThat(tried.kept().check())
                .as(tried.kept().text())
                .extracting(ZooCfgFinding::rule)
                .doesNotContain(tried.rule());
    }

    @Test
    void every_rule_has_a_case() {
        assertThat(cases().stream().map(Case::rule).distinct()).containsExactlyInAnyOrder(ZooCfgRule.values());
    }

    @Test
    void nothing_is_found_in_a_good_file() {
        assertThat(Subject.of().check()).isEmpty();
        assertThat(Subject.of().alone().check()).isEmpty();
    }

    @Test
    void finds_what_is_left_to_defaults_and_tells_the_gravest_first() {
        var findings = ZooCfgLint.check(
                """
                tickTime=2000
                dataDir=/var/lib/zookeeper
                clientPort=2181
                initLimit=5
                syncLimit=2
                server.1=zk1:2888:3888
                server.2=zk2:2888:3888
                server.3=zk3:2888:3888
                """);
        assertThat(findings)
                .extracting(ZooCfgFinding::rule)
                .containsExactly(
                        ZooCfgRule.RECONFIGURATION_DISABLED,
                        ZooCfgRule.STANDALONE_ENABLED,
                        ZooCfgRule.ELECTION_BIND_RETRY,
                        ZooCfgRule.WORDS_BLOCKED,
                        ZooCfgRule.LINES_IN_FILE,
                        ZooCfgRule.CLIENT_PORT_STATIC,
                        ZooCfgRule.ADMIN_SERVER_OPEN,
                        ZooCfgRule.PURGE_OFF);
        assertThat(findings).extracting(ZooCfgFinding::severity).isSorted();
        assertThat(findings.get(0).severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void shows_no_value_of_a_key_it_does_not_know_and_no_more_than_a_line_of_any() {
        var texts = texts(Subject.of(
                        "DigestAuthenticationProvider.superDigest=super:hidden",
                        "ssl.quorum.keyStore.password=hidden",
                        "reconfigEnabled=" + "x".repeat(1_000))
                .check());
        assertThat(texts).isNotEmpty().allMatch(text -> text.length() < 400).noneMatch(text -> text.contains("hidden"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zoo.cfg.dynamic",
                "zoo.cfg.dynamic.10000002a",
                "members.abc",
                "x.bad",
                "x.BAD",
                "x.+1",
                "x.-1",
                "/etc/zk.d/abc",
                "x.",
                "plain",
                "x.ffffffffffffffff",
                "x.7fffffffffffffff"
            })
    void takes_the_ending_of_a_name_for_a_version_where_a_server_does(String name) {
        assertThat(ZooCfgLint.version(name).orElse(null)).isEqualTo(QuorumPeerConfig.getVersionFromFilename(name));
    }

    private static List<String> texts(List<ZooCfgFinding> findings) {
        return findings.stream().map(ZooCfgFinding::toString).toList();
    }

    private static Ensemble ensemble(String lines) {
        return ConfigurationText.parse(lines).ensemble();
    }

    /** The good file with lines put in place of those with their keys, or with a dash before the key, left out. */
    private static String fileText(String... changes) {
        var lines = new TreeMap<>(GOOD);
        var more = new ArrayList<String>();
        for (var change : changes) {
            if (change.startsWith("-")) {
                lines.remove(change.substring(1));
            } else {
                lines.remove(change.substring(0, change.indexOf('=')).trim());
                more.add(change);
            }
        }
        return Stream.concat(
                        lines.entrySet().stream().map(line -> line.getKey() + "=" + line.getValue()), more.stream())
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
