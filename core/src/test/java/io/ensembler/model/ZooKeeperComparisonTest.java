package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.apache.zookeeper.server.quorum.QuorumPeer.LearnerType;
import org.apache.zookeeper.server.quorum.QuorumPeer.QuorumServer;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.flexible.QuorumHierarchical;
import org.apache.zookeeper.server.quorum.flexible.QuorumMaj;
import org.apache.zookeeper.server.quorum.flexible.QuorumVerifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our parser and our arithmetic beside the server's own. Hosts are numeric; what a mutation makes a name of is looked up in
 * a file without any, which the build names to the JVM.
 */
class ZooKeeperComparisonTest {

    private static final long SEED = 20_240_301;
    private static final int TEXTS = 400;
    private static final int ENSEMBLES = 60_000;
    private static final int MUTATED_TEXTS = 20_000;
    private static final String LISTED = "server.1=10.0.0.1:2888:3888\n";
    private static final String MULTI_ADDRESS = "zookeeper.multiAddress.enabled";

    private static @Nullable String multiAddress;
    private static boolean standaloneEnabled;

    @BeforeAll
    static void allow_all_that_the_grammar_has() {
        assertThat(System.getProperty("jdk.net.hosts.file"))
                .as("the file in place of a name service")
                .isNotNull();
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
        }
    }

    @Test
    void finds_quorums_where_the_server_finds_them() throws Exception {
        var texts = new RandomTexts(SEED + 1);
        int quorums = 0;
        int weightless = 0;
        int byMajority = 0;
        for (int i = 0; i < ENSEMBLES; i++) {
            var text = texts.arithmetic(9);
            var ensemble = ConfigurationText.parse(text).ensemble();
            var theirs = serversOwn(text);
            // The server hands over the acknowledgements of participants only.
            var acknowledging = texts.subsetOf(theirs.getVotingMembers().keySet());
            boolean isQuorum = theirs.containsQuorum(new HashSet<>(acknowledging));

            assertThat(ensemble.containsQuorum(ids(acknowledging)))
                    .as("whether %s are a quorum, text %d of seed %d:\n%s", acknowledging, i, SEED + 1, text)
                    .isEqualTo(isQuorum);
            assertThat(theirs).isInstanceOfAny(QuorumMaj.class, QuorumHierarchical.class);
            quorums += isQuorum ? 1 : 0;
            weightless += ensemble.participants().stream()
                            .anyMatch(id -> Objects.equals(
                                    ensemble.quorumRule().weights().get(id), 0L))
                    ? 1
                    : 0;
            byMajority += theirs instanceof QuorumMaj ? 1 : 0;
        }
        System.out.println("figure: quorum.second-implementation.cases = " + ENSEMBLES + " cases");
        assertThat(quorums).as("quorums, of %d", ENSEMBLES).isBetween(ENSEMBLES * 3 / 10, ENSEMBLES * 7 / 10);
        assertThat(byMajority).as("by majority, of %d", ENSEMBLES).isBetween(ENSEMBLES * 3 / 10, ENSEMBLES * 7 / 10);
        assertThat(weightless).as("with a weight of 0, of %d", ENSEMBLES).isGreaterThan(ENSEMBLES / 10);
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

    @ParameterizedTest
    @EnumSource
    void refuses_on_purpose_what_the_server_reads(RefusedOnPurpose purpose) throws Exception {
        for (var text : purpose.examples()) {
            assertThat(serversOwn(text)).as(text).isNotNull();
            assertThatExceptionOfType(ConfigurationTextException.class)
                    .as(text)
                    .isThrownBy(() -> ConfigurationText.parse(text))
                    .satisfies(e -> assertThat(e.problems()).isNotEmpty().allSatisfy(problem -> assertThat(
                                    RefusedOnPurpose.of(problem, text))
                            .as("%s", problem)
                            .contains(purpose)));
        }
    }

    @Test
    void of_mutated_texts_reads_what_the_server_reads_and_refuses_nothing_else_but_on_purpose() throws Exception {
        var texts = new RandomTexts(SEED + 3);
        int readByBoth = 0;
        var purposes = EnumSet.noneOf(RefusedOnPurpose.class);
        for (int i = 0; i < MUTATED_TEXTS; i++) {
            var text = texts.mutated(texts.configuration(3));
            var what = "text " + i + " of seed " + (SEED + 3) + ":\n" + text;
            var theirs = serversOwnOfTrimmed(text);
            Configuration ours;
            try {
                ours = ConfigurationText.parse(text);
            } catch (ConfigurationTextException e) {
                if (theirs.isPresent()) {
                    purposes.addAll(purposes(e, text, what));
                }
                continue;
            }
            if (theirs.isPresent()) {
                readByBoth++;
                assertSame(what, ours, theirs.get());
                assertSame(what + "\nas we write it", ours, serversOwn(ConfigurationText.print(ours)));
            } else {
                assertReadForAReason(what, ours);
            }
        }
        assertThat(readByBoth).as("texts that both read").isGreaterThan(MUTATED_TEXTS * 3 / 10);
        assertThat(purposes).as("purposes met").hasSizeGreaterThan(12);
    }

    private static Set<RefusedOnPurpose> purposes(ConfigurationTextException refusal, String text, String what) {
        return refusal.problems().stream()
                .map(problem -> RefusedOnPurpose.of(problem, text)
                        .orElseThrow(() -> new AssertionError(
                                "the server reads what is refused without purpose: " + problem + "\n" + what)))
                .collect(Collectors.toSet());
    }

    /** The server's reading of a text whose fields have no blanks around them: we read those as if they were not there. */
    private static Optional<QuorumVerifier> serversOwnOfTrimmed(String text) {
        try {
            var properties = new Properties();
            properties.load(new StringReader(text));
            properties.replaceAll((key, value) ->
                    value.toString().trim().replaceAll("[\\x00-\\x20]*([:;|\\[\\]])[\\x00-\\x20]*", "$1"));
            return Optional.of(serversOwn(properties));
        } catch (Exception e) {
            return Optional.empty();
        }
    }

    private static void assertReadForAReason(String what, Configuration ours) {
        boolean hasNoParticipant = ours.ensemble().participants().isEmpty();
        boolean isOfALateEpoch = ours.version().value() < 0;
        assertThat(hasNoParticipant || isOfALateEpoch)
                .as("that it has no participant, or a version beyond what the server reads, which it refuses: %s", what)
                .isTrue();
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
        return serversOwn(properties);
    }

    private static QuorumVerifier serversOwn(Properties properties) throws Exception {
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
        assertThat(ConfigurationText.parse(theirs.toString()))
                .as("what the server writes of %s", what)
                .isEqualTo(ours);
    }

    private static void assertSame(String what, Server ours, QuorumServer theirs) {
        assertThat(ours.isParticipant())
                .as("role of server %s of %s", ours.id(), what)
                .isEqualTo(theirs.type == LearnerType.PARTICIPANT);
        assertThat(addresses(ours, QuorumAddress::quorumPort))
                .as("quorum addresses of server %s of %s", ours.id(), what)
                .isEqualTo(written(theirs.addr.getAllAddresses()));
        assertThat(addresses(ours, QuorumAddress::electionPort))
                .as("election addresses of server %s of %s", ours.id(), what)
                .isEqualTo(written(theirs.electionAddr.getAllAddresses()));
        assertThat(ours.endpoints().client().map(client -> new InetSocketAddress(client.host(), client.port())))
                .as("client address of server %s of %s", ours.id(), what)
                .isEqualTo(Optional.ofNullable(theirs.clientAddr).map(ZooKeeperComparisonTest::written));
    }

    private static Set<InetSocketAddress> written(Set<InetSocketAddress> theirs) {
        return theirs.stream().map(ZooKeeperComparisonTest::written).collect(Collectors.toSet());
    }

    /** As we write the host where the server found no address for it: a name, or a zone that this machine lacks. */
    private static InetSocketAddress written(InetSocketAddress theirs) {
        return theirs.isUnresolved()
                ? new InetSocketAddress(Hosts.normalise(theirs.getHostString()), theirs.getPort())
                : theirs;
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
