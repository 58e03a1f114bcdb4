package io.ensembler.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** What of a JVM could be left behind by an ensemble: all there is at one moment. */
record Leaks(
        Set<Thread> threads,
        Set<ThreadGroup> groups,
        Map<String, String> properties,
        Set<String> files,
        Set<String> beans,
        String handler,
        Set<Long> children,
        Map<String, Integer> descriptors) {

    private static final Set<String> SYSTEM_GROUPS = Set.of("system", "InnocuousThreadGroup");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** What a JVM opens as it needs it, and keeps: classes, where random numbers come from, the file of the leases. */
    private static final Set<String> KEPT = Set.of(".jar", "/modules", "/random", "/urandom", ".lock", "/fd");

    static Leaks now() {
        return new Leaks(
                findThreads(),
                findGroups(),
                findProperties(),
                findFiles(),
                findBeans(),
                String.valueOf(Thread.getDefaultUncaughtExceptionHandler()),
                findChildren(),
                countDescriptors());
    }

    /** Returns what is there and was not then, or has changed since: one line for each. */
    List<String> since(Leaks before) {
        var left = new ArrayList<String>();
        added(threads, before.threads)
                .forEach(thread -> left.add("thread " + thread.getName() + " of " + thread.getThreadGroup()));
        added(groups, before.groups).forEach(group -> left.add("thread group " + group.getName()));
        added(files, before.files).forEach(file -> left.add("file " + file));
        added(beans, before.beans).forEach(bean -> left.add("bean " + bean));
        var names = new TreeSet<>(properties.keySet());
        names.addAll(before.properties.keySet());
        for (var name : names) {
            var then = String.valueOf(before.properties.get(name));
            var now = String.valueOf(properties.get(name));
            if (!then.equals(now)) {
                left.add("property " + name + ": " + then + " -> " + now);
            }
        }
        if (!handler.equals(before.handler)) {
            left.add("handler of uncaught exceptions: " + before.handler + " -> " + handler);
        }
        added(children, before.children).forEach(child -> left.add("process " + child));
        descriptors.forEach((kind, count) -> {
            int then = before.descriptors.getOrDefault(kind, 0);
            if (count > then) {
                left.add("open " + kind + ": " + then + " -> " + count);
            }
        });
        return left;
    }

    private static <T> Collection<T> added(Set<T> now, Set<T> before) {
        return now.stream().filter(it -> !before.contains(it)).toList();
    }

    private static Set<Thread> findThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getThreadGroup() != null
                        && !SYSTEM_GROUPS.contains(thread.getThreadGroup().getName()))
                .collect(Collectors.toSet());
    }

    private static Set<ThreadGroup> findGroups() {
        var root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        var found = new ThreadGroup[root.activeGroupCount() + 64];
        int count = root.enumerate(found, true);
        return Arrays.stream(found, 0, count).collect(Collectors.toSet());
    }

    private static Map<String, String> findProperties() {
        var all = new TreeMap<String, String>();
        System.getProperties().stringPropertyNames().forEach(name -> all.put(name, System.getProperty(name, "")));
        return all;
    }

    /** All JVMs of a user share the file of the leases, which stays. */
    private static Set<String> findFiles() {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".lock"))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> findBeans() {
        try {
            return ManagementFactory.getPlatformMBeanServer()
                    .queryNames(new ObjectName("org.apache.ZooKeeperService:*"), null)
                    .stream()
                    .map(ObjectName::toString)
                    .collect(Collectors.toSet());
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<Long> findChildren() {
        return ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }

    /** Returns how many are open of each kind, and of each file; none where the system does not tell. */
    private static Map<String, Integer> countDescriptors() {
        var counts = new TreeMap<String, Integer>();
        if (Files.isDirectory(DESCRIPTORS)) {
            try (var descriptors = Files.list(DESCRIPTORS)) {
                descriptors
                        .flatMap(descriptor -> target(descriptor).stream())
                        .filter(target -> KEPT.stream().noneMatch(target::endsWith))
                        .forEach(target -> counts.merge(target.replaceFirst(":\\[\\d+]$", "s"), 1, Integer::sum));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return counts;
    }

    private static Optional<String> target(Path descriptor) {
        try {
            return Optional.of(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException e) {
            // Closed meanwhile, as that which lists them is.
            return Optional.empty();
        }
    }
}
