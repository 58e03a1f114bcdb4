package io.ensembler.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationTextException;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.model.Ensemble;
import io.ensembler.model.EnsembleIdentity;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How ensembles and their servers stand in a document. */
final class EnsembleJson {

    private EnsembleJson() {}

    static void write(JsonGenerator json, Ensemble ensemble) throws IOException {
        json.writeStartObject();
        writeFields(json, ensemble);
        json.writeEndObject();
    }

    /** The ensemble with its version in one object. */
    static void write(JsonGenerator json, Configuration configuration) throws IOException {
        json.writeStartObject();
        json.writeStringField("version", configuration.version().toString());
        writeFields(json, configuration.ensemble());
        json.writeEndObject();
    }

    private static void writeFields(JsonGenerator json, Ensemble ensemble) throws IOException {
        writeServers(json, "servers", ensemble.servers());
        var rule = ensemble.quorumRule();
        if (!rule.isMajority()) {
            json.writeObjectFieldStart("groups");
            for (var group : rule.groups().entrySet()) {
                writeIds(json, group.getKey().toString(), group.getValue());
            }
            json.writeEndObject();
            json.writeObjectFieldStart("weights");
            for (var weight : rule.weights().entrySet()) {
                json.writeNumberField(weight.getKey().toString(), weight.getValue());
            }
            json.writeEndObject();
        }
    }

    static void writeServers(JsonGenerator json, String field, List<Server> servers) throws IOException {
        writeArray(json, field, servers, server -> json.writeString(server.toString()));
    }

    /** On one line, since ids are short and may be many. */
    static void writeIds(JsonGenerator json, String field, Collection<ServerId> ids) throws IOException {
        json.writeFieldName(field);
        json.writeRawValue(ids.stream().map(ServerId::toString).collect(Collectors.joining(", ", "[", "]")));
    }

    static void writeText(JsonGenerator json, String field, Optional<String> text) throws IOException {
        if (text.isPresent()) {
            json.writeStringField(field, text.get());
        } else {
            json.writeNullField(field);
        }
    }

    static void writeId(JsonGenerator json, String field, Optional<ServerId> id) throws IOException {
        json.writeFieldName(field);
        if (id.isPresent()) {
            json.writeNumber(id.get().value());
        } else {
            json.writeNull();
        }
    }

    static <T> void writeArray(JsonGenerator json, String field, List<T> items, Writing<T> writing) throws IOException {
        json.writeArrayFieldStart(field);
        for (var item : items) {
            writing.write(item);
        }
        json.writeEndArray();
    }

    /** Writes one item of many. */
    interface Writing<T> {
        void write(T item) throws IOException;
    }

    static Ensemble read(Place place) {
        var servers = place.field("servers").items(EnsembleJson::server);
        var groups = place.optional("groups");
        var weights = place.optional("weights");
        if (groups.isEmpty() && weights.isPresent()) {
            throw place.refused("has weights and no groups", "Give both, or none of them");
        }
        var rule =
                groups.map(there -> hierarchical(there, place.field("weights"))).orElse(QuorumRule.majority());
        return place.made(
                () -> Ensemble.of(servers, rule), "List each server once, and each participant in one group or none");
    }

    static Configuration configuration(Place place) {
        return new Configuration(read(place), version(place.field("version")));
    }

    static ConfigurationVersion version(Place place) {
        var text = place.text();
        try {
            return ConfigurationVersion.of(Long.parseUnsignedLong(text, 16));
        } catch (NumberFormatException e) {
            throw place.refused("is " + Quoted.of(text), "Give it in hexadecimal without prefix, such as 100000000");
        }
    }

    private static QuorumRule hierarchical(Place groups, Place weights) {
        var servers = new TreeMap<Long, SortedSet<ServerId>>();
        groups.entries().forEach(group -> servers.put(number(group), ids(group.getValue())));
        var numbers = new TreeMap<ServerId, Long>();
        weights.entries()
                .forEach(weight -> numbers.put(
                        ServerId.of(number(weight)), weight.getValue().whole()));
        return groups.made(
                () -> QuorumRule.hierarchical(servers, numbers),
                "Name every server in one group, with a weight of 0 or more");
    }

    private static long number(Map.Entry<String, Place> entry) {
        try {
            long number = Long.parseLong(entry.getKey());
            if (Long.toString(number).equals(entry.getKey())) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, together with numbers in a form that could stand twice.
        }
        throw entry.getValue().refused("is named by no whole number", "Name it by the number of the group or server");
    }

    static Server server(Place place) {
        var line = place.text();
        try {
            return Server.parse(line);
        } catch (ConfigurationTextException e) {
            var problem = e.problems().get(0);
            throw place.refused("is " + Quoted.of(line) + ": " + problem.reason(), problem.remedy());
        }
    }

    static ServerId id(Place place) {
        return ServerId.of(place.whole());
    }

    static EnsembleIdentity identity(Place place) {
        return place.made(() -> new EnsembleIdentity(place.text()), "Give it as the ensemble tells it");
    }

    static Optional<ServerId> optionalId(Place place) {
        return place.isNull() ? Optional.empty() : Optional.of(id(place));
    }

    static SortedSet<ServerId> ids(Place place) {
        var ids = new TreeSet<ServerId>();
        place.items(item -> {
            if (!ids.add(id(item))) {
                throw item.refused("names server " + item.whole() + " again", "Name every server once");
            }
            return item;
        });
        return ids;
    }
}
