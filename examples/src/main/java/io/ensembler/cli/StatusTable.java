package io.ensembler.cli;

import io.ensembler.model.Fact;
import io.ensembler.model.Observation;
import io.ensembler.model.Server;
import io.ensembler.model.ServerDetail;
import io.ensembler.model.ServerFacts;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What stands, a line a server. */
final class StatusTable {

    private static final List<String> HEAD =
            List.of("ID", "ROLE", "MODE", "SYNCED", "BEHIND", "CLIENTS", "CONFIGURATION", "SOFTWARE", "CLIENT ADDRESS");
    private static final Set<String> FIGURES = Set.of("BEHIND", "CLIENTS");
    private static final String UNKNOWN = "?";

    private StatusTable() {}

    static String of(Observation seen) {
        var rows = new ArrayList<List<String>>();
        rows.add(HEAD);
        for (var facts : seen.servers().values()) {
            rows.add(row(facts, seen));
        }
        var text = new StringBuilder(header(seen));
        for (var row : rows) {
            text.append(line(row, rows)).append('\n');
        }
        return text.toString();
    }

    /** The same without what moves all the time, such as how many clients there are: what differs in it has changed. */
    static String withoutFigures(Observation seen) {
        var text = new StringBuilder(header(seen));
        for (var facts : seen.servers().values()) {
            var row = row(facts, seen);
            for (int column = 0; column < row.size(); column++) {
                text.append(FIGURES.contains(HEAD.get(column)) ? "" : row.get(column) + " ");
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String header(Observation seen) {
        return "ensemble " + seen.ensemble() + ", version " + seen.version() + ", leader "
                + seen.leader().map(ServerId::toString).orElse("unknown") + "\ntolerance " + seen.tolerance()
                + ", reconfiguration " + seen.access() + "\n";
    }

    private static List<String> row(ServerFacts facts, Observation seen) {
        var listed = seen.ensemble().server(facts.id());
        var details = facts.details();
        return List.of(
                facts.id().toString(),
                listed.map(server -> server.role().toString()).orElse("not listed"),
                facts.mode().value().isPresent()
                        ? String.valueOf(facts.mode())
                        : facts.presence().name().toLowerCase(Locale.ROOT),
                facts.isProvedSynced() ? "yes" : "no",
                known(details.fact(ServerDetail.LAG)),
                known(facts.connections()),
                known(facts.inForce()),
                known(details.fact(ServerDetail.VERSION)),
                listed.flatMap(StatusTable::address).orElse(UNKNOWN));
    }

    private static Optional<String> address(Server server) {
        return server.endpoints().reachableClient().map(Object::toString);
    }

    private static String known(Fact<?> fact) {
        return fact.value().map(Object::toString).orElse(UNKNOWN);
    }

    /** Each column as wide as its widest field, the last as it is. */
    private static String line(List<String> row, List<List<String>> rows) {
        var line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            int at = column;
            int width = rows.stream()
                    .mapToInt(other -> other.get(at).length())
                    .max()
                    .orElse(0);
            line.append(row.get(column));
            if (column < row.size() - 1) {
                line.append(" ".repeat(width - row.get(column).length() + 2));
            }
        }
        return line.toString();
    }
}
