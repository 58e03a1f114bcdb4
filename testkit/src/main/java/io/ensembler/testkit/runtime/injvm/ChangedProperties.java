package io.ensembler.testkit.runtime.injvm;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The system properties that were changed on our behalf, and what they were before. Thread-safe. */
final class ChangedProperties {

    private final String prefix;
    private final Map<String, Change> changes = new TreeMap<>();

    /** Creates an empty set of changes to properties whose names begin with this. */
    ChangedProperties(String prefix) {
        this.prefix = prefix;
    }

    private record Change(Optional<String> before, Optional<String> ours) {}

    /** Sets a property unless it has a value. */
    synchronized void setUnlessSet(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
            changed(name, Optional.empty());
        }
    }

    /** Returns the properties as they are. */
    Map<String, String> now() {
        return System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith(prefix))
                .collect(Collectors.toMap(name -> name, name -> System.getProperty(name, "")));
    }

    /** Takes what differs from those as changed on our behalf. */
    synchronized void changedSince(Map<String, String> before) {
        now().forEach((name, value) -> {
            var former = before.get(name);
            if (!Objects.equals(former, value)) {
                changed(name, Optional.ofNullable(former));
            }
        });
    }

    /** Gives each property its value back, unless somebody else has changed it since. */
    synchronized void restore() {
        changes.forEach((name, change) -> {
            if (change.ours().equals(Optional.ofNullable(System.getProperty(name)))) {
                change.before()
                        .ifPresentOrElse(value -> System.setProperty(name, value), () -> System.clearProperty(name));
            }
        });
        changes.clear();
    }

    /** The first value it had is the one to give back. */
    private void changed(String name, Optional<String> former) {
        var first = changes.containsKey(name) ? changes.get(name).before() : former;
        changes.put(name, new Change(first, Optional.ofNullable(System.getProperty(name))));
    }
}
