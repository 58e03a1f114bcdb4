package io.ensembler.probe;

import io.ensembler.model.Fact.Source;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerDetails;
import io.ensembler.model.ServerMode;
import io.ensembler.model.ServerVersion;
import io.ensembler.model.Zxid;
import java.time.Instant;
import org.apiguardian.api.API;

/**
 * What a server answers to {@code srvr}. Immutable.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public sealed interface SrvrReply {

    /**
     * It serves.
     *
     * @param mode what it does
     * @param zxid the last transaction it has processed
     * @param connections how many clients it serves
     */
    record Serving(ServerMode mode, Zxid zxid, int connections) implements SrvrReply {}

    /** It runs and serves nobody: it looks for a leader, or is still catching up. */
    record NotServing() implements SrvrReply {}

    /**
     * It said something else.
     *
     * @param reason what, as the end of a sentence
     */
    record Unreadable(String reason) implements SrvrReply {}

    /** Reads an answer; never fails. */
    static SrvrReply parse(String text) {
        if (Replies.isNotServing(text)) {
            return new NotServing();
        }
        try {
            var mode = Replies.field(text, "Mode:").flatMap(Replies::mode);
            var zxid = Replies.field(text, "Zxid:")
                    .map(value -> Zxid.of(Long.parseUnsignedLong(value.replaceFirst("^0x", ""), 16)));
            var connections = Replies.field(text, "Connections:").map(Integer::valueOf);
            if (mode.isPresent() && zxid.isPresent() && connections.isPresent()) {
                return new Serving(mode.get(), zxid.get(), connections.get());
            }
        } catch (NumberFormatException e) {
            return new Unreadable("it answers srvr with a number that cannot be read: " + e.getMessage());
        }
        return new Unreadable("it answers srvr with: " + Replies.shortened(text));
    }

    /** Returns what else an answer to {@code srvr} tells, nothing if it does not; never fails. */
    static ServerDetails details(String text, Instant at) {
        var figures = new Figures(Source.SRVR, at);
        figures.put(ServerDetail.VERSION, Replies.field(text, "Zookeeper version:"), ServerVersion::parse);
        figures.put(ServerDetail.ZNODES, Replies.field(text, "Node count:"), Figures::whole);
        var latency = Replies.field(text, "Latency min/avg/max:")
                .map(value -> value.split("/", -1))
                .filter(parts -> parts.length == 3);
        figures.addLoad(
                Replies.field(text, "Outstanding:"),
                latency.map(parts -> parts[1].trim()),
                latency.map(parts -> parts[2].trim()));
        return figures.details();
    }
}
