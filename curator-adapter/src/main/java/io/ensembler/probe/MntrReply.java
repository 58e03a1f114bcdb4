package io.ensembler.probe;

import io.ensembler.model.DataCount;
import io.ensembler.model.Zxid;
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
     */
    record Leading(int learners, int observers) implements MntrReply {}

    /**
     * It does not lead, or does not tell.
     *
     * @param reason what it said instead, as the end of a sentence
     */
    record Untold(String reason) implements MntrReply {}

    /** Reads an answer; never fails. */
    static MntrReply parse(String text) {
        var learners = Replies.field(text, "zk_learners\t");
        var observers = Replies.field(text, "zk_synced_observers\t");
        boolean leads = Replies.field(text, "zk_server_state\t")
                .filter("leader"::equals)
                .isPresent();
        if (!leads || learners.isEmpty() || observers.isEmpty()) {
            return new Untold("it does not tell in its answer to mntr: " + Replies.shortened(text));
        }
        try {
            return new Leading(Math.toIntExact(whole(learners.get())), Math.toIntExact(whole(observers.get())));
        } catch (NumberFormatException e) {
            return new Untold("it answers mntr with a number that cannot be read: " + e.getMessage());
        }
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
            return Optional.of(new DataCount(zxid, whole(znodes.get()), whole(bytes.get()), whole(mismatches)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Some of what collects figures in a server tells whole numbers with a fraction. */
    private static long whole(String number) {
        return Long.parseLong(number.replaceFirst("\\.0+$", ""));
    }
}
