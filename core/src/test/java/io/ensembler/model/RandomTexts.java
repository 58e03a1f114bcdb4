package io.ensembler.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Random configurations as ZooKeeper's own parser reads them, with numeric hosts only: nothing is ever resolved. */
final class RandomTexts {

    private final Random random;

    RandomTexts(long seed) {
        random = new Random(seed);
    }

    /** Returns the text of up to {@code most} servers, at least one of them a participant. */
    String configuration(int most) {
        var lines = new ArrayList<String>();
        addServers(most, this::server, lines);
        if (random.nextInt(4) > 0) {
            lines.add("version=" + Long.toHexString(random.nextLong() >>> (1 + random.nextInt(63))));
        }
        Collections.shuffle(lines, random);
        return String.join(random.nextBoolean() ? "\n" : "\r\n", lines);
    }

    /** Returns such a text whose servers differ in nothing but how they count. */
    String arithmetic(int most) {
        var lines = new ArrayList<String>();
        addServers(
                most,
                (id, participates) ->
                        "server." + id + "=10.0.0.1:2888:3888:" + (participates ? "participant" : "observer"),
                lines);
        return String.join("\n", lines);
    }

    private void addServers(int most, BiFunction<Long, Boolean, String> line, List<String> lines) {
        var ids = new TreeSet<Long>();
        int size = 1 + random.nextInt(most);
        while (ids.size() < size) {
            ids.add(random.nextInt(8) == 0 ? random.nextInt(700) - 300L : 1L + random.nextInt(254));
        }
        var participants = new ArrayList<Long>();
        var observers = new ArrayList<Long>();
        for (var id : ids) {
            boolean participates = participants.isEmpty() || random.nextInt(3) > 0;
            (participates ? participants : observers).add(id);
            lines.add(line.apply(id, participates));
        }
        if (random.nextBoolean()) {
            addGroups(participants, observers, lines);
        }
    }

    private String server(long id, boolean participates) {
        var line = new StringBuilder("server.")
                .append(id >= 0 && random.nextInt(6) == 0 ? "0" : "")
                .append(id);
        line.append(oneOf("=", ":", " = ", " "));
        var hosts = hosts();
        var ports = ports(2 * hosts.size());
        var role = participates ? oneOf("participant", "PARTICIPANT", "Participant") : oneOf("observer", "OBSERVER");
        boolean named = !participates || random.nextBoolean();
        for (int i = 0; i < hosts.size(); i++) {
            line.append(i == 0 ? "" : "|").append(hosts.get(i));
            line.append(':').append(ports.get(2 * i)).append(':').append(ports.get(2 * i + 1));
            if (named && (i == 0 || random.nextBoolean())) {
                line.append(':').append(role);
            }
        }
        switch (random.nextInt(3)) {
            case 0 -> line.append(';').append(1 + random.nextInt(65_535));
            case 1 -> line.append(';').append(host()).append(':').append(1 + random.nextInt(65_535));
            default -> {}
        }
        return line.toString();
    }

    private List<String> hosts() {
        var hosts = new ArrayList<String>();
        hosts.add(host());
        while (random.nextInt(4) == 0) {
            hosts.add(random.nextInt(3) == 0 ? hosts.get(0) : host());
        }
        return hosts;
    }

    private String host() {
        return switch (random.nextInt(6)) {
            case 0 -> "[2001:db8::" + Integer.toHexString(random.nextInt(65_536)) + "]";
            case 1 -> "[2001:DB8:0:0:0:0:0:" + Integer.toHexString(random.nextInt(65_536)) + "]";
            case 2 -> oneOf("0.0.0.0", "[::]", "127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "[10.0.0.1]");
            default -> "10." + random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256);
        };
    }

    private List<Integer> ports(int count) {
        return random.ints(1, 65_536).distinct().limit(count).boxed().toList();
    }

    private void addGroups(List<Long> participants, List<Long> observers, List<String> lines) {
        var grouped = new ArrayList<>(participants);
        for (var id : observers) {
            switch (random.nextInt(3)) {
                case 0 -> {
                    grouped.add(id);
                    lines.add("weight." + id + "=" + random.nextInt(4));
                }
                case 1 -> lines.add("weight." + id + "=" + random.nextInt(4));
                default -> {}
            }
        }
        for (var id : participants) {
            if (random.nextBoolean()) {
                lines.add("weight." + id + "=" + random.nextInt(5));
            }
        }
        Collections.shuffle(grouped, random);
        int groups = 1 + random.nextInt(Math.min(4, grouped.size()));
        for (int group = 0; group < groups; group++) {
            int number = group;
            lines.add("group." + (group + 1) + "="
                    + grouped.stream()
                            .filter(id -> grouped.indexOf(id) % groups == number)
                            .map(String::valueOf)
                            .collect(Collectors.joining(":")));
        }
    }

    /** Returns another text, a few characters or lines away, which can often still be read. */
    String mutated(String text) {
        var mutant = new StringBuilder(text);
        for (int i = random.nextInt(4) == 0 ? random.nextInt(6) : 0; i >= 0 || text.contentEquals(mutant); i--) {
            if (random.nextInt(5) < 2) {
                changeAnything(mutant);
            } else {
                changeMildly(mutant);
            }
        }
        return mutant.toString();
    }

    private void changeAnything(StringBuilder mutant) {
        int at = random.nextInt(mutant.length() + 1);
        int to = Math.min(mutant.length(), at + random.nextInt(8));
        switch (random.nextInt(5)) {
            case 0 -> mutant.delete(at, to);
            case 1 -> mutant.insert(at, mutant.substring(at, to));
            case 2 -> mutant.insert(random.nextInt(mutant.length() + 1), mutant.substring(at, to));
            case 3 -> mutant.replace(at, to, fragment());
            default -> mutant.insert(at, fragment());
        }
    }

    /** Changes a digit, a letter's case, how a character is written, the lines, or the space between fields. */
    private void changeMildly(StringBuilder mutant) {
        int at = random.nextInt(mutant.length() + 1);
        char character = at < mutant.length() ? mutant.charAt(at) : '\n';
        if (character == '\n' || random.nextInt(4) == 0) {
            changeLines(mutant);
        } else if (random.nextInt(4) == 0) {
            mutant.insert(at, oneOf("\\\n", "\\\r\n\t", "\\\n  "));
        } else if (Character.isDigit(character)) {
            mutant.setCharAt(at, (char) ('0' + random.nextInt(10)));
        } else if (Character.isLetter(character)) {
            mutant.setCharAt(
                    at, random.nextBoolean() ? Character.toUpperCase(character) : Character.toLowerCase(character));
        } else if (random.nextBoolean()) {
            mutant.replace(at, at + 1, String.format("\\u%04x", (int) character));
        } else {
            mutant.insert(at + random.nextInt(2), oneOf(" ", "\t", "\f"));
        }
    }

    private void changeLines(StringBuilder mutant) {
        var lines = new ArrayList<>(List.of(mutant.toString().split("\n", -1)));
        if (random.nextBoolean()) {
            Collections.swap(lines, random.nextInt(lines.size()), random.nextInt(lines.size()));
        } else {
            lines.add(random.nextInt(lines.size() + 1), oneOf("", "  ", "# server.1=zk1:1:2", "!", "#\\"));
        }
        mutant.setLength(0);
        mutant.append(String.join("\n", lines));
    }

    private String fragment() {
        return random.nextInt(40) == 0
                ? oneOf(":", "a.", "[", "|", ";", "\\", "\\u0023", "9", "[::]", "\n")
                        .repeat(1 + random.nextInt(3_000))
                : oneOf(
                        ":",
                        ";",
                        "|",
                        "[",
                        "]",
                        "=",
                        "#",
                        "!",
                        "\\",
                        "\n",
                        "\r",
                        "\t",
                        "\f",
                        " ",
                        "%",
                        ".",
                        "-",
                        "+",
                        "0",
                        "9",
                        "\0",
                        "\\u",
                        "\\u0023",
                        "\\u000a",
                        "\\\n",
                        "\\\n#",
                        "::",
                        "%1",
                        "%eth0",
                        "server.",
                        "group.",
                        "weight.",
                        "version",
                        "reconfig -add server.1=",
                        "\u2003",
                        "\u0661",
                        "\ud83d",
                        "\u00e9",
                        "65536",
                        "9223372036854775807",
                        "-9223372036854775808",
                        ":observer",
                        ":participant",
                        "clientPort=1\n");
    }

    List<Long> subsetOf(Iterable<Long> ids) {
        var subset = new ArrayList<Long>();
        for (var id : ids) {
            if (random.nextBoolean()) {
                subset.add(id);
            }
        }
        return subset;
    }

    private String oneOf(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
