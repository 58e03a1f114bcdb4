package io.ensembler.testkit.runtime.forked;

import io.ensembler.model.EnsembleException;
import io.ensembler.model.ServerId;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * How the processes of servers are started. Immutable.
 *
 * @param classPath where their ZooKeeper is; empty for the one of the test
 * @param ownClassPaths that of single servers, instead
 * @param jvmOptions options of all servers' JVMs, behind those they have anyway
 * @param ownJvmOptions those of single servers, behind the common ones
 * @param links what lies between the servers
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record ForkedOptions(
        List<Path> classPath,
        Map<ServerId, List<Path>> ownClassPaths,
        List<String> jvmOptions,
        Map<ServerId, List<String>> ownJvmOptions,
        Connection links) {

    /** What lies between two servers. */
    public enum Connection {
        /** Relays, by names and addresses of their own. */
        RELAYED,
        /** Nothing: all servers listen on one address. */
        DIRECT
    }

    /** ZooKeeper, what it needs, and whatever it may log with. */
    private static final Pattern NEEDED = Pattern.compile("(zookeeper|slf4j|logback|log4j|reload4j|tinylog|metrics-core"
            + "|snappy-java|netty|commons|audience-annotations|jetty|jackson|javax\\.servlet|jline)[-.].*");

    /** No option of anybody's. */
    public static final ForkedOptions NONE = new ForkedOptions(
            List.of(), Map.of(), List.of(), Map.of(), Links.areSupported() ? Connection.RELAYED : Connection.DIRECT);

    /** Copies the collections. */
    public ForkedOptions {
        classPath = List.copyOf(classPath);
        ownClassPaths = Map.copyOf(ownClassPaths);
        jvmOptions = List.copyOf(jvmOptions);
        ownJvmOptions = Map.copyOf(ownJvmOptions);
    }

    /** Returns these options with another common class path. */
    public ForkedOptions withClassPath(List<Path> path) {
        return new ForkedOptions(checked(path), ownClassPaths, jvmOptions, ownJvmOptions, links);
    }

    /** Returns these options with another class path for one server. */
    public ForkedOptions withClassPath(ServerId id, List<Path> path) {
        var own = new LinkedHashMap<>(ownClassPaths);
        own.put(id, checked(path));
        return new ForkedOptions(classPath, own, jvmOptions, ownJvmOptions, links);
    }

    /** Returns these options and one more for all servers' JVMs. */
    public ForkedOptions plusJvmOption(String option) {
        return new ForkedOptions(classPath, ownClassPaths, plus(jvmOptions, option), ownJvmOptions, links);
    }

    /** Returns these options and one more for one server's JVM. */
    public ForkedOptions plusJvmOption(ServerId id, String option) {
        var own = new LinkedHashMap<>(ownJvmOptions);
        own.put(id, plus(own.getOrDefault(id, List.of()), option));
        return new ForkedOptions(classPath, ownClassPaths, jvmOptions, own, links);
    }

    /** Returns these options without relays, as on a system that lets nobody listen on more than one loopback address. */
    public ForkedOptions withoutRelays() {
        return new ForkedOptions(classPath, ownClassPaths, jvmOptions, ownJvmOptions, Connection.DIRECT);
    }

    /** Returns whether links between servers can be cut and delayed. */
    public boolean haveLinks() {
        return links == Connection.RELAYED;
    }

    /** Returns whether all servers are of the version that our hooks fit. */
    public boolean haveHooks() {
        return hasHooks(commonClassPath()) && ownClassPaths.values().stream().allMatch(ForkedOptions::hasHooks);
    }

    boolean hasHooks(ServerId id) {
        return hasHooks(classPath(id));
    }

    private static boolean hasHooks(List<Path> path) {
        return path.stream().anyMatch(jar -> name(jar).matches("zookeeper-3\\.9\\..*"));
    }

    List<String> jvmOptions(ServerId id) {
        return Stream.concat(jvmOptions.stream(), ownJvmOptions.getOrDefault(id, List.of()).stream())
                .toList();
    }

    List<Path> classPath(ServerId id) {
        return ownClassPaths.getOrDefault(id, commonClassPath());
    }

    List<Path> commonClassPath() {
        return classPath.isEmpty() ? ofThisJvm() : classPath;
    }

    /** Whether a server is started with anything that others are not. */
    boolean hasOwn(ServerId id) {
        return ownClassPaths.containsKey(id) || ownJvmOptions.containsKey(id);
    }

    /**
     * ZooKeeper's own jars among those that this JVM was started with, or all of them where there is none by that name:
     * each jar more costs a server's start some milliseconds. Directories are what is being built and tested here.
     */
    private static List<Path> ofThisJvm() {
        var all = new LinkedHashSet<Path>();
        for (var property : List.of("java.class.path", "jdk.module.path")) {
            var value = System.getProperty(property, "");
            for (var entry : value.split(File.pathSeparator, -1)) {
                if (entry.endsWith(".jar")) {
                    all.add(Path.of(entry).toAbsolutePath());
                }
            }
        }
        var needed = all.stream().filter(ForkedOptions::isNeeded).toList();
        return needed.stream().anyMatch(jar -> name(jar).startsWith("zookeeper-")) ? needed : List.copyOf(all);
    }

    private static boolean isNeeded(Path jar) {
        return NEEDED.matcher(name(jar)).matches();
    }

    private static String name(Path jar) {
        return jar.getFileName().toString();
    }

    private static List<Path> checked(List<Path> path) {
        if (path.isEmpty()) {
            throw new IllegalArgumentException("a class path names at least one jar or directory");
        }
        for (var entry : path) {
            if (!Files.exists(entry)) {
                throw new EnsembleException("Cannot run ZooKeeper from " + entry + ": there is no such file.");
            }
        }
        return path.stream().map(Path::toAbsolutePath).toList();
    }

    private static List<String> plus(List<String> options, String option) {
        var more = new ArrayList<>(options);
        more.add(option);
        return more;
    }
}
