package io.ensembler.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Reads what stands behind the key of a server line: addresses, role and client address. */
final class ServerValue {

    static final String GIVE_A_LINE = "Give a line such as server.4=zk4:2888:3888:participant;zk4:2181";
    static final String ANY_HOST = "0.0.0.0";

    private static final String GIVE_A_HOST = "Give a host name, an IPv4 address or, in brackets, an IPv6 address";
    private static final String BRACKETS = "as in [2001:db8::4]:2888:3888";

    private ServerValue() {}

    /**
     * Returns the server that the value describes.
     *
     * @throws UnreadableLineException if it describes none
     */
    static Server read(ServerId id, String value) {
        if (value.isBlank()) {
            throw new UnreadableLineException("nothing follows the key", GIVE_A_LINE);
        }
        int semicolon = value.indexOf(';');
        var addresses = new ArrayList<QuorumAddress>();
        var roles = new TreeSet<ServerRole>();
        for (var part : (semicolon < 0 ? value : value.substring(0, semicolon)).split("\\|", -1)) {
            if (part.isBlank()) {
                throw new UnreadableLineException("an address is missing beside a |", "Give one on both sides of it");
            }
            var fields = fields(part);
            if (fields.size() < 3 || fields.size() > 4) {
                throw new UnreadableLineException(
                        Quote.of(part.trim())
                                + " is not HOST:QUORUMPORT:ELECTIONPORT or HOST:QUORUMPORT:ELECTIONPORT:ROLE",
                        fields.size() > 4 ? "Put an IPv6 address in brackets, " + BRACKETS : GIVE_A_LINE);
            }
            addresses.add(quorumAddress(fields));
            if (fields.size() == 4) {
                roles.add(role(fields.get(3)));
            }
        }
        if (roles.size() > 1) {
            throw new UnreadableLineException(
                    "its addresses name different roles, participant and observer", "Give every address the same role");
        }
        var role = roles.isEmpty() ? ServerRole.PARTICIPANT : roles.first();
        var client = semicolon < 0 ? Optional.<Address>empty() : Optional.of(client(value.substring(semicolon + 1)));
        return refusing("Use a port of a host once", () -> new Server(id, role, new Endpoints(addresses, client)));
    }

    private static QuorumAddress quorumAddress(List<String> fields) {
        int quorumPort = port("quorum port", fields.get(1));
        int electionPort = port("election port", fields.get(2));
        if (quorumPort == electionPort) {
            throw new UnreadableLineException(
                    "quorum port and election port are both " + quorumPort, "Give two different ports");
        }
        return refusing(GIVE_A_HOST, () -> new QuorumAddress(fields.get(0), quorumPort, electionPort));
    }

    private static Address client(String part) {
        if (part.isBlank()) {
            throw new UnreadableLineException(
                    "nothing follows the semicolon", "Name the client address after it, such as zk4:2181");
        }
        if (part.indexOf(';') >= 0) {
            throw new UnreadableLineException(
                    "it has a second semicolon, as for a secure client port, which ZooKeeper up to 3.9 cannot read",
                    "Name one client address after one semicolon");
        }
        var fields = fields(part);
        if (fields.size() > 2) {
            throw new UnreadableLineException(
                    Quote.of(part.trim()) + " is neither a client port nor HOST:PORT",
                    "Name the client address such as zk4:2181, an IPv6 address in brackets");
        }
        var host = fields.size() == 1 ? ANY_HOST : fields.get(0);
        int port = port("client port", fields.get(fields.size() - 1));
        return refusing(GIVE_A_HOST, () -> new Address(host, port));
    }

    /** Gives what the model refuses a remedy. */
    private static <T> T refusing(String remedy, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new UnreadableLineException(String.valueOf(e.getMessage()), remedy);
        }
    }

    /** Splits at colons, keeping an IPv6 literal in brackets whole. */
    private static List<String> fields(String part) {
        var rest = part.trim();
        var fields = new ArrayList<String>();
        if (rest.startsWith("[")) {
            int end = rest.indexOf(']');
            if (end < 0) {
                throw new UnreadableLineException(
                        Quote.of(rest) + " opens a bracket and does not close it",
                        "Close it after the IPv6 address, " + BRACKETS);
            }
            fields.add(rest.substring(1, end));
            if (end + 1 == rest.length()) {
                return fields;
            }
            if (rest.charAt(end + 1) != ':') {
                throw new UnreadableLineException(
                        Quote.of(rest) + " has no colon after the bracket", "Put a colon before the port, " + BRACKETS);
            }
            rest = rest.substring(end + 2);
        }
        for (var field : rest.split(":", -1)) {
            fields.add(field.trim());
        }
        return fields;
    }

    private static ServerRole role(String word) {
        var remedy = "A role is participant or observer";
        if (word.isEmpty()) {
            throw new UnreadableLineException("the role is missing", remedy);
        }
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "participant" -> ServerRole.PARTICIPANT;
            case "observer" -> ServerRole.OBSERVER;
            default -> throw new UnreadableLineException(Quote.of(word) + " is no role", remedy);
        };
    }

    private static int port(String what, String field) {
        var remedy = "Give a port from 1 to 65535";
        long port = number(what, field, remedy);
        if (port < 1 || port > 65_535) {
            throw new UnreadableLineException("the " + what + " " + port + " is not within 1 to 65535", remedy);
        }
        return (int) port;
    }

    /** Returns the number that a field holds; {@code what} names it in the reason why not. */
    static long number(String what, String field, String remedy) {
        if (field.isEmpty()) {
            throw new UnreadableLineException("the " + what + " is missing", remedy);
        }
        try {
            return Long.parseLong(field);
        } catch (NumberFormatException e) {
            var fault = field.matches("[+-]?[0-9]+") ? " is out of range" : " is not a whole number";
            throw new UnreadableLineException("the " + what + " " + Quote.of(field) + fault, remedy);
        }
    }
}
