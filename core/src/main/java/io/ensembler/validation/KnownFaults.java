package io.ensembler.validation;

import io.ensembler.model.ServerVersion;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.stream.Stream;

/** Faults of server versions that a change of the ensemble can meet. */
final class KnownFaults {

    /** What a fault leads to, the gravest first. */
    private enum Effect {
        SYNC("data lost or different after a server has caught up"),
        REJOIN("restarted servers that cannot come back"),
        FLAG("membership that spreads although reconfiguration is off"),
        NAMES("listeners that fail or stay at an old address when names do"),
        CLIENT_PORT("client ports lost when they are bound anew"),
        LISTENER("election threads left behind"),
        OBSERVERS("observers with small ids that cannot attach over SASL");

        private final String text;

        Effect(String text) {
            this.text = text;
        }
    }

    private static final List<Fault> ALL = List.of(
            fault(3911, Effect.SYNC, "3.5.9", "3.6.3"),
            fault(3642, Effect.SYNC, "3.5.10", "3.6.3"),
            fault(4785, Effect.SYNC, "3.8.5", "3.9.2"),
            fault(4394, Effect.SYNC, "3.9.3"),
            fault(4925, Effect.SYNC, "3.9.4"),
            fault(2164, Effect.REJOIN, "3.5.8", "3.6.1"),
            fault(3756, Effect.REJOIN, "3.5.8", "3.6.1"),
            fault(3829, Effect.FLAG, "3.5.9", "3.6.2", "3.7.0"),
            fault(3320, Effect.NAMES, "3.5.6"),
            fault(3991, Effect.NAMES, "3.6.3", "3.7.0"),
            fault(4728, Effect.NAMES, "3.8.4", "3.9.2"),
            fault(3540, Effect.CLIENT_PORT, "3.6.0"),
            fault(2847, Effect.CLIENT_PORT, "3.6.0"),
            fault(4309, Effect.LISTENER, "3.7.1", "3.8.0"),
            fault(4886, Effect.OBSERVERS, "3.8.5", "3.9.4"));

    private KnownFaults() {}

    /** Returns what is wrong with a version, an effect each with the keys of its faults. */
    static List<String> in(ServerVersion version) {
        var keys = new EnumMap<Effect, List<String>>(Effect.class);
        for (var fault : ALL) {
            if (fault.isIn(version)) {
                keys.computeIfAbsent(fault.effect(), effect -> new ArrayList<>())
                        .add("ZOOKEEPER-" + fault.number());
            }
        }
        return keys.entrySet().stream()
                .map(entry -> entry.getKey().text + " (" + String.join(", ", entry.getValue()) + ")")
                .toList();
    }

    private static Fault fault(int number, Effect effect, String... mended) {
        return new Fault(
                number, effect, Stream.of(mended).map(ServerVersion::parse).toList());
    }

    /** A fault with the first release of each line that has it no more, in order. */
    private record Fault(int number, Effect effect, List<ServerVersion> mended) {

        /** A line begun after the last release that mended it never had it. */
        boolean isIn(ServerVersion version) {
            boolean mendedInItsLine = mended.stream()
                    .anyMatch(release -> release.major() == version.major()
                            && release.minor() == version.minor()
                            && !version.isBefore(release));
            return !mendedInItsLine && version.isBefore(mended.get(mended.size() - 1));
        }
    }
}
