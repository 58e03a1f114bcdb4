package io.ensembler.testkit;

import io.ensembler.model.QuorumRule;
import io.ensembler.model.ServerId;
import java.util.Map;
import java.util.TreeMap;

/**
 * What ensemble was asked for. Immutable.
 *
 * @param relayClients whether a relay stands at each client address that is listed
 * @param settings the lines of {@code zoo.cfg} that all servers have in common
 * @param ownSettings lines of single servers, over the common ones
 */
record Blueprint(
        int participants,
        int observers,
        QuorumRule quorumRule,
        boolean grantReconfiguration,
        boolean relayClients,
        ServerRuntime runtime,
        Map<String, String> settings,
        Map<ServerId, Map<String, String>> ownSettings) {

    static final String STANDALONE = "standaloneEnabled";
    static final String RECONFIGURATION = "reconfigEnabled";

    Blueprint {
        settings = Map.copyOf(settings);
        ownSettings = Map.copyOf(ownSettings);
    }

    /** Returns the lines of one server. */
    Map<String, String> settings(ServerId id) {
        var all = new TreeMap<>(settings);
        all.putAll(ownSettings.getOrDefault(id, Map.of()));
        return all;
    }

    /** Returns whether its only server is no ensemble. */
    boolean isStandalone() {
        return participants == 1 && isOn(settings, STANDALONE);
    }

    /** Returns whether a server takes up new configurations. */
    boolean reconfigures(ServerId id) {
        return isOn(settings(id), RECONFIGURATION);
    }

    /** Returns whether servers can join and be added, by the flags that they have in common. */
    boolean canGrow() {
        return isOn(settings, RECONFIGURATION) && !isOn(settings, STANDALONE);
    }

    /** Throws unless the runtime can give each server what was asked for. */
    void check() {
        boolean flags = ownSettings.values().stream()
                .anyMatch(own -> own.containsKey(STANDALONE) || own.containsKey(RECONFIGURATION));
        if (flags) {
            runtime.require(Verb.SET_SERVER_FLAGS);
        }
        if (relayClients) {
            runtime.require(Verb.RELAY_CLIENTS);
        }
    }

    private static boolean isOn(Map<String, String> settings, String key) {
        return Boolean.parseBoolean(settings.get(key));
    }
}
