package io.ensembler.scenario;

import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.DataSize;
import io.ensembler.model.DirectoryState;
import io.ensembler.model.Fact;
import io.ensembler.model.Fact.Source;
import io.ensembler.model.OwnFile;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerFacts.Presence;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerMode;
import io.ensembler.model.ServerVersion;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A line that tells a fact of one server or of every server, such as {@code server 4 free disk 1 GB}. Beside the details
 * by their names there are {@code refuses}, {@code answers}, {@code not serving}, {@code mode follower}, {@code synced yes}, {@code in force
 * 100000000} and {@code connections 57}.
 */
record FactLine(Optional<ServerId> server, String fact) {

    private static final Map<Class<?>, Function<String, ?>> READERS = Map.of(
            ServerVersion.class, ServerVersion::parse,
            DataSize.class, FactLine::dataSize,
            Boolean.class, FactLine::truth,
            Integer.class, Integer::valueOf,
            Long.class, Long::valueOf,
            Duration.class, FactLine::duration,
            DirectoryState.class, text -> named(DirectoryState.values(), text),
            OwnFile.class, text -> named(OwnFile.values(), text),
            String.class, text -> text);

    static FactLine parse(String text) {
        var every = "every server ";
        if (text.startsWith(every)) {
            return new FactLine(Optional.empty(), text.substring(every.length()));
        }
        var parts = text.split(" ", 3);
        if (!parts[0].equals("server") || parts.length < 3) {
            throw new IllegalArgumentException("not a fact of a server: " + text);
        }
        return new FactLine(Optional.of(Shorthand.id(parts[1])), parts[2]);
    }

    boolean isOf(ServerId id) {
        return server.isEmpty() || server.get().equals(id);
    }

    ServerFacts applyTo(ServerFacts facts) {
        var words = fact.split(" ", 2);
        var rest = words.length > 1 ? words[1] : "";
        return switch (words[0]) {
            case "refuses" -> Situation.unseen(facts.id(), Presence.REFUSES, "connection refused");
            case "answers" -> with(facts, Fact.unknown(rest));
            case "not" -> with(facts, Fact.notServing(Source.SRVR, Situation.AT));
            case "mode" -> with(facts, known(named(ServerMode.values(), rest)));
            case "synced" -> withSynced(facts, truth(rest));
            case "in" -> withInForce(facts, Long.parseUnsignedLong(rest.substring("force ".length()), 16));
            case "connections" -> withConnections(facts, Integer.parseInt(rest));
            default -> withDetail(facts);
        };
    }

    private static ServerFacts with(ServerFacts facts, Fact<ServerMode> mode) {
        return new ServerFacts(
                facts.id(),
                Presence.ANSWERS,
                mode,
                facts.synced(),
                facts.zxid(),
                facts.inForce(),
                facts.connections(),
                facts.details());
    }

    private static ServerFacts withSynced(ServerFacts facts, boolean synced) {
        return new ServerFacts(
                facts.id(),
                facts.presence(),
                facts.mode(),
                known(synced),
                facts.zxid(),
                facts.inForce(),
                facts.connections(),
                facts.details());
    }

    private static ServerFacts withInForce(ServerFacts facts, long version) {
        return new ServerFacts(
                facts.id(),
                facts.presence(),
                facts.mode(),
                facts.synced(),
                facts.zxid(),
                known(ConfigurationVersion.of(version)),
                facts.connections(),
                facts.details());
    }

    private static ServerFacts withConnections(ServerFacts facts, int connections) {
        return new ServerFacts(
                facts.id(),
                facts.presence(),
                facts.mode(),
                facts.synced(),
                facts.zxid(),
                facts.inForce(),
                known(connections),
                facts.details());
    }

    private ServerFacts withDetail(ServerFacts facts) {
        var detail = ServerDetail.all().stream()
                .filter(known -> fact.startsWith(known + " "))
                // "data directory" begins with "data" too.
                .max(Comparator.comparingInt(known -> known.toString().length()))
                .orElseThrow(() -> new IllegalArgumentException("no such fact: " + fact));
        return withDetail(facts, detail);
    }

    private <T> ServerFacts withDetail(ServerFacts facts, ServerDetail<T> detail) {
        var text = fact.substring(detail.toString().length() + 1);
        var reader = Optional.ofNullable(READERS.get(detail.type()))
                .orElseThrow(() -> new IllegalArgumentException("nothing reads a " + detail.type()));
        return facts.withDetails(
                facts.details().with(detail, known(detail.type().cast(reader.apply(text)))));
    }

    private static <T> Fact<T> known(T value) {
        return Fact.known(value, Source.LAUNCHER, Situation.AT);
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true", "yes" -> true;
            case "false", "no" -> false;
            default -> throw new IllegalArgumentException("neither true nor false: " + text);
        };
    }

    private static DataSize dataSize(String text) {
        var parts = text.split(" ", -1);
        long number = Long.parseLong(parts[0]);
        return switch (parts[1]) {
            case "bytes" -> DataSize.ofBytes(number);
            case "MB" -> DataSize.ofMegabytes(number);
            case "GB" -> DataSize.ofGigabytes(number);
            default -> throw new IllegalArgumentException("not a size: " + text);
        };
    }

    private static Duration duration(String text) {
        if (!text.endsWith(" s")) {
            throw new IllegalArgumentException("not a number of seconds: " + text);
        }
        return Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 2)));
    }

    private static <E extends Enum<E>> E named(E[] values, String text) {
        return Arrays.stream(values)
                .filter(value -> value.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("none of " + Arrays.toString(values) + ": " + text));
    }
}
