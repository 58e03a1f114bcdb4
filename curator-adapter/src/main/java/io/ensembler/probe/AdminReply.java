package io.ensembler.probe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ensembler.model.Fact.Source;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerDetails;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerVersion;
import io.ensembler.model.Zxid;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What a server's administration over HTTP answers to a command. Immutable. The answers can hold what is nobody's
 * business: they are never printed.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public sealed interface AdminReply {

    /**
     * It answers.
     *
     * @param fields what it tells, by name; what stands within something else by both names, as in {@code
     *     server_stats.uptime}
     */
    record Told(Map<String, String> fields) implements AdminReply {

        /** Copies {@code fields}. */
        public Told {
            fields = Map.copyOf(fields);
        }

        private Optional<String> get(String name) {
            return Optional.ofNullable(fields.get(name));
        }

        /** Tells how many there are, not what. */
        @Override
        public String toString() {
            return "Told[" + fields.size() + " fields]";
        }
    }

    /** It runs and serves nobody: it looks for a leader, or is still catching up. */
    record NotServing() implements AdminReply {}

    /**
     * Nothing came that could be used.
     *
     * @param reason what came or happened instead, as the end of a sentence
     */
    record Unreadable(String reason) implements AdminReply {}

    /**
     * Reads an answer; never fails.
     *
     * @param status its HTTP status. Failures come as 200 with a field {@code error}, but for {@code monitor}, which
     *     fails with 500 where the server is not serving
     */
    static AdminReply parse(AdminProbe.Command command, int status, String body) {
        if (status == 500 && command == AdminProbe.Command.MONITOR) {
            return new NotServing();
        }
        var asked = command.toString();
        if (status != 200) {
            return new Unreadable("it answers " + asked + " over HTTP with status " + status);
        }
        try {
            var fields = flat(body);
            var error = fields.getOrDefault("error", "");
            if (Replies.isNotServing(error)) {
                return new NotServing();
            }
            return error.isEmpty()
                    ? new Told(fields)
                    : new Unreadable("it answers " + asked + " over HTTP with: " + Replies.shortened(error));
        } catch (IOException e) {
            return new Unreadable("what it answers to " + asked + " over HTTP is not JSON");
        }
    }

    /** Returns who says this in an answer to {@code configuration}; empty if it does not tell. */
    default Optional<ServerId> id() {
        try {
            return get("server_id").map(Long::valueOf).map(ServerId::of);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns what an answer to {@code server_stats} tells of what the server does. */
    default SrvrReply serving() {
        if (this instanceof NotServing) {
            return new SrvrReply.NotServing();
        }
        if (this instanceof Unreadable unreadable) {
            return new SrvrReply.Unreadable(unreadable.reason());
        }
        try {
            var mode = get("server_stats.server_state").flatMap(Replies::mode);
            var zxid = get("server_stats.last_processed_zxid").map(Long::valueOf);
            var connections = get("server_stats.num_alive_client_connections").map(Integer::valueOf);
            if (mode.isPresent() && zxid.isPresent() && connections.isPresent()) {
                return new SrvrReply.Serving(mode.get(), Zxid.of(zxid.get()), connections.get());
            }
        } catch (NumberFormatException e) {
            return new SrvrReply.Unreadable("it tells a number over HTTP that cannot be read: " + e.getMessage());
        }
        return new SrvrReply.Unreadable("it does not tell what it does in its answer over HTTP");
    }

    /** Returns what an answer to {@code monitor} tells of those that follow the server. */
    default MntrReply learners() {
        return MntrReply.of(this::get, this instanceof Unreadable unreadable ? unreadable.reason() : "over HTTP");
    }

    /** Returns all that an answer to this command tells, nothing if it does not; never fails. */
    default ServerDetails details(AdminProbe.Command command, Instant at) {
        var figures = new Figures(Source.ADMIN, at);
        switch (command) {
            case SERVER_STATS -> {
                figures.put(ServerDetail.VERSION, get("version"), ServerVersion::parse);
                figures.put(ServerDetail.ZNODES, get("node_count"), Figures::whole);
                figures.put(ServerDetail.UPTIME, get("server_stats.uptime"), Figures::millis);
                figures.addLoad(
                        get("server_stats.outstanding_requests"),
                        get("server_stats.avg_latency"),
                        get("server_stats.max_latency"));
            }
            case MONITOR -> figures.addMonitored(this::get);
            case ENVIRONMENT -> figures.addEnvironment(this::get);
            case CONFIGURATION -> {}
        }
        return figures.details();
    }

    private Optional<String> get(String name) {
        return this instanceof Told told ? told.get(name) : Optional.empty();
    }

    private static Map<String, String> flat(String body) throws IOException {
        var fields = new TreeMap<String, String>();
        var within = new ArrayDeque<String>();
        try (JsonParser json = new JsonFactory().createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not an object");
            }
            while (json.nextToken() != null) {
                switch (json.currentToken()) {
                    case START_OBJECT -> within.addLast(json.currentName());
                    case END_OBJECT -> within.pollLast();
                    case START_ARRAY -> json.skipChildren();
                    case FIELD_NAME, VALUE_NULL -> {}
                    default -> {
                        within.addLast(json.currentName());
                        fields.put(within.stream().collect(Collectors.joining(".")), json.getText());
                        within.removeLast();
                    }
                }
            }
        }
        return fields;
    }
}
