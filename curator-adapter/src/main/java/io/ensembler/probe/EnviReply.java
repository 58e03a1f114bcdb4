package io.ensembler.probe;

import io.ensembler.model.Fact.Source;
import io.ensembler.model.ServerDetails;
import java.time.Instant;
import org.apiguardian.api.API;

/**
 * What a server answers to {@code envi} of its memory. Immutable.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class EnviReply {

    private EnviReply() {}

    /** Returns what it tells of its heap, nothing if it does not; never fails. */
    public static ServerDetails details(String text, Instant at) {
        var figures = new Figures(Source.ENVI, at);
        figures.addEnvironment(name -> Replies.field(text, name + "="));
        return figures.details();
    }
}
