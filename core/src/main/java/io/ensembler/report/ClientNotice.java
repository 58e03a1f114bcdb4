package io.ensembler.report;

import io.ensembler.model.Address;
import io.ensembler.model.Ensemble;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What clients have to know of a change: where servers, observers included, serve them before and after it. A server of which
 * no client address is known is left out. Immutable.
 *
 * @param before where they were served, by the ids of the servers
 * @param after where they are served now, by the ids of the servers
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ClientNotice(List<Address> before, List<Address> after) {

    /** Copies the lists. */
    public ClientNotice {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /** Returns what clients have to know where one ensemble takes the place of another. */
    public static ClientNotice of(Ensemble before, Ensemble after) {
        return new ClientNotice(clients(before), clients(after));
    }

    private static List<Address> clients(Ensemble ensemble) {
        return ensemble.servers().stream()
                .map(server -> server.endpoints().reachableClient())
                .flatMap(Optional::stream)
                .filter(Predicate.not(Address::isWildcard))
                .distinct()
                .toList();
    }

    /** Returns the connect string for clients, such as {@code 10.0.0.1:2181,10.0.0.2:2181}, without a chroot. */
    public String connectString() {
        return text(after);
    }

    /** Returns where clients were served and the ensemble is no longer. */
    public List<Address> gone() {
        return before.stream().filter(Predicate.not(after::contains)).toList();
    }

    /** Returns where clients are served that were not before. */
    public List<Address> arrived() {
        return after.stream().filter(Predicate.not(before::contains)).toList();
    }

    /** Returns what they must do, in a sentence or two; what their connect string is to be, if it changes. */
    @Override
    public String toString() {
        if (gone().isEmpty() && arrived().isEmpty()) {
            return "clients: nothing changes for them";
        } else if (gone().isEmpty()) {
            return "clients: they find the ensemble as before. Give them the connect string " + connectString()
                    + " so that they use " + text(arrived()) + " as well.";
        } else if (gone().containsAll(before)) {
            return "clients: give each the ensemble's connect string " + connectString() + ". It is no longer at "
                    + text(gone()) + ": whoever connects there does not find it.";
        }
        return "clients: give them the ensemble's connect string " + connectString() + ". It is no longer at "
                + text(gone()) + ": whoever knows only these does not find it when it next connects.";
    }

    private static String text(List<Address> addresses) {
        return addresses.stream().map(Address::toString).collect(Collectors.joining(","));
    }
}
