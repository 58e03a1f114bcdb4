package io.ensembler.probe;

import io.ensembler.model.DataCount;
import io.ensembler.model.Fact.Source;
import io.ensembler.model.ServerDetails;
import io.ensembler.model.Zxid;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What a server answers to {@code mntr} of those that follow it. Immutable.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public sealed interface MntrReply {

    /**
     * It leads.
     *
     * @param learners how many servers are attached to it, listed or not, caught up or not
     * @param observers how many of them are observers that have caught up
     * @param inOffice for how long it has been leading; empty if it does not tell
     */
    record Leading(int learners, int observers, Optional<Duration> inOffice) implements MntrReply {}

    /**
     * It does not lead, or does not tell.
     *
     * @param reason what it said instead, as the end of a sentence
     */
    record Untold(String reason) implements MntrReply {}

    /** Reads an answer; never fails. */
    static MntrReply parse(String text) {
        return of(fields(text), "it does not tell in its answer to mntr: " + Replies.shortened(text));
    }

    /**
     * Reads what a server tells by name.
     *
     * @param otherwise why it tells nothing, if it does not
     */
    static MntrReply of(Fields fields, String otherwise) {
        var learners = fields.get("learners");
        var observers = fields.get("synced_observers");
        boolean leads = fields.get("server_state").filter("leader"::equals).isPresent();
        if (!leads || learners.isEmpty() || observers.isEmpty()) {
            return new Untold(otherwise);
        }
        try {
            return new Leading(
                    Math.toIntExact(Figures.whole(learners.get())),
                    Math.toIntExact(Figures.whole(observers.get())),
                    fields.get("leader_uptime").map(Figures::millis));
        } catch (NumberFormatException | ArithmeticException e) {
            return new Untold("it tells a number that cannot be read: " + e.getMessage());
        }
    }

    private static Fields fields(String text) {
        return name -> Replies.field(text, "zk_" + name + "\t");
    }

    /** Reads how much a server holds that has applied this transaction last; empty if it does not tell. */
    static Optional<DataCount> holdings(String text, Zxid zxid) {
        var znodes = Replies.field(text, "zk_znode_count\t");
        var bytes = Replies.field(text, "zk_approximate_data_size\t");
        if (znodes.isEmpty() || bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            // Servers before 3.6 do not compare digests.
            var mismatches = Replies.field(text, "zk_digest_mismatches_count\t").orElse("0");
            return Optional.of(new DataCount(
                    zxid, Figures.whole(znodes.get()), Figures.whole(bytes.get()), Figures.whole(mismatches)));
        } catch (NumberFormatException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** Returns all that an answer to {@code mntr} tells, nothing if it does not; never fails. */
    static ServerDetails details(String text, Instant at) {
        var figures = new Figures(Source.MNTR, at);
        figures.addMonitored(fields(text));
        return figures.details();
    }
}
