package io.ensembler.testkit;

import io.ensembler.model.ServerId;
import io.ensembler.testkit.runtime.ServerLook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Every configuration that the servers of an ensemble have acted by: ZooKeeper writes a file for each and deletes none.
 * Reads the files when asked.
 */
record ConfigurationHistory(TestEnsemble ensemble) {

    private static final String DYNAMIC = "zoo.cfg.dynamic.";
    private static final String PROPOSED = "next";

    /** Returns the configuration files of a server, in the order of their names. */
    static List<Path> files(TestEnsemble ensemble, ServerId id) {
        try (var files = Files.list(ensemble.internals().directory(id).configurationDirectory())) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list the configuration files of server " + id, e);
        }
    }

    /** Returns what is in a file; ZooKeeper may have deleted it meanwhile. */
    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /** Returns it as text: what is in force, then each version with who has it and what it says. */
    String text() {
        var text = new StringBuilder("in force\n");
        inForce().forEach((configuration, ids) -> text.append("  server ")
                .append(list(ids))
                .append(": ")
                .append(configuration)
                .append('\n'));
        written()
                .forEach((version, texts) -> texts.forEach((content, ids) -> text.append("\nversion ")
                        .append(Long.toHexString(version))
                        .append(", written by server ")
                        .append(list(ids))
                        .append('\n')
                        .append(content.indent(2))));
        proposed().forEach((content, ids) -> text.append("\nproposed, as known to server ")
                .append(list(ids))
                .append(", which does not act by it yet\n")
                .append(content.indent(2)));
        return text.toString();
    }

    private SortedMap<String, List<ServerId>> inForce() {
        var found = new TreeMap<String, List<ServerId>>();
        ensemble.internals().looks().forEach((id, look) -> add(found, inForce(look), id));
        return found;
    }

    private static String inForce(ServerLook look) {
        return look.inForce()
                .map(configuration -> "version " + configuration.version() + ", " + configuration.ensemble())
                .orElse("tells none");
    }

    private SortedMap<Long, SortedMap<String, List<ServerId>>> written() {
        var found = new TreeMap<Long, SortedMap<String, List<ServerId>>>();
        ensemble.internals().started().forEach(id -> files(ensemble, id).stream()
                .filter(file -> suffix(file).matches("[0-9a-f]{1,16}"))
                .forEach(file -> {
                    long version = Long.parseUnsignedLong(suffix(file), 16);
                    add(found.computeIfAbsent(version, it -> new TreeMap<>()), read(file), id);
                }));
        return found;
    }

    private SortedMap<String, List<ServerId>> proposed() {
        var found = new TreeMap<String, List<ServerId>>();
        ensemble.internals().started().forEach(id -> files(ensemble, id).stream()
                .filter(file -> suffix(file).equals(PROPOSED))
                .forEach(file -> add(found, read(file), id)));
        return found;
    }

    /** Returns what follows the name of a dynamic file, or nothing if it is none. */
    private static String suffix(Path file) {
        var name = file.getFileName().toString();
        return name.startsWith(DYNAMIC) ? name.substring(DYNAMIC.length()) : "";
    }

    private static void add(Map<String, List<ServerId>> found, String text, ServerId id) {
        found.computeIfAbsent(text, it -> new ArrayList<>()).add(id);
    }

    private static String list(List<ServerId> ids) {
        return ids.stream().map(ServerId::toString).collect(Collectors.joining(","));
    }
}
