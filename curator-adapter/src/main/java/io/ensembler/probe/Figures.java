package io.ensembler.probe;

import io.ensembler.model.DataSize;
import io.ensembler.model.Fact;
import io.ensembler.model.Fact.Source;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerDetails;
import io.ensembler.model.ServerVersion;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Collects details from what a server tells by name, over HTTP or in the answers to four-letter words. What it does not
 * tell is left out, and what cannot be read is unknown. Not thread-safe.
 */
final class Figures {

    private static final BigDecimal NANOS_OF_MILLI = BigDecimal.valueOf(1_000_000);
    private static final long MEGABYTE = 1 << 20;

    private final Source source;
    private final Instant at;
    private ServerDetails details = ServerDetails.none();

    Figures(Source source, Instant at) {
        this.source = source;
        this.at = at;
    }

    ServerDetails details() {
        return details;
    }

    <T> void put(ServerDetail<T> detail, T known) {
        details = details.with(detail, Fact.known(known, source, at));
    }

    <T> void put(ServerDetail<T> detail, Optional<String> told, Function<String, T> reader) {
        if (told.isPresent()) {
            try {
                put(detail, reader.apply(told.get()));
            } catch (IllegalArgumentException | ArithmeticException e) {
                details = details.with(
                        detail, Fact.unknown("what it tells cannot be read: " + Replies.shortened(told.get())));
            }
        }
    }

    /** Adds what {@code mntr} and the command {@code monitor} tell, by the names of the latter. */
    void addMonitored(Fields fields) {
        put(ServerDetail.VERSION, fields.get("version"), ServerVersion::parse);
        put(ServerDetail.PEER_STATE, fields.get("peer_state"), text -> text);
        put(ServerDetail.DATA_SIZE, fields.get("approximate_data_size"), text -> DataSize.ofBytes(whole(text)));
        put(ServerDetail.ZNODES, fields.get("znode_count"), Figures::whole);
        put(ServerDetail.UPTIME, fields.get("uptime"), Figures::millis);
        addLoad(fields.get("outstanding_requests"), fields.get("avg_latency"), fields.get("max_latency"));
    }

    /** Adds what {@code envi} and the command {@code environment} tell. */
    void addEnvironment(Fields fields) {
        put(ServerDetail.MAX_HEAP, fields.get("os.memory.max"), Figures::megabytes);
        var total = fields.get("os.memory.total");
        var free = fields.get("os.memory.free");
        if (free.isPresent()) {
            put(
                    ServerDetail.HEAP_USED,
                    total,
                    text -> DataSize.ofBytes(Math.max(
                            0, megabytes(text).bytes() - megabytes(free.get()).bytes())));
        }
    }

    /** Adds how busy it is. */
    void addLoad(Optional<String> outstanding, Optional<String> average, Optional<String> longest) {
        put(ServerDetail.OUTSTANDING_REQUESTS, outstanding, Figures::whole);
        put(ServerDetail.LATENCY, average, Figures::millis);
        put(ServerDetail.LONGEST_LATENCY, longest, Figures::millis);
    }

    /** Some of what collects figures in a server tells whole numbers with a fraction. */
    static long whole(String number) {
        return new BigDecimal(number).longValueExact();
    }

    static Duration millis(String number) {
        return Duration.ofNanos(
                new BigDecimal(number).multiply(NANOS_OF_MILLI).toBigInteger().longValueExact());
    }

    private static DataSize megabytes(String text) {
        return DataSize.ofBytes(Math.multiplyExact(whole(text.replaceFirst("MB$", "")), MEGABYTE));
    }
}
