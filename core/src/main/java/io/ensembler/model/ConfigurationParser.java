package io.ensembler.model;

import static io.ensembler.model.ServerValue.GIVE_A_LINE;
import static io.ensembler.model.ServerValue.number;

import io.ensembler.model.ConfigurationTextException.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads one text, collecting every problem before it gives up. For one use by one thread. */
final class ConfigurationParser {

    private static final int NAMED_AT_MOST = 10;

    private final List<PropertyLine> lines;
    private final int clientPort;
    private final List<Problem> problems = new ArrayList<>();
    private final List<PropertyLine> strangers = new ArrayList<>();
    private final Map<String, Integer> firstLines = new TreeMap<>();
    private final Map<ServerId, Server> servers = new TreeMap<>();
    private final Map<Long, Group> groups = new TreeMap<>();
    private final Map<ServerId, Long> groupOf = new TreeMap<>();
    private final Map<ServerId, Weight> weights = new TreeMap<>();
    private ConfigurationVersion version = ConfigurationVersion.NONE;

    private record Group(PropertyLine line, List<ServerId> members) {}

    private record Weight(PropertyLine line, long value) {}

    private ConfigurationParser(List<PropertyLine> lines) {
        this.lines = lines;
        this.clientPort = staticClientPort(lines);
    }

    static Configuration parse(String text) {
        var parser = new ConfigurationParser(PropertyLine.split(text));
        parser.readLines();
        return parser.configuration();
    }

    static Server parseServer(String text) {
        var parser = new ConfigurationParser(PropertyLine.split(text));
        parser.readLines();
        if (parser.lines.size() != 1 || parser.servers.isEmpty()) {
            var reason = parser.lines.isEmpty() ? "a server line is missing" : "it is not one server line";
            throw new ConfigurationTextException(List.of(new Problem(0, text, reason, GIVE_A_LINE, Optional.empty())));
        }
        return parser.servers.values().iterator().next();
    }

    /** What a corrected line supplies: the port of the static file, where the text is one. */
    private static int staticClientPort(List<PropertyLine> lines) {
        return lines.stream()
                .flatMap(line -> line.entry().stream())
                .filter(entry -> entry.key().equals("clientPort"))
                .map(entry -> entry.value().trim())
                .filter(port -> port.matches("[1-9][0-9]{0,4}"))
                .map(Integer::valueOf)
                .filter(port -> port <= 65_535)
                .findFirst()
                .orElse(ConfigurationText.USUAL_CLIENT_PORT);
    }

    private void readLines() {
        for (var line : lines) {
            try {
                read(line);
            } catch (UnreadableLineException e) {
                problems.add(new Problem(line.number(), line.text(), e.reason(), e.remedy(), e.corrected()));
            }
        }
        addStrangers();
        throwProblems();
    }

    private void read(PropertyLine line) {
        var entry = line.entry()
                .orElseThrow(() -> new UnreadableLineException(
                        "it holds a malformed \\u escape",
                        "Write \\u with four hexadecimal digits, or the character itself"));
        var key = entry.key();
        var value = entry.value().trim();
        if (key.isEmpty()) {
            throw new UnreadableLineException("no key stands before the value", GIVE_A_LINE);
        } else if (key.equals("reconfig")) {
            refuseCommand(value);
        } else if (key.startsWith("server.")) {
            readServer(line, id(key, "server."), value);
        } else if (key.startsWith("group.")) {
            refuseComment(value);
            readGroup(line, number("group number", key.substring("group.".length()), "Give a whole number"), value);
        } else if (key.startsWith("weight.")) {
            refuseComment(value);
            readWeight(line, id(key, "weight."), value);
        } else if (key.equals("version")) {
            refuseComment(value);
            readVersion(line, value);
        } else {
            refuseSimilar(key);
            strangers.add(line);
        }
    }

    private static ServerId id(String key, String prefix) {
        return ServerId.of(number("server id", key.substring(prefix.length()), "Give a whole number from 1 to 254"));
    }

    private void readServer(PropertyLine line, ServerId id, String value) {
        int comment = commentIn(value);
        if (comment >= 0) {
            var meant = meant(id, value.substring(0, comment));
            boolean lacksClient = meant.isPresent() && value.lastIndexOf(';', comment) < 0;
            throw new UnreadableLineException(
                    isNoComment(value, comment),
                    "Put the comment on a line of its own"
                            + (lacksClient ? ", name role and client port" + joinerHint(meant.stream()) : ""),
                    meant.map(Server::toString));
        }
        var server = ServerValue.read(id, value);
        checkOnce(line, "server " + id + " is given twice");
        servers.put(id, server);
    }

    private void readGroup(PropertyLine line, long number, String value) {
        var members = new ArrayList<ServerId>();
        for (var member : value.split(":", -1)) {
            members.add(ServerId.of(number("server id", member.trim(), "Give ids with a colon between them: 1:2:3")));
        }
        checkOnce(line, "group " + number + " is given twice");
        for (var member : members) {
            var other = groupOf.putIfAbsent(member, number);
            if (other != null) {
                var again = other == number ? " twice" : ", which is in group " + other + " already";
                throw new UnreadableLineException(
                        "it names server " + member + again, "Name every server in one group, once");
            }
        }
        groups.put(number, new Group(line, members));
    }

    private void readWeight(PropertyLine line, ServerId id, String value) {
        var remedy = "Give a whole number, 0 or more";
        long weight = number("weight", value, remedy);
        if (weight < 0) {
            throw new UnreadableLineException("the weight " + weight + " is negative", remedy);
        }
        checkOnce(line, "the weight of server " + id + " is given twice");
        weights.put(id, new Weight(line, weight));
    }

    private void readVersion(PropertyLine line, String value) {
        var remedy = "Give it in hexadecimal without prefix, such as 100000000";
        if (value.isEmpty()) {
            throw new UnreadableLineException("the version is missing", remedy);
        }
        try {
            var read = ConfigurationVersion.of(Long.parseUnsignedLong(value, 16));
            checkOnce(line, "the version is given twice");
            version = read;
        } catch (NumberFormatException e) {
            throw new UnreadableLineException(Quote.of(value) + " is no version", remedy);
        }
    }

    /** The text names what may stand once by its number, and so finds {@code server.01} to be {@code server.1}. */
    private void checkOnce(PropertyLine line, String givenTwice) {
        var first = firstLines.putIfAbsent(givenTwice, line.number());
        if (first != null) {
            throw new UnreadableLineException(givenTwice + ", first in line " + first, "Keep one of the two lines");
        }
    }

    private void refuseCommand(String arguments) {
        var meant = Stream.of(arguments.split("[\\s,]+"))
                .filter(argument -> argument.startsWith("server."))
                .map(this::meant)
                .toList();
        var reason = "it is a command of zkCli and no line of a configuration";
        if (meant.isEmpty() || meant.stream().anyMatch(Optional::isEmpty)) {
            throw new UnreadableLineException(reason, GIVE_A_LINE);
        }
        throw new UnreadableLineException(
                reason,
                (meant.size() == 1 ? "Give the server line" : "Give the server lines")
                        + " alone, with role and client port"
                        + joinerHint(meant.stream().flatMap(Optional::stream)),
                Optional.of(meant.stream()
                        .flatMap(Optional::stream)
                        .map(Server::toString)
                        .collect(Collectors.joining("\n"))));
    }

    private static void refuseComment(String value) {
        int comment = commentIn(value);
        if (comment >= 0) {
            throw new UnreadableLineException(isNoComment(value, comment), "Put the comment on a line of its own");
        }
    }

    private static void refuseSimilar(String key) {
        for (var known : List.of("server.ID", "group.NUMBER", "weight.ID")) {
            if (key.trim().toLowerCase(Locale.ROOT).startsWith(known.substring(0, known.indexOf('.')))) {
                throw new UnreadableLineException(
                        Quote.of(key) + " is no part of a dynamic configuration", "Write the key as " + known);
            }
        }
    }

    /** Where a comment was probably meant to begin, or -1. No value that can be read holds either character. */
    private static int commentIn(String value) {
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character == '#' || (character == '!' && i > 0 && Character.isWhitespace(value.charAt(i - 1)))) {
                return i;
            }
        }
        return -1;
    }

    private static String isNoComment(String value, int start) {
        return Quote.of(value.substring(start)) + " is no comment there but part of the value";
    }

    private static String joinerHint(Stream<Server> meant) {
        return meant.anyMatch(Server::isParticipant)
                ? "; in the file a joiner starts with, it lists itself as observer instead, so that joiners cannot elect"
                        + " each other"
                : "";
    }

    private Optional<Server> meant(String line) {
        int equals = line.indexOf('=');
        if (equals < 0) {
            return Optional.empty();
        }
        try {
            return meant(id(line.substring(0, equals), "server."), line.substring(equals + 1));
        } catch (UnreadableLineException e) {
            return Optional.empty();
        }
    }

    /** The server that an unreadable line probably meant, with a client port. */
    private Optional<Server> meant(ServerId id, String value) {
        try {
            return Optional.of(ConfigurationText.withClientPort(ServerValue.read(id, value), clientPort));
        } catch (UnreadableLineException e) {
            return Optional.empty();
        }
    }

    /** One foreign key is a slip and named at its line; several make another kind of file and are named together. */
    private void addStrangers() {
        var remedy = "It holds server, group, weight and version lines only; leave other settings in zoo.cfg";
        var keys = strangers.stream()
                .flatMap(line -> line.entry().stream())
                .map(entry -> Quote.of(entry.key()))
                .toList();
        if (strangers.size() == 1) {
            addProblem(strangers.get(0), keys.get(0) + " is no part of a dynamic configuration", remedy);
            sortProblems();
        } else if (!strangers.isEmpty()) {
            var numbers = strangers.stream()
                    .map(line -> Integer.toString(line.number()))
                    .toList();
            addProblem(
                    "lines " + enumerated(numbers) + " set " + enumerated(keys)
                            + ", which are no part of a dynamic configuration",
                    remedy);
        }
    }

    private Configuration configuration() {
        if (groups.isEmpty() && weights.isEmpty()) {
            return new Configuration(Ensemble.of(servers.values(), QuorumRule.majority()), version);
        }
        checkGroups();
        throwProblems();
        try {
            return new Configuration(Ensemble.of(servers.values(), hierarchical()), version);
        } catch (IllegalArgumentException e) {
            addProblem(String.valueOf(e.getMessage()), "Correct the group and weight lines");
            throw new ConfigurationTextException(problems);
        }
    }

    private QuorumRule hierarchical() {
        var members = new TreeMap<Long, List<ServerId>>();
        groups.forEach((number, group) -> members.put(number, group.members()));
        var counting = new TreeMap<ServerId, Long>();
        weights.forEach((id, weight) -> {
            // An observer may have a weight and be in no group. It counts nowhere.
            if (groupOf.containsKey(id)) {
                counting.put(id, weight.value());
            }
        });
        return members.isEmpty() ? QuorumRule.majority() : QuorumRule.hierarchical(members, counting);
    }

    private void checkGroups() {
        groups.values().forEach(group -> group.members().forEach(id -> checkMember(group.line(), id)));
        weights.forEach((id, weight) -> {
            if (!servers.containsKey(id)) {
                addProblem(
                        weight.line(),
                        "no server line lists server " + id,
                        "Add the line of server " + id + " or drop its weight");
            }
        });
        sortProblems();
        var ungrouped = servers.values().stream()
                .filter(server -> server.isParticipant() && !groupOf.containsKey(server.id()))
                .map(server -> server.id().toString())
                .toList();
        if (!ungrouped.isEmpty()) {
            addProblem(
                    (ungrouped.size() == 1 ? "participant " : "participants ") + enumerated(ungrouped)
                            + (ungrouped.size() == 1 ? " is" : " are") + " in no group",
                    "Where there are groups or weights, name every participant in one group");
        }
    }

    private void checkMember(PropertyLine line, ServerId id) {
        var server = servers.get(id);
        if (server == null) {
            addProblem(
                    line,
                    "it names server " + id + ", which no server line lists",
                    "Add the line of server " + id + " or take it out of the group");
        } else if (!server.isParticipant() && !weights.containsKey(id)) {
            addProblem(
                    line,
                    "it names observer " + id + ", which has no weight line, and a server fails on that",
                    "Take it out of the group or add the line weight." + id + "=0");
        }
    }

    private static String enumerated(List<String> items) {
        int last = items.size() - 1;
        if (items.size() > NAMED_AT_MOST) {
            int more = items.size() - NAMED_AT_MOST;
            return String.join(", ", items.subList(0, NAMED_AT_MOST)) + " and " + more + " more";
        }
        return last == 0 ? items.get(0) : String.join(", ", items.subList(0, last)) + " and " + items.get(last);
    }

    private void addProblem(PropertyLine line, String reason, String remedy) {
        problems.add(new Problem(line.number(), line.text(), reason, remedy, Optional.empty()));
    }

    private void addProblem(String reason, String remedy) {
        problems.add(new Problem(0, "", reason, remedy, Optional.empty()));
    }

    private void sortProblems() {
        problems.sort(Comparator.comparingInt(Problem::lineNumber));
    }

    private void throwProblems() {
        if (!problems.isEmpty()) {
            throw new ConfigurationTextException(problems);
        }
    }
}
