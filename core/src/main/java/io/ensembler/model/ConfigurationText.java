package io.ensembler.model;

import io.ensembler.model.ConfigurationTextException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * Reads and writes the text of ZooKeeper's dynamic configuration: {@code server}, {@code group}, {@code weight} and
 * {@code version} lines. No name is ever resolved.
 *
 * <p>What a server can print is read, ids outside 1 to 254 and lines without client address included. Beyond that it is
 * stricter than the server where the server guesses: an id named twice, a comment inside a value and a key that is
 * nothing but similar to a known one are refused. What is written is sorted by id and names every role.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ConfigurationText {

    private static final String EXAMPLE = "server.4=zk4:2888:3888:participant;2181";
    private static final int USUAL_CLIENT_PORT = 2181;
    private static final String ANY_HOST = "0.0.0.0";

    private final List<Problem> problems = new ArrayList<>();
    private final Map<ServerId, Server> servers = new TreeMap<>();
    private final Map<Long, List<ServerId>> groups = new TreeMap<>();
    private final Map<ServerId, Long> weights = new TreeMap<>();
    private Optional<ConfigurationVersion> version = Optional.empty();

    private ConfigurationText() {}

    /**
     * Reads a whole configuration, such as the text of {@code /zookeeper/config} or of a file that
     * {@code dynamicConfigFile} names.
     *
     * @throws ConfigurationTextException if anything in it cannot be read; it holds all problems found
     */
    public static Configuration parse(String text) {
        var parser = new ConfigurationText();
        PropertyLine.split(text).forEach(parser::read);
        return parser.result();
    }

    /**
     * Reads one server line, such as {@code server.4=zk4:2888:3888:participant;2181}.
     *
     * @throws ConfigurationTextException if it is not exactly one server line
     */
    public static Server parseServer(String line) {
        var parser = new ConfigurationText();
        var lines = PropertyLine.split(line);
        lines.forEach(parser::read);
        parser.throwProblems();
        if (lines.size() != 1 || parser.servers.size() != 1) {
            throw new ConfigurationTextException(List.of(new Problem(
                    0,
                    line,
                    "exactly one server line is expected",
                    "Give a line such as " + EXAMPLE,
                    Optional.empty())));
        }
        return parser.servers.values().iterator().next();
    }

    /** Writes a configuration as it stands in {@code /zookeeper/config}, version line last. */
    public static String print(Configuration configuration) {
        return print(configuration.ensemble()) + "version=" + configuration.version() + "\n";
    }

    /** Writes an ensemble without a version, each line ended by a line feed. */
    public static String print(Ensemble ensemble) {
        var text = new StringBuilder();
        ensemble.servers().forEach(server -> text.append(print(server)).append('\n'));
        ensemble.quorumRule().groups().forEach((number, members) -> {
            var ids = members.stream().map(ServerId::toString).collect(Collectors.joining(":"));
            text.append("group.").append(number).append('=').append(ids).append('\n');
        });
        ensemble.quorumRule().weights().forEach((id, weight) -> text.append("weight.")
                .append(id)
                .append('=')
                .append(weight)
                .append('\n'));
        return text.toString();
    }

    /** Writes a server's line, role and client host included. */
    public static String print(Server server) {
        var quorum = server.endpoints().quorum().stream()
                .map(address -> address + ":" + server.role())
                .collect(Collectors.joining("|"));
        var client = server.endpoints().client().map(address -> ";" + address).orElse("");
        return "server." + server.id() + "=" + quorum + client;
    }

    private void read(PropertyLine line) {
        try {
            readEntry(line);
        } catch (LineException e) {
            problems.add(new Problem(
                    line.number(), line.text(), e.reason, e.remedy, e.correct ? corrected(line) : Optional.empty()));
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(
                    line.number(), line.text(), String.valueOf(e.getMessage()), "Correct it", Optional.empty()));
        }
    }

    private void readEntry(PropertyLine line) {
        var key = line.key();
        if (line.text().trim().startsWith("reconfig ")) {
            throw new LineException("it is a command of zkCli, not a line", "Give the server line alone", true);
        } else if (key.startsWith("server.")) {
            var id = ServerId.of(number("server id", key.substring("server.".length())));
            var other = servers.putIfAbsent(id, server(id, line.value()));
            if (other != null) {
                throw new LineException("server " + id + " is given twice", "Keep one of the lines", false);
            }
        } else if (key.startsWith("group.")) {
            readGroup(number("group number", key.substring("group.".length())), line.value());
        } else if (key.startsWith("weight.")) {
            readWeight(ServerId.of(number("server id", key.substring("weight.".length()))), line.value());
        } else if (key.equals("version")) {
            readVersion(line.value());
        } else {
            throw new LineException(
                    "'" + key + "' is no part of a dynamic configuration",
                    "It holds server, group, weight and version lines only; other settings belong into zoo.cfg",
                    false);
        }
    }

    private void readGroup(long group, String value) {
        var members = new ArrayList<ServerId>();
        for (var id : value.split(":", -1)) {
            members.add(ServerId.of(number("server id", id)));
        }
        if (groups.putIfAbsent(group, members) != null) {
            throw new LineException("group " + group + " is given twice", "Keep one of the lines", false);
        }
    }

    private void readWeight(ServerId id, String value) {
        long weight = number("weight", value);
        if (weights.putIfAbsent(id, weight) != null) {
            throw new LineException("the weight of server " + id + " is given twice", "Keep one of the lines", false);
        }
    }

    private void readVersion(String value) {
        if (version.isPresent()) {
            throw new LineException("the version is given twice", "Keep one of the lines", false);
        }
        try {
            version = Optional.of(ConfigurationVersion.of(Long.parseUnsignedLong(value.trim(), 16)));
        } catch (NumberFormatException e) {
            throw new LineException(
                    "'" + value + "' is no version", "A version is hexadecimal without prefix: 100000000", false);
        }
    }

    private static Server server(ServerId id, String value) {
        if (value.indexOf('#') >= 0 || value.indexOf('!') >= 0) {
            throw new LineException(
                    "a comment stands on a line of its own; behind a value it becomes part of the value",
                    "Put the comment on another line and name the client port",
                    true);
        }
        int semicolon = value.indexOf(';');
        var quorumPart = semicolon < 0 ? value : value.substring(0, semicolon);
        var client = semicolon < 0 ? Optional.<Address>empty() : Optional.of(client(value.substring(semicolon + 1)));
        var addresses = new ArrayList<QuorumAddress>();
        var roles = new TreeSet<ServerRole>();
        for (var part : quorumPart.split("\\|", -1)) {
            var fields = fields(part);
            if (fields.size() < 3 || fields.size() > 4) {
                throw new LineException(
                        "'" + part.trim()
                                + "' is not HOST:QUORUMPORT:ELECTIONPORT or HOST:QUORUMPORT:ELECTIONPORT:ROLE",
                        "Give a line such as " + EXAMPLE,
                        false);
            }
            addresses.add(new QuorumAddress(
                    fields.get(0), port("quorum port", fields.get(1)), port("election port", fields.get(2))));
            if (fields.size() == 4) {
                roles.add(role(fields.get(3)));
            }
        }
        if (roles.size() > 1) {
            throw new LineException("its addresses name different roles", "A server has one role", false);
        }
        return new Server(
                id, roles.isEmpty() ? ServerRole.PARTICIPANT : roles.first(), new Endpoints(addresses, client));
    }

    private static Address client(String part) {
        if (part.indexOf(';') >= 0) {
            throw new LineException(
                    "it has a third part, as for a secure client port, which ZooKeeper up to 3.9 cannot read",
                    "Name one client address after one semicolon",
                    false);
        }
        var fields = fields(part);
        return switch (fields.size()) {
            case 1 -> new Address(ANY_HOST, port("client port", fields.get(0)));
            case 2 -> new Address(fields.get(0), port("client port", fields.get(1)));
            default ->
                throw new LineException(
                        "'" + part.trim() + "' is neither a client port nor HOST:PORT",
                        "Give a line such as " + EXAMPLE,
                        false);
        };
    }

    /** Splits at colons, keeping an IPv6 literal in brackets whole. */
    private static List<String> fields(String part) {
        var trimmed = part.trim();
        var fields = new ArrayList<String>();
        if (trimmed.startsWith("[")) {
            int end = trimmed.indexOf(']');
            if (end < 0) {
                throw new LineException("'" + trimmed + "' opens a bracket and does not close it", "Close it", false);
            }
            fields.add(trimmed.substring(1, end));
            if (end + 1 == trimmed.length()) {
                return fields;
            }
            if (trimmed.charAt(end + 1) != ':') {
                throw new LineException("'" + trimmed + "' has no colon after the bracket", "Add one", false);
            }
            trimmed = trimmed.substring(end + 2);
        }
        for (var field : trimmed.split(":", -1)) {
            fields.add(field.trim());
        }
        return fields;
    }

    private static ServerRole role(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "participant" -> ServerRole.PARTICIPANT;
            case "observer" -> ServerRole.OBSERVER;
            default -> throw new LineException("'" + word + "' is no role", "A role is participant or observer", false);
        };
    }

    private static int port(String what, String field) {
        long port = number(what, field);
        if (port < 1 || port > 65_535) {
            throw new LineException(what + " " + port + " is not within 1 to 65535", "Give another port", false);
        }
        return (int) port;
    }

    private static long number(String what, String field) {
        try {
            return Long.parseLong(field.trim());
        } catch (NumberFormatException e) {
            throw new LineException("the " + what + " '" + field.trim() + "' is not a number", "Give a number", false);
        }
    }

    /** The line that was probably meant: without a comment or command, with role and client port. */
    private static Optional<String> corrected(PropertyLine line) {
        var text = line.text().trim();
        int start = text.indexOf("server.");
        if (start < 0) {
            return Optional.empty();
        }
        var meant = text.substring(start).split("\\s*[#!\\s]", 2)[0];
        try {
            return Optional.of(withClientPort(parseServer(meant)).toString());
        } catch (ConfigurationTextException e) {
            return Optional.empty();
        }
    }

    /** Returns the server with the client port that most ensembles use, if it has none. */
    public static Server withClientPort(Server server) {
        var endpoints = server.endpoints();
        return endpoints.client().isPresent()
                ? server
                : server.withEndpoints(
                        new Endpoints(endpoints.quorum(), Optional.of(new Address(ANY_HOST, USUAL_CLIENT_PORT))));
    }

    private Configuration result() {
        throwProblems();
        try {
            var rule = groups.isEmpty() && weights.isEmpty()
                    ? QuorumRule.majority()
                    : QuorumRule.hierarchical(groups, weights);
            return new Configuration(Ensemble.of(servers.values(), rule), version.orElse(ConfigurationVersion.NONE));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationTextException(List.of(new Problem(
                    0,
                    "",
                    String.valueOf(e.getMessage()),
                    "Every participant stands in one group, and groups and weights name listed servers",
                    Optional.empty())));
        }
    }

    private void throwProblems() {
        if (!problems.isEmpty()) {
            throw new ConfigurationTextException(problems);
        }
    }

    private static final class LineException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        private final String reason;
        private final String remedy;
        private final boolean correct;

        LineException(String reason, String remedy, boolean correct) {
            super(reason);
            this.reason = reason;
            this.remedy = remedy;
            this.correct = correct;
        }
    }
}
