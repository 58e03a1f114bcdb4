package io.ensembler.probe;

import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.ConfigurationTextException;
import io.ensembler.model.Fact.Source;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerDetails;
import io.ensembler.model.ServerId;
import java.time.Instant;
import org.apiguardian.api.API;

/**
 * What a server answers to {@code conf}. Immutable.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public sealed interface ConfReply {

    /**
     * It names what it has in force.
     *
     * @param id its id
     * @param inForce the configuration it acts on
     */
    record InForce(ServerId id, Configuration inForce) implements ConfReply {}

    /** It runs and serves nobody: it looks for a leader, or is still catching up. */
    record NotServing() implements ConfReply {}

    /**
     * It said something else, for instance that the word is not allowed.
     *
     * @param reason what, as the end of a sentence
     */
    record Unreadable(String reason) implements ConfReply {}

    /** Reads an answer; never fails. */
    static ConfReply parse(String text) {
        if (Replies.isNotServing(text)) {
            return new NotServing();
        }
        int membership = text.indexOf("membership:");
        var id = Replies.field(text, "serverId=");
        if (membership < 0 || id.isEmpty()) {
            return new Unreadable("it answers conf with: " + Replies.shortened(text));
        }
        try {
            return new InForce(
                    ServerId.of(Long.parseLong(id.get())),
                    ConfigurationText.parse(text.substring(membership + "membership:".length())));
        } catch (NumberFormatException | ConfigurationTextException e) {
            return new Unreadable("what it answers to conf cannot be read: " + e.getMessage());
        }
    }

    /** Returns which settings an answer to {@code conf} tells, none if it does not; never fails. */
    static ServerDetails details(String text, Instant at) {
        var figures = new Figures(Source.CONF, at);
        var tick = Replies.field(text, "tickTime=");
        if (tick.isPresent()) {
            figures.put(ServerDetail.INIT_LIMIT, Replies.field(text, "initLimit="), ticks -> Figures.millis(tick.get())
                    .multipliedBy(Figures.whole(ticks)));
        }
        return figures.details();
    }
}
