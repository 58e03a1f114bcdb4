package io.ensembler.model;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What is known of a server beside whether it serves: its software, its machine, its settings, its files. Of whatever
 * nobody reports the fact is unknown. Immutable.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ServerDetails {

    private static final ServerDetails NONE = new ServerDetails(Map.of());
    private static final Fact<?> UNREPORTED = Fact.unknown("nobody reports it yet");

    private final Map<ServerDetail<?>, Fact<?>> facts;

    private ServerDetails(Map<ServerDetail<?>, Fact<?>> facts) {
        this.facts = facts;
    }

    /** Returns the details of which none is known. */
    public static ServerDetails none() {
        return NONE;
    }

    /** Returns these details with another fact. */
    public <T> ServerDetails with(ServerDetail<T> detail, Fact<T> fact) {
        var more = new LinkedHashMap<>(facts);
        more.put(Objects.requireNonNull(detail, "detail"), Objects.requireNonNull(fact, "fact"));
        return new ServerDetails(more);
    }

    /** Returns these details and, of what is not known here, what is known or said in {@code others}. */
    public ServerDetails or(ServerDetails others) {
        var more = new LinkedHashMap<>(facts);
        others.facts.forEach((detail, fact) -> {
            if (fact(detail).value().isEmpty() && (fact.value().isPresent() || !facts.containsKey(detail))) {
                more.put(detail, fact);
            }
        });
        return new ServerDetails(more);
    }

    /** Returns a fact, unknown where nobody reported it. */
    @SuppressWarnings("unchecked") // only with() puts facts in, under a detail of their own type
    public <T> Fact<T> fact(ServerDetail<T> detail) {
        return (Fact<T>) facts.getOrDefault(detail, UNREPORTED);
    }

    /** Returns what is known, or empty. */
    public <T> Optional<T> value(ServerDetail<T> detail) {
        return fact(detail).value();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ServerDetails details && facts.equals(details.facts);
    }

    @Override
    public int hashCode() {
        return facts.hashCode();
    }

    /** Returns what is known, such as {@code version 3.9.5, free disk 12 GB}; empty if nothing is. */
    @Override
    public String toString() {
        return ServerDetail.all().stream()
                .filter(detail -> value(detail).isPresent())
                .map(detail -> detail + " " + text(value(detail).orElseThrow()))
                .collect(Collectors.joining(", "));
    }

    /** In the largest unit that leaves nothing over, from milliseconds to seconds; less than one is rounded up. */
    private static String text(Object known) {
        if (known instanceof Duration time) {
            long millis = time.plusNanos(999_999).toMillis();
            return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
        }
        return known.toString();
    }
}
