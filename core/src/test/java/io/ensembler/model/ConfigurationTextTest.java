package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every form of the grammar that is read, and how it is written. */
class ConfigurationTextTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "server.1=zk1:2888:3888 -> server.1=zk1:2888:3888:participant",
                "server.1=zk1:2888:3888:participant -> server.1=zk1:2888:3888:participant",
                "server.1=zk1:2888:3888:observer;2181 -> server.1=zk1:2888:3888:observer;0.0.0.0:2181",
                "server.1=zk1:2888:3888:OBSERVER;2181 -> server.1=zk1:2888:3888:observer;0.0.0.0:2181",
                "server.1=zk1:2888:3888:Participant;2181 -> server.1=zk1:2888:3888:participant;0.0.0.0:2181",
                "server.1=zk1:2888:3888;zk1:2181 -> server.1=zk1:2888:3888:participant;zk1:2181",
                "server.1=zk1:2888:3888;0.0.0.0:2181 -> server.1=zk1:2888:3888:participant;0.0.0.0:2181",
                "server.1=zk1:2888:3888;[::]:2181 -> server.1=zk1:2888:3888:participant;[0:0:0:0:0:0:0:0]:2181",
                "server.1=zk1:2888:3888;2888 -> server.1=zk1:2888:3888:participant;0.0.0.0:2888",
                "server.1=ZK1.Example.COM:2888:3888 -> server.1=zk1.example.com:2888:3888:participant",
                "server.1=zk1.example.com.:2888:3888 -> server.1=zk1.example.com.:2888:3888:participant",
                "server.1=zk_1-a:2888:3888 -> server.1=zk_1-a:2888:3888:participant",
                "server.1=0.0.0.0:2888:3888 -> server.1=0.0.0.0:2888:3888:participant",
                "server.1=10.0.0.255:2888:3888 -> server.1=10.0.0.255:2888:3888:participant",
                "server.1=[10.0.0.1]:2888:3888 -> server.1=10.0.0.1:2888:3888:participant",
                "server.1=[zk1]:2888:3888 -> server.1=zk1:2888:3888:participant",
                "server.1=zk1:1:65535;1 -> server.1=zk1:1:65535:participant;0.0.0.0:1",
                "server.1=zk1:+2888:03888 -> server.1=zk1:2888:3888:participant",
                "server.0=zk1:2888:3888 -> server.0=zk1:2888:3888:participant",
                "server.300=zk1:2888:3888 -> server.300=zk1:2888:3888:participant",
                "server.-7=zk1:2888:3888 -> server.-7=zk1:2888:3888:participant",
                "server.01=zk1:2888:3888 -> server.1=zk1:2888:3888:participant",
                "server.9223372036854775807=zk1:1:2 -> server.9223372036854775807=zk1:1:2:participant",
            })
    void reads_a_server_line_and_writes_it_with_role_and_client_host(String line, String written) {
        assertThat(ConfigurationText.parseServer(line)).hasToString(written);
        assertThat(ConfigurationText.parseServer(written)).isEqualTo(ConfigurationText.parseServer(line));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "[::1] -> 0:0:0:0:0:0:0:1",
                "[2001:db8::4] -> 2001:db8:0:0:0:0:0:4",
                "[2001:DB8:0:0:0:0:0:4] -> 2001:db8:0:0:0:0:0:4",
                "[2001:0db8:0000:0000:0000:0000:0000:0004] -> 2001:db8:0:0:0:0:0:4",
                "[::ffff:10.0.0.1] -> 10.0.0.1",
                "[fe80::1%1] -> fe80:0:0:0:0:0:0:1%1",
                "[fe80::1%eth0.100] -> fe80:0:0:0:0:0:0:1%eth0.100",
            })
    void reads_ipv6_in_brackets_and_keeps_it_in_its_long_form(String literal, String host) {
        var server = ConfigurationText.parseServer("server.1=" + literal + ":2888:3888;" + literal + ":2181");

        assertThat(server.endpoints())
                .isEqualTo(Endpoints.of(new QuorumAddress(host, 2888, 3888), new Address(host, 2181)));
        assertThat(server.endpoints().quorum().get(0).host()).isEqualTo(host);
        assertThat(server.endpoints().quorum().get(0).isLiteral()).isTrue();
        assertThat(ConfigurationText.parseServer(server.toString())).isEqualTo(server);
    }

    @Test
    void reads_several_addresses_and_sorts_them() {
        var server = ConfigurationText.parseServer("server.1=zk1-b:2888:3888|zk1-a:2889:3889:observer;2181");

        assertThat(server.endpoints().quorum())
                .containsExactly(new QuorumAddress("zk1-a", 2889, 3889), new QuorumAddress("zk1-b", 2888, 3888));
        assertThat(server)
                .hasToString("server.1=zk1-a:2889:3889:observer|zk1-b:2888:3888:observer;0.0.0.0:2181")
                .isEqualTo(ConfigurationText.parseServer(server.toString()));
    }

    @Test
    void a_server_without_role_is_a_participant_and_one_without_client_part_has_no_client_address() {
        var server = ConfigurationText.parseServer("server.1=zk1:2888:3888");

        assertThat(server.isParticipant()).isTrue();
        assertThat(server.endpoints().client()).isEmpty();
        assertThat(server.endpoints().reachableClient()).isEmpty();
    }

    static Stream<String> spacings() {
        return Stream.of(
                "server.1=zk1:2888:3888:participant;zk1:2181",
                "  server.1=zk1:2888:3888:participant;zk1:2181  ",
                "\tserver.1 = zk1 : 2888 : 3888 : participant ; zk1 : 2181\t",
                "server.1:zk1:2888:3888:participant;zk1:2181",
                "server.1 zk1:2888:3888:participant;zk1:2181",
                "server.1\tzk1:2888:3888:participant;zk1:2181",
                "server.1 : zk1:2888:3888:participant;zk1:2181",
                "server.1=zk1\\:2888\\:3888\\:participant;zk1\\:2181",
                "server.1=zk1:2888:3888:participant;zk1:2181\r\n",
                "server.1=zk1:2888:3888:participant;zk1:2181\n\n\n",
                "\\u0073erver.1=zk\\u0031:2888:3888:participant;zk1:2181",
                "server.1=zk1:2888:\\\n    3888:participant\\\r\n;zk1:2181",
                "server.1=zk1:2888:3888:participant;zk1:2181\\",
                "# server.1=zk9:1:2\n ! server.1=zk9:1:2\n\f\nserver.1=zk1:2888:3888:participant;zk1:2181",
                "\\\n# a comment after a continued blank line\nserver.1=zk1:2888:3888:participant;zk1:2181",
                "\\\n\nserver.1=zk1:2888:3888:participant;zk1:2181");
    }

    @ParameterizedTest
    @MethodSource("spacings")
    void spaces_escapes_separators_and_continuation_lines_do_not_matter(String text) {
        assertThat(ConfigurationText.parse(text).ensemble().servers())
                .containsExactly(new Server(
                        ServerId.of(1),
                        ServerRole.PARTICIPANT,
                        Endpoints.of(new QuorumAddress("zk1", 2888, 3888), new Address("zk1", 2181))));
    }

    @ParameterizedTest
    @CsvSource({"100000000, 4294967296", "0, 0", "ff, 255", "FF, 255", "00ff, 255", "ffffffffffffffff, -1"})
    void the_version_is_hexadecimal_without_prefix(String text, long version) {
        assertThat(ConfigurationText.parse("version= " + text + " ").version())
                .isEqualTo(ConfigurationVersion.of(version));
    }

    @Test
    void an_empty_text_is_the_ensemble_without_servers_at_no_version() {
        assertThat(ConfigurationText.parse(""))
                .isEqualTo(new Configuration(Ensemble.empty(), ConfigurationVersion.NONE));
        assertThat(ConfigurationText.parse("\n \n# nothing\n"))
                .isEqualTo(new Configuration(Ensemble.empty(), ConfigurationVersion.NONE));
    }

    @Test
    void reads_groups_and_weights() {
        var configuration = ConfigurationText.parse(
                """
                weight.3=0
                group.2 = 3 : 4
                group.1=2:1
                weight.1=5
                server.3=zk3:2888:3888;2181
                server.1=zk1:2888:3888;2181
                server.2=zk2:2888:3888;2181
                server.4=zk4:2888:3888:observer;2181
                weight.4=2
                version=200000003
                """);

        assertThat(configuration.ensemble().quorumRule())
                .isEqualTo(QuorumRule.hierarchical(
                        Map.of(
                                1L,
                                List.of(ServerId.of(1), ServerId.of(2)),
                                2L,
                                List.of(ServerId.of(3), ServerId.of(4))),
                        Map.of(ServerId.of(1), 5L, ServerId.of(3), 0L, ServerId.of(4), 2L)));
        assertThat(ConfigurationText.print(configuration))
                .isEqualTo(
                        """
                        server.1=zk1:2888:3888:participant;0.0.0.0:2181
                        server.2=zk2:2888:3888:participant;0.0.0.0:2181
                        server.3=zk3:2888:3888:participant;0.0.0.0:2181
                        server.4=zk4:2888:3888:observer;0.0.0.0:2181
                        group.1=1:2
                        group.2=3:4
                        weight.1=5
                        weight.2=1
                        weight.3=0
                        weight.4=2
                        version=200000003
                        """);
        assertThat(ConfigurationText.parse(ConfigurationText.print(configuration)))
                .isEqualTo(configuration);
    }

    @Test
    void the_weight_of_an_observer_in_no_group_is_dropped_since_it_counts_nowhere() {
        var with = ConfigurationText.parse("server.1=zk1:1:2\nserver.2=zk2:1:2:observer\ngroup.1=1\nweight.2=7");
        var without = ConfigurationText.parse("server.1=zk1:1:2\nserver.2=zk2:1:2:observer\ngroup.1=1");

        assertThat(with).isEqualTo(without);
    }

    @Test
    void writes_servers_in_the_order_of_their_ids_and_the_version_last() {
        var configuration = ConfigurationText.parse(
                """
                version=100000000
                server.16=zk16:2888:3888:participant;2181
                server.2=zk2:2888:3888:observer
                server.1=[2001:db8::1]:2888:3888;[2001:db8::1]:2181
                """);

        assertThat(ConfigurationText.print(configuration))
                .isEqualTo(
                        """
                        server.1=[2001:db8:0:0:0:0:0:1]:2888:3888:participant;[2001:db8:0:0:0:0:0:1]:2181
                        server.2=zk2:2888:3888:observer
                        server.16=zk16:2888:3888:participant;0.0.0.0:2181
                        version=100000000
                        """);
        assertThat(ConfigurationText.parse(ConfigurationText.print(configuration)))
                .isEqualTo(configuration);
    }

    @Test
    void the_usual_client_port_is_given_only_to_a_server_without_client_address() {
        var without = ConfigurationText.parseServer("server.1=zk1:2888:3888:observer");
        var with = ConfigurationText.parseServer("server.1=zk1:2888:3888;zk1:2999");

        assertThat(ConfigurationText.withClientPort(without))
                .hasToString("server.1=zk1:2888:3888:observer;0.0.0.0:2181");
        assertThat(ConfigurationText.withClientPort(with)).isSameAs(with);
        assertThat(ConfigurationText.withClientPort(without).endpoints().client())
                .isEqualTo(Optional.of(new Address("0.0.0.0", 2181)));
    }
}
