package io.ensembler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every text that is refused, with the words in which it is refused. */
class ConfigurationTextExceptionTest {

    static Stream<Arguments> refused() throws IOException {
        return Stream.of(resource("refused.txt").split("\n\n", -1)).skip(1).map(block -> {
            var lines = block.stripTrailing().split("\n", -1);
            return arguments(
                    Stream.of(lines).filter(line -> !line.startsWith("    ")).collect(Collectors.joining("\n")),
                    Stream.of(lines)
                            .filter(line -> line.startsWith("    "))
                            .map(String::strip)
                            .collect(Collectors.joining("\n")));
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void says_what_cannot_be_read_and_what_would_help(String text, String message) {
        assertThat(refusal(text)).hasMessage(message);
    }

    @Test
    void a_blank_port_is_a_missing_one() {
        assertThat(refusal("server.4=zk4:2888: "))
                .hasMessage("Cannot read line 1 \"server.4=zk4:2888: \": the election port is missing."
                        + " Give a port from 1 to 65535.");
    }

    @Test
    void control_characters_do_not_reach_the_message() {
        assertThat(refusal("server.4=zk4:1:2:vo\0t\te\u202er"))
                .hasMessage("Cannot read line 1 \"server.4=zk4:1:2:vo\\u0000t\\te\\u202er\": 'vo\\u0000t\\te\\u202er'"
                        + " is no role. A role is participant or observer.");
    }

    @Test
    void a_whole_zoo_cfg_is_refused_with_the_line_to_write_instead_which_has_the_client_port_of_the_file()
            throws IOException {
        var refusal = refusal(resource("zoo.cfg"));

        assertThat(refusal)
                .hasMessage(
                        """
                        Cannot read line 10 "server.4=node4:2888:3888  # new node": '# new node' is no comment there but \
                        part of the value. Put the comment on a line of its own, name role and client port; in the file a \
                        joiner starts with, it lists itself as observer instead, so that joiners cannot elect each other. \
                        Write: server.4=node4:2888:3888:participant;0.0.0.0:2182
                        Cannot read the configuration: lines 2, 3, 4, 5 and 6 set 'tickTime', 'initLimit', 'syncLimit', \
                        'dataDir' and 'clientPort', which are no part of a dynamic configuration. It holds server, group, \
                        weight and version lines only; leave other settings in zoo.cfg.""");
        assertThat(refusal.problems()).hasSize(2);
        assertThat(refusal.problems().get(0).lineNumber()).isEqualTo(10);
        assertThat(refusal.problems().get(0).line()).isEqualTo("server.4=node4:2888:3888  # new node");
        assertThat(refusal.problems().get(0).correctedLine())
                .contains("server.4=node4:2888:3888:participant;0.0.0.0:2182");
        assertThat(refusal.problems().get(1).lineNumber()).isZero();
    }

    @Test
    void the_command_of_the_tutorials_is_refused_with_the_line_to_write_instead() {
        var message =
                """
                Cannot read line 1 "reconfig -add server.4=node4:2888:3888": it is a command of zkCli and no line of a \
                configuration. Give the server line alone, with role and client port; in the file a joiner starts with, it \
                lists itself as observer instead, so that joiners cannot elect each other. \
                Write: server.4=node4:2888:3888:participant;0.0.0.0:2181""";

        assertThat(refusal("reconfig -add server.4=node4:2888:3888")).hasMessage(message);
        assertThat(catchThrowableOfType(
                        ConfigurationTextException.class, () -> Server.parse("reconfig -add server.4=node4:2888:3888")))
                .hasMessage(message);
    }

    @Test
    void the_corrected_line_can_be_read() {
        var corrected = refusal("server.4=node4:2888:3888  # new node")
                .problems()
                .get(0)
                .correctedLine()
                .orElseThrow();

        assertThat(Server.parse(corrected))
                .isEqualTo(new Server(
                        ServerId.of(4),
                        ServerRole.PARTICIPANT,
                        Endpoints.of(new QuorumAddress("node4", 2888, 3888), new Address("0.0.0.0", 2181))));
    }

    @Test
    void a_client_port_that_cannot_be_one_is_not_taken_into_the_corrected_line() {
        assertThat(refusal("clientPort=70000\nserver.4=node4:2888:3888 # new")
                        .problems()
                        .get(1)
                        .correctedLine())
                .contains("server.4=node4:2888:3888:participant;0.0.0.0:2181");
    }

    @Test
    void names_every_problem_in_the_order_of_the_lines() {
        assertThat(refusal("version=x\nserver.1=zk1:1\ntickTime=1\nserver.2=zk2:1:1")
                        .problems())
                .extracting(ConfigurationTextException.Problem::lineNumber)
                .containsExactly(1, 2, 3, 4);
    }

    @Test
    void counts_the_lines_that_a_continued_line_takes() {
        assertThat(refusal("server.1=\\\n  zk1:1:2\nserver.2=zk2:\\\r\n  1:1"))
                .hasMessage("Cannot read line 3 \"server.2=zk2:\\\\n  1:1\": quorum port and election port are both 1."
                        + " Give two different ports.");
    }

    @Test
    void names_ten_foreign_keys_at_most() {
        var text = new StringBuilder();
        for (int i = 1; i <= 12; i++) {
            text.append("key").append(i).append("=\n");
        }

        assertThat(refusal(text.toString()))
                .hasMessage("Cannot read the configuration: lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more set 'key1',"
                        + " 'key2', 'key3', 'key4', 'key5', 'key6', 'key7', 'key8', 'key9', 'key10' and 2 more, which are"
                        + " no part of a dynamic configuration. It holds server, group, weight and version lines only;"
                        + " leave other settings in zoo.cfg.");
    }

    @Test
    void a_long_line_is_cut() {
        assertThat(refusal("server.4=" + "a".repeat(300) + ":1:2"))
                .hasMessage("Cannot read line 1 \"server.4=" + "a".repeat(111)
                        + "... (313 characters)\": the host has 300 characters, and a name has at most 253. Give a host"
                        + " name, an IPv4 address or, in brackets, an IPv6 address.");
    }

    static Stream<Arguments> otherThanOneServerLine() {
        var remedy = " Give a line such as server.4=zk4:2888:3888:participant;zk4:2181.";
        return Stream.of(
                arguments("", "Cannot read the configuration: a server line is missing." + remedy),
                arguments("version=1", "Cannot read \"version=1\": it is not one server line." + remedy),
                arguments(
                        "server.1=a:1:2\nserver.2=a:1:2",
                        "Cannot read \"server.1=a:1:2\\nserver.2=a:1:2\": it is not one server line." + remedy));
    }

    @ParameterizedTest
    @MethodSource("otherThanOneServerLine")
    void one_server_is_read_from_one_server_line_only(String text, String message) {
        assertThat(catchThrowableOfType(ConfigurationTextException.class, () -> Server.parse(text)))
                .hasMessage(message);
    }

    @Test
    void is_not_made_without_a_problem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConfigurationTextException(List.of()))
                .withMessage("a text without problem can be read");
        assertThat(new ConfigurationTextException(List.of(new ConfigurationTextException.Problem(
                        0, "", "it is empty", "Fill it", Optional.of("server.1=zk1:1:2")))))
                .hasMessage("Cannot read the configuration: it is empty. Fill it. Write: server.1=zk1:1:2");
    }

    private static String resource(String name) throws IOException {
        try (var stream = ConfigurationTextExceptionTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ConfigurationTextException refusal(String text) {
        var refusal = catchThrowableOfType(ConfigurationTextException.class, () -> ConfigurationText.parse(text));
        assertThat(refusal).as("what became of %s", text).isNotNull();
        return refusal;
    }
}
