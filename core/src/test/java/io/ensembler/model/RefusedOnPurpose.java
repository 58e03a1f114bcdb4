package io.ensembler.model;

import io.ensembler.model.ConfigurationTextException.Problem;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The closed list of what we refuse although the server reads it, each with examples. */
enum RefusedOnPurpose {
    NAMED_TWICE(
            "the last line wins without a word",
            ".* is given twice, first in line \\d+",
            "server.1=10.0.0.1:2888:3888\nserver.1=10.0.0.2:2888:3888",
            "server.1=10.0.0.1:2888:3888\nserver.01=10.0.0.2:2888:3888",
            "server.1=10.0.0.1:2888:3888\nversion=1\nversion=2",
            "server.1=10.0.0.1:2888:3888\ngroup.1=1\nweight.1=1\nweight.1=2",
            "server.1=10.0.0.1:2888:3888\nserver.2=10.0.0.2:2888:3888\ngroup.1=1\ngroup.01=2"),
    NO_ADDRESS_BESIDE_A_BAR(
            "an address was forgotten or a character is too much",
            "an address is missing beside a \\|",
            "server.1=10.0.0.1:2888:3888|"),
    NO_ROLE_AFTER_A_COLON(
            "a role was forgotten or a character is too much", "the role is missing", "server.1=10.0.0.1:2888:3888:"),
    MORE_COLONS_THAN_FIELDS(
            "a field was forgotten or a character is too much",
            "'.*' is not HOST:QUORUMPORT:ELECTIONPORT or HOST:QUORUMPORT:ELECTIONPORT:ROLE",
            "server.1=10.0.0.1:2888:3888:participant:"),
    NO_CLIENT_ADDRESS_AFTER_A_SEMICOLON(
            "the server would come back without a client port",
            "nothing follows the semicolon",
            "server.1=10.0.0.1:2888:3888;"),
    NO_CLIENT_PORT_AFTER_A_COLON(
            "a port was forgotten or the host is taken for it",
            "the client port is missing|'.*' is neither a client port nor HOST:PORT",
            "server.1=10.0.0.1:2888:3888;2181:",
            "server.1=10.0.0.1:2888:3888;10.0.0.1:2181:"),
    SECOND_SEMICOLON(
            "a secure client port was meant, which would not be opened",
            "it has a second semicolon, .*",
            "server.1=10.0.0.1:2888:3888;2181;",
            "server.1=10.0.0.1:2888:3888;;;"),
    NO_SERVER_AFTER_A_COLON(
            "a server was forgotten in its group",
            "the server id is missing",
            "server.1=10.0.0.1:2888:3888\ngroup.1=1:"),
    PORT_ZERO(
            "a port that the system chooses is one that nobody can call",
            "the (quorum|election|client) port -?0 is not within 1 to 65535",
            "server.1=10.0.0.1:0:3888",
            "server.1=10.0.0.1:2888:0",
            "server.1=10.0.0.1:2888:3888;0"),
    NO_HOST(
            "an empty host stands for the loopback address, which no other server can call",
            "the host is empty",
            "server.1=:2888:3888",
            "server.1=10.0.0.1:2888:3888;:2181"),
    NO_NAME_OR_ADDRESS(
            "the server looks up whatever it is given",
            "'.*' is neither a host name nor an IP address",
            "server.1=10.0.0.l!:2888:3888",
            "server.1=10.0.0.1:2888:3888;-:2181"),
    HOST_TOO_LONG(
            "no name service holds such a name",
            "the host has \\d+ characters, and a name has at most 253",
            "server.1=" + "a.".repeat(127) + ":2888:3888"),
    NO_IPV4_ADDRESS(
            "the server prints another one for it, or looks it up as a name",
            "'.*' is not an IPv4 address, .*",
            "server.1=10.1:2888:3888",
            "server.1=10.0.0.01:2888:3888",
            "server.1=10.0.0.256:2888:3888"),
    NO_IPV6_ADDRESS(
            "the server looks it up as a name, or leaves out a zone that it does not know",
            "'.*' is not an IPv6 address(: its zone id cannot be read)?",
            "server.1=[2001:db8::zz]:2888:3888",
            "server.1=[fe80::1%no such zone]:2888:3888"),
    NO_COLON_AFTER_A_BRACKET(
            "the server skips a character, whichever it is",
            "'.*' has no colon after the bracket",
            "server.1=[2001:db8::1]x2888:3888"),
    PORT_OF_A_HOST_TWICE(
            "two listeners cannot share a port, and how the ports pair is lost when the server prints them",
            "port \\d+ is used twice in .*",
            "server.1=10.0.0.1:2888:3888|10.0.0.1:3888:2888",
            "server.1=[10.0.0.1]:2888:3888|10.0.0.1:2888:3889"),
    COMMENT_IN_A_VALUE(
            "the server takes the comment for a part of a name",
            "'.*' is no comment there but part of the value",
            "server.1=10.0.0.1#:2888:3888"),
    FOREIGN_KEY(
            "the server takes a key that only begins like a group's or a weight's, and then mostly ignores it",
            "'.*' is no part of a dynamic configuration",
            "server.1=10.0.0.1:2888:3888\ngroupX.1=1",
            "server.1=10.0.0.1:2888:3888\ngroup.1=1\nweights.1=2",
            "server.1=10.0.0.1:2888:3888\n\\ server.2=10.0.0.2:2888:3888"),
    NO_SUCH_SERVER(
            "a group or a weight without its server is a slip, and its weight can never be won",
            "no server line lists server -?\\d+|it names server -?\\d+, which no server line lists",
            "server.1=10.0.0.1:2888:3888\ngroup.1=1\nweight.2=1",
            "server.1=10.0.0.1:2888:3888\ngroup.1=1:2\nweight.2=1"),
    NEGATIVE_WEIGHT(
            "it makes a quorum of fewer than half",
            "the weight -\\d+ is negative",
            "server.1=10.0.0.1:2888:3888\ngroup.1=1\nweight.1=-1"),
    WEIGHTS_TOO_GREAT(
            "the server's sum turns negative",
            "the weights of group -?\\d+ add up to more than a server can count",
            "server.1=10.0.0.1:2888:3888\nserver.2=10.0.0.2:2888:3888\ngroup.1=1:2\nweight.1=9223372036854775807"),
    NEGATIVE_VERSION(
            "no transaction has a number with a sign, and every version of an ensemble is newer",
            "'-[0-9a-fA-F]+' is no version",
            "server.1=10.0.0.1:2888:3888\nversion=-1");

    private final String why;
    private final Pattern reason;
    private final String examples;

    RefusedOnPurpose(String why, String reason, String... examples) {
        this.why = why;
        this.reason = Pattern.compile(reason, Pattern.DOTALL);
        this.examples = String.join("\n\n", examples);
    }

    /** Returns what the problem that a text has belongs to, or empty if we know no purpose in refusing it. */
    static Optional<RefusedOnPurpose> of(Problem problem, String text) {
        return isMasked(problem, text)
                ? Optional.of(NAMED_TWICE)
                : Stream.of(values())
                        .filter(refused ->
                                refused.reason.matcher(problem.reason()).matches())
                        .findFirst();
    }

    /** Whether the server never sees the line, because a later one has the same key. */
    private static boolean isMasked(Problem problem, String text) {
        var lines = PropertyLine.split(text);
        return lines.stream()
                .filter(line -> line.number() == problem.lineNumber())
                .flatMap(line -> line.entry().stream())
                .anyMatch(entry -> lines.stream()
                        .filter(line -> line.number() > problem.lineNumber())
                        .flatMap(line -> line.entry().stream())
                        .anyMatch(later -> later.key().equals(entry.key())));
    }

    List<String> examples() {
        return List.of(examples.split("\n\n", -1));
    }

    @Override
    public String toString() {
        return name() + " (" + why + ")";
    }
}
