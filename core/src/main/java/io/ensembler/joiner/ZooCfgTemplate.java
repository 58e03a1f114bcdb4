package io.ensembler.joiner;

import io.ensembler.model.ConfigurationText;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.JoinerSeed;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * What the static files of servers say alike, and what single servers have of their own. Immutable.
 *
 * <p>A template may be the {@code zoo.cfg} of a server that runs: what each server gets from elsewhere is left out of it,
 * which is where its data is, who is listed, and under which address it serves clients.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ZooCfgTemplate {

    private final SortedMap<String, String> lines;
    private final SortedMap<ServerId, SortedMap<String, String>> overrides;

    private ZooCfgTemplate(SortedMap<String, String> lines, SortedMap<ServerId, SortedMap<String, String>> overrides) {
        this.lines = lines;
        this.overrides = overrides;
    }

    /**
     * Returns the template that this text is, as Java properties.
     *
     * @throws EnsembleException if it says what no server may be started with; the message names each
     */
    public static ZooCfgTemplate of(String text) {
        ZooCfgText file;
        try {
            file = ZooCfgText.read(text);
        } catch (IllegalArgumentException e) {
            throw new EnsembleException(
                    "Cannot use the template of zoo.cfg: it holds an escape that means nothing. Write a backslash twice"
                            + " where one is meant.",
                    e);
        }
        var refused = new ArrayList<String>();
        file.twice().forEach(key -> refused.add(key + " stands in it twice; keep the line that is meant"));
        var lines = new TreeMap<String, String>();
        file.values().forEach((key, value) -> {
            refuse(key, value, refused);
            if (!isSuppliedElsewhere(key)) {
                lines.put(key, value);
            }
        });
        if (!refused.isEmpty()) {
            throw new EnsembleException("Cannot use the template of zoo.cfg: " + String.join(". ", refused) + ".");
        }
        return new ZooCfgTemplate(lines, new TreeMap<>());
    }

    /** Returns the template of these lines. */
    public static ZooCfgTemplate of(Map<String, String> settings) {
        var template = new ZooCfgTemplate(new TreeMap<>(), new TreeMap<>());
        for (var line : new TreeMap<>(settings).entrySet()) {
            template = template.with(line.getKey(), line.getValue());
        }
        return template;
    }

    /**
     * Returns this template with another line, in place of one with this key.
     *
     * @throws EnsembleException if no server may be started with it, or each has it from elsewhere
     */
    public ZooCfgTemplate with(String key, String value) {
        checkOverride(key, value);
        var more = new TreeMap<>(lines);
        more.put(key, value);
        return new ZooCfgTemplate(more, overrides);
    }

    /**
     * Returns this template with another line for one server, in place of the one with this key that all have.
     *
     * @throws EnsembleException if no server may be started with it, or each has it from elsewhere
     */
    public ZooCfgTemplate with(ServerId id, String key, String value) {
        checkOverride(key, value);
        var more = new TreeMap<>(overrides);
        var own = new TreeMap<>(more.getOrDefault(id, new TreeMap<>()));
        own.put(key, value);
        more.put(id, own);
        return new ZooCfgTemplate(lines, more);
    }

    /** Returns the lines for a server, its own in place of those of all; ordered by key. */
    public SortedMap<String, String> settings(ServerId id) {
        var settings = new TreeMap<>(lines);
        settings.putAll(overrides.getOrDefault(id, Collections.emptySortedMap()));
        settings.keySet().removeIf(ZooCfgTemplate::isOfClients);
        return Collections.unmodifiableSortedMap(settings);
    }

    /** The client address stays only where the line has none: such a server would come back without a client port. */
    SortedMap<String, String> settings(JoinerSeed seed) {
        var settings = new TreeMap<>(settings(seed.id()));
        boolean unlisted = ConfigurationText.parse(seed.dynamicConfiguration())
                .ensemble()
                .server(seed.id())
                .filter(server -> server.endpoints().client().isEmpty())
                .isPresent();
        if (unlisted) {
            lines.forEach((key, value) -> {
                if (isOfClients(key)) {
                    settings.put(key, value);
                }
            });
        }
        return settings;
    }

    private static void checkOverride(String key, String value) {
        if (key.isBlank() || !key.equals(key.trim())) {
            throw new IllegalArgumentException("'" + ZooCfgText.shown(key) + "' is no key of a zoo.cfg");
        }
        var refused = new ArrayList<String>();
        refuse(key, value, refused);
        if (isSuppliedElsewhere(key) || isOfClients(key)) {
            refused.add(ZooCfgText.shown(key) + " is made for each server; leave it out");
        }
        if (!refused.isEmpty()) {
            throw new EnsembleException(
                    "Cannot put this into the template of zoo.cfg: " + String.join(". ", refused) + ".");
        }
    }

    private static void refuse(String key, String value, List<String> refused) {
        switch (key) {
            case ZooCfgText.RECONFIGURATION -> refuseUnless("true", key, value, refused);
            case ZooCfgText.STANDALONE -> refuseUnless("false", key, value, refused);
            case "oraclePath" ->
                refused.add("oraclePath has a file outside decide between two servers, so that no rule about quorums"
                        + " holds; leave it out and have three participants");
            default -> {}
        }
    }

    private static void refuseUnless(String needed, String key, String value, List<String> refused) {
        if (!value.trim().equalsIgnoreCase(needed)) {
            refused.add(key + " is " + ZooCfgText.shown(value) + ", and a server of an ensemble that changes needs "
                    + needed + "; leave it out");
        }
    }

    private static boolean isSuppliedElsewhere(String key) {
        return ZooCfgText.isServerLine(key)
                || switch (key) {
                    case ZooCfgText.DATA_DIRECTORY,
                            ZooCfgText.DYNAMIC_FILE,
                            ZooCfgText.RECONFIGURATION,
                            ZooCfgText.STANDALONE,
                            "peerType" -> true;
                    default -> false;
                };
    }

    private static boolean isOfClients(String key) {
        return key.equals(ZooCfgText.CLIENT_PORT) || key.equals(ZooCfgText.CLIENT_ADDRESS);
    }

    /** Returns the keys of its lines, and never a value. */
    @Override
    public String toString() {
        return "ZooCfgTemplate" + lines.keySet()
                + (overrides.isEmpty() ? "" : " with lines of their own for " + overrides.keySet());
    }
}
