package io.ensembler.model;

import java.util.Collections;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apiguardian.api.API;

/**
 * Who can connect to which port of whom, as far as somebody tried. Immutable.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Reachability {

    private static final Reachability NOTHING = new Reachability(new TreeMap<>());

    private final SortedMap<Call, Fact<Outcome>> calls;

    private Reachability(SortedMap<Call, Fact<Outcome>> calls) {
        this.calls = Collections.unmodifiableSortedMap(calls);
    }

    /** Returns that nobody tried anything. */
    public static Reachability untried() {
        return NOTHING;
    }

    /** Returns what came of these calls. */
    public static Reachability of(Map<Call, Fact<Outcome>> calls) {
        return new Reachability(new TreeMap<>(calls));
    }

    /** Returns this with what came of one call more. */
    public Reachability with(Call call, Fact<Outcome> outcome) {
        var more = new TreeMap<>(calls);
        more.put(call, outcome);
        return new Reachability(more);
    }

    /** Returns what came of each call that somebody tried or could not try, in order. */
    public SortedMap<Call, Fact<Outcome>> calls() {
        return calls;
    }

    /** Returns what came of a call, unknown where nobody tried. */
    public Fact<Outcome> outcome(Call call) {
        return calls.getOrDefault(call, Fact.unknown("nobody tried"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Reachability reachability && calls.equals(reachability.calls);
    }

    @Override
    public int hashCode() {
        return calls.hashCode();
    }

    /** Returns the calls that did not get through, one line each. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        calls.forEach((call, outcome) -> {
            if (outcome.value().filter(found -> found != Outcome.REACHED).isPresent()) {
                text.append(call).append(": ").append(outcome).append('\n');
            }
        });
        return text.toString();
    }

    /** Which of a server's ports. */
    public enum Port {
        /** The port on which it leads. A server that does not lead refuses there, as it should. */
        QUORUM,
        /** The port on which it elects. */
        ELECTION,
        /** The port for clients. */
        CLIENT;

        /** Returns the words for a person to read, such as {@code election port}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT) + " port";
        }
    }

    /** What came of a call. */
    public enum Outcome {
        /** Something accepted the connection. */
        REACHED,
        /** The host refused: nothing listens there. */
        REFUSED,
        /** No answer came within the time given: the host is down, or something between drops it. */
        TIMED_OUT;

        /** Returns the words for a person to read, such as {@code timed out}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * One connection from one place to one port. Immutable; ordered by where from, to whom and to which port.
     *
     * @param from the server that calls, empty if this process does
     * @param to the server that is called
     * @param port the port that is called
     */
    public record Call(Optional<ServerId> from, ServerId to, Port port) implements Comparable<Call> {

        private static final Comparator<Call> ORDER = Comparator.comparing(
                        (Call call) -> call.from().isPresent())
                .thenComparing(call -> call.from().orElse(call.to()))
                .thenComparing(Call::to)
                .thenComparing(Call::port);

        /** Refuses null. */
        public Call {
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(to, "to");
            Objects.requireNonNull(port, "port");
        }

        /** Returns the call of one server by another. */
        public static Call between(ServerId from, ServerId to, Port port) {
            return new Call(Optional.of(from), to, port);
        }

        /** Returns the call of a server by this process. */
        public static Call fromUs(ServerId to, Port port) {
            return new Call(Optional.empty(), to, port);
        }

        @Override
        public int compareTo(Call other) {
            return ORDER.compare(this, other);
        }

        /** Returns it as a phrase: {@code from server 1 to the election port of server 4}. */
        @Override
        public String toString() {
            return "from " + from.map(id -> "server " + id).orElse("here") + " to the " + port + " of server " + to;
        }
    }
}
