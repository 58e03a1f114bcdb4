package io.ensembler.model;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * One thing about a server: known with its source and time, unknown with the reason, or not to be had because the
 * server answered that it is not serving. Immutable.
 *
 * @param <T> what is known, an immutable type
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public sealed interface Fact<T> {

    /** Returns a fact that is known. */
    static <T> Fact<T> known(T value, Source source, Instant at) {
        return new Known<>(value, source, at);
    }

    /** Returns a fact that is unknown, with the reason as the end of a sentence. */
    static <T> Fact<T> unknown(String reason) {
        return new Unknown<>(reason);
    }

    /** Returns a fact that is not to be had because the server answered that it is not serving. */
    static <T> Fact<T> notServing(Source source, Instant at) {
        return new NotServing<>(source, at);
    }

    /** Returns what is known, or empty. */
    Optional<T> value();

    /** Where a fact comes from. */
    enum Source {
        /** The four-letter word {@code srvr}. */
        SRVR,
        /** The four-letter word {@code conf}: what the server itself has in force. */
        CONF,
        /** The configuration znode, read on a session to that server alone. */
        ZNODE,
        /** A session to that server alone, on which a marker written just before was read after a sync. */
        SESSION,
        /** The four-letter word {@code mntr}. */
        MNTR,
        /** The four-letter word {@code envi}. */
        ENVI,
        /** The server's administration over HTTP. */
        ADMIN,
        /** Whoever starts servers, who sees the machine and the files. */
        LAUNCHER,
        /** A connection that was tried. */
        CONNECTION,
        /** The name service. */
        NAME_SERVICE
    }

    /**
     * A fact that is known.
     *
     * @param known what is known
     * @param source where from
     * @param at when it was true
     */
    record Known<T>(T known, Source source, Instant at) implements Fact<T> {

        /** Refuses null: what is not known is an {@link Unknown}. */
        public Known {
            Objects.requireNonNull(known, "known");
            Objects.requireNonNull(source, "source");
            Objects.requireNonNull(at, "at");
        }

        @Override
        public Optional<T> value() {
            return Optional.of(known);
        }

        @Override
        public String toString() {
            return known.toString();
        }
    }

    /**
     * A fact that nobody could tell.
     *
     * @param reason why, as the end of a sentence
     */
    record Unknown<T>(String reason) implements Fact<T> {
        @Override
        public Optional<T> value() {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return "unknown (" + reason + ")";
        }
    }

    /**
     * The server answered, and is not serving.
     *
     * @param source where it said so
     * @param at when
     */
    record NotServing<T>(Source source, Instant at) implements Fact<T> {
        @Override
        public Optional<T> value() {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return "not serving";
        }
    }
}
