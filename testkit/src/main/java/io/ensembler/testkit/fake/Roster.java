package io.ensembler.testkit.fake;

import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * Gives each server of a simulation a number below 64, so that a set of servers is a number whose bits say who is in
 * it.
 */
final class Roster {

    static final int MOST = 64;

    private final TreeMap<ServerId, Integer> numbers = new TreeMap<>();
    private final List<SimulatedServer> servers = new ArrayList<>();
    private final List<SimulatedServer> all = Collections.unmodifiableList(servers);
    private final int[] ofSmallIds = new int[ServerId.HIGHEST + 1];

    /** The server of this number. */
    SimulatedServer at(int index) {
        return servers.get(index);
    }

    int index(ServerId id) {
        int known = id.isAssignable() ? ofSmallIds[(int) id.value()] - 1 : numbers.getOrDefault(id, -1);
        if (known < 0) {
            throw new IllegalStateException("server " + id + " has not been heard of");
        }
        return known;
    }

    long bit(ServerId id) {
        return 1L << index(id);
    }

    boolean contains(ServerId id) {
        return numbers.containsKey(id);
    }

    SimulatedServer get(ServerId id) {
        return servers.get(index(id));
    }

    /** Enters a server under the next number. */
    SimulatedServer enter(ServerId id, IntFunction<SimulatedServer> make) {
        int index = servers.size();
        if (index == MOST) {
            throw new IllegalStateException("a simulation has at most " + MOST + " servers");
        }
        numbers.put(id, index);
        if (id.isAssignable()) {
            ofSmallIds[(int) id.value()] = index + 1;
        }
        var server = make.apply(index);
        servers.add(server);
        return server;
    }

    List<SimulatedServer> all() {
        return all;
    }

    int size() {
        return servers.size();
    }

    /** The ids in a set, in order. */
    List<ServerId> ids(long set) {
        var ids = new ArrayList<ServerId>();
        for (var entry : numbers.entrySet()) {
            if ((set >>> entry.getValue() & 1) != 0) {
                ids.add(entry.getKey());
            }
        }
        return ids;
    }
}
