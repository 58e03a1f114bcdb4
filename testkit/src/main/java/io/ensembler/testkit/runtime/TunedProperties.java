package io.ensembler.testkit.runtime;

import java.util.Map;
import java.util.TreeMap;
import org.apiguardian.api.API;

/** System properties of a server's JVM that make it fast rather than lasting, and let every four-letter word through. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class TunedProperties {

    /**
     * The log keeps being extended by 64 MB at a time, which takes no room until it is written: where transactions that are
     * written together are longer than that, ZooKeeper destroys one of them, and the server cannot read its log again.
     */
    private static final Map<String, String> ALL = Map.of(
            "zookeeper.forceSync", "no",
            "zookeeper.fastleader.minNotificationInterval", "20",
            "zookeeper.fastleader.maxNotificationInterval", "1000",
            "zookeeper.leaderConnectDelayDuringRetryMs", "10",
            "zookeeper.admin.enableServer", "false",
            "zookeeper.4lw.commands.whitelist", "*");

    private TunedProperties() {}

    /** Returns them by name: no flush to disk, short waits between the messages of an election. */
    public static Map<String, String> all() {
        return new TreeMap<>(ALL);
    }
}
