package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.zookeeper.server.quorum.QuorumPeer.LearnerType;
import org.apache.zookeeper.server.quorum.QuorumPeer.QuorumServer;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.flexible.QuorumVerifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our parser and our arithmetic beside the server's own. Hosts are numeric: nothing is resolved. */
class ZooKeeperComparisonTest {

    private static final long SEED = 20_240_301;
    private static final int TEXTS = 400;
    private static final String MULTI_ADDRESS = "zookeeper.multiAddress.enabled";

    private static @Nullable String multiAddress;
    private static boolean standaloneEnabled;

    @BeforeAll
    static void allow_all_that_the_grammar_has() {
        multiAddress = System.getProperty(MULTI_ADDRESS);
        System.setProperty(MULTI_ADDRESS, "true");
        standaloneEnabled = QuorumPeerConfig.isStandaloneEnabled();
        QuorumPeerConfig.setStandaloneEnabled(false);
    }

    @AfterAll
    static void restore_the_settings() {
        if (multiAddress == null) {
            System.clearProperty(MULTI_ADDRESS);
        } else {
            System.setProperty(MULTI_ADDRESS, multiAddress);
        }
        QuorumPeerConfig.setStandaloneEnabled(standaloneEnabled);
    }

    @Test
    void reads_what_the_server_reads() throws Exception {
        var texts = new RandomTexts(SEED);
        for (int i = 0; i < TEXTS; i++) {
            var text = texts.configuration(7);
            var ours = ConfigurationText.parse(text);
            var what = "text " + i + " of seed " + SEED + ":\n" + text;

            assertSame(what, ours, serversOwn(text));
            assertSame(what + "\nas we write it", ours, serversOwn(ConfigurationText.print(ours)));
            assertThat(ConfigurationText.parse(serversOwn(text).toString()))
                    .as("%s\nas the server writes it", what)
                    .isEqualTo(ours);
        }
    }

    @Test
    void finds_quorums_where_the_server_finds_them() throws Exception {
        var texts = new RandomTexts(SEED + 1);
        for (int i = 0; i < TEXTS; i++) {
            var text = texts.configuration(9);
            var ensemble = ConfigurationText.parse(text).ensemble();
            var theirs = serversOwn(text);
            for (int j = 0; j < 20; j++) {
                // The server hands over the acknowledgements of participants only.
                var subset = texts.subsetOf(theirs.getVotingMembers().keySet());
                assertThat(ensemble.containsQuorum(ids(subset)))
                        .as("whether %s are a quorum, text %d of seed %d:\n%s", subset, i, SEED + 1, text)
                        .isEqualTo(theirs.containsQuorum(new HashSet<>(subset)));
            }
        }
    }

    @Test
    void tolerates_as_many_losses_as_trying_them_all_shows() throws Exception {
        var texts = new RandomTexts(SEED + 2);
        for (int i = 0; i < TEXTS; i++) {
            var text = texts.configuration(6);
            var ensemble = ConfigurationText.parse(text).ensemble();
            var theirs = serversOwn(text);
            for (var live : List.of(
                    List.copyOf(theirs.getVotingMembers().keySet()),
                    texts.subsetOf(theirs.getVotingMembers().keySet()))) {
                assertThat(ensemble.tolerance(ids(live)))
                        .as("the tolerance with %s live, text %d of seed %d:\n%s", live, i, SEED + 2, text)
                        .isEqualTo(fewestLossesThatLeaveNoQuorum(theirs, live) - 1);
            }
        }
    }

    private static int fewestLossesThatLeaveNoQuorum(QuorumVerifier verifier, List<Long> live) {
        int fewest = live.size();
        for (int lost = 0; lost < 1 << live.size(); lost++) {
            var rest = new HashSet<Long>();
            for (int i = 0; i < live.size(); i++) {
                if ((lost & 1 << i) == 0) {
                    rest.add(live.get(i));
                }
            }
            if (!verifier.containsQuorum(rest)) {
                fewest = Math.min(fewest, Integer.bitCount(lost));
            }
        }
        return fewest;
    }

    private static final String LISTED = "server.1=10.0.0.1:2888:3888\n";

    static Stream<String> acceptedByTheServerOnly() {
        return Stream.of(
                // named twice: the last one wins without a word
                LISTED + "server.1=10.0.0.2:2888:3888",
                LISTED + "server.01=10.0.0.2:2888:3888",
                LISTED + "version=1\nversion=2",
                LISTED + "group.1=1\nweight.1=1\nweight.1=2",
                // separators at the end
                "server.1=10.0.0.1:2888:3888;",
                "server.1=10.0.0.1:2888:3888;;;",
                "server.1=10.0.0.1:2888:3888:",
                "server.1=10.0.0.1:2888:3888:participant:",
                "server.1=10.0.0.1:2888:3888|",
                LISTED + "group.1=1:",
                // ports and addresses that no other server could call
                "server.1=10.0.0.1:0:3888",
                "server.1=10.0.0.1:2888:3888;0",
                "server.1=:2888:3888",
                "server.1=10.0.0.1:2888:3888;:2181",
                // addresses that are not what they look like, or are printed as others
                "server.1=[2001:db8::1]x2888:3888",
                "server.1=[10.0.0.1]:2888:3888|10.0.0.1:2888:3889",
                "server.1=10.0.0.1:2888:3888|10.0.0.1:3888:2888",
                "server.1=10.1:2888:3888",
                "server.1=10.0.0.01:2888:3888",
                "server.1=[fe80::1%no such zone]:2888:3888",
                // keys that are only similar, or are not read at all
                LISTED + "groupX.1=1",
                LISTED + "group.1=1\nweights.1=2",
                LISTED + "\\ server.2=10.0.0.2:2888:3888",
                // groups and weights without meaning
                LISTED + "group.1=1\nweight.1=-1",
                LISTED + "group.1=1\nweight.2=1",
                LISTED + "group.1=1:2\nweight.2=1",
                LISTED + "server.2=10.0.0.2:2888:3888\ngroup.1=1\ngroup.01=2",
                LISTED + "server.2=10.0.0.2:2888:3888\ngroup.1=1:2\nweight.1=9223372036854775807",
                LISTED + "version=-1");
    }

    @ParameterizedTest
    @MethodSource("acceptedByTheServerOnly")
    void refuses_on_purpose_what_the_server_accepts(String text) throws Exception {
        assertThat(serversOwn(text)).isNotNull();
        assertThatExceptionOfType(ConfigurationTextException.class).isThrownBy(() -> ConfigurationText.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // spaces
                "server.1=10.0.0.1: 2888:3888",
                "server.1=10.0.0.1:2888 :3888",
                "server.1=10.0.0.1:2888:3888 ;2181",
                "server.1=10.0.0.1:2888:3888; 2181",
                "server.1=10.0.0.1:2888:3888;2181 ",
                LISTED + "server.2=10.0.0.2:2888:3888\ngroup.1=1: 2",
                LISTED + "group.1=1 ",
                LISTED + "group.1=1\nweight.1=1 ",
                LISTED + "version=1 ",
                // ensembles that have no participant, such as what a standalone server shows
                "",
                "server.1=10.0.0.1:2888:3888:observer",
                // versions of an epoch beyond 2147483647
                LISTED + "version=8000000000000000"
            })
    void reads_what_the_server_refuses_and_writes_what_it_accepts_where_there_is_a_participant(String text)
            throws IOException {
        var ours = ConfigurationText.parse(text);

        assertThatThrownBy(() -> serversOwn(text)).isInstanceOf(Exception.class);
        assertThat(ConfigurationText.parse(ConfigurationText.print(ours))).isEqualTo(ours);
    }

    private static QuorumVerifier serversOwn(String text) throws Exception {
        var properties = new Properties();
        properties.load(new StringReader(text));
        return QuorumPeerConfig.parseDynamicConfig(properties, 3, false, false, null);
    }

    private static void assertSame(String what, Configuration ours, QuorumVerifier theirs) {
        var ensemble = ours.ensemble();
        assertThat(ours.version().value()).as("version of %s", what).isEqualTo(theirs.getVersion());
        assertThat(ensemble.ids())
                .as("ids of %s", what)
                .isEqualTo(ids(theirs.getAllMembers().keySet()));
        assertThat(ensemble.participants())
                .as("participants of %s", what)
                .isEqualTo(ids(theirs.getVotingMembers().keySet()));
        for (var server : ensemble.servers()) {
            assertSame(what, server, theirs.getAllMembers().get(server.id().value()));
        }
        ensemble.quorumRule().weights().forEach((id, weight) -> assertThat(weight)
                .as("weight of server %s of %s", id, what)
                .isEqualTo(theirs.getWeight(id.value())));
    }

    private static void assertSame(String what, Server ours, QuorumServer theirs) {
        assertThat(ours.isParticipant())
                .as("role of server %s of %s", ours.id(), what)
                .isEqualTo(theirs.type == LearnerType.PARTICIPANT);
        assertThat(addresses(ours, QuorumAddress::quorumPort))
                .as("quorum addresses of server %s of %s", ours.id(), what)
                .isEqualTo(theirs.addr.getAllAddresses());
        assertThat(addresses(ours, QuorumAddress::electionPort))
                .as("election addresses of server %s of %s", ours.id(), what)
                .isEqualTo(theirs.electionAddr.getAllAddresses());
        assertThat(ours.endpoints().client().map(client -> new InetSocketAddress(client.host(), client.port())))
                .as("client address of server %s of %s", ours.id(), what)
                .isEqualTo(Optional.ofNullable(theirs.clientAddr));
    }

    private static Set<InetSocketAddress> addresses(Server server, ToIntFunction<QuorumAddress> port) {
        return server.endpoints().quorum().stream()
                .map(address -> new InetSocketAddress(address.host(), port.applyAsInt(address)))
                .collect(Collectors.toSet());
    }

    private static Set<ServerId> ids(Collection<Long> ids) {
        return ids.stream().map(ServerId::of).collect(Collectors.toCollection(TreeSet::new));
    }
}
