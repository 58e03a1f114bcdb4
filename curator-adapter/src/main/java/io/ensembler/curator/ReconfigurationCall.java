package io.ensembler.curator;

import io.ensembler.model.ConfigurationText;
import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A reconfiguration in the form ZooKeeper takes: what joins and what leaves, or the whole new text.
 *
 * <p>Incremental wherever it can be said so: a bulk call makes the leader resolve its own name again, and hand over if it
 * now resolves differently. A call that changes nothing is incremental, too.
 *
 * @param joining server lines separated by commas, or null
 * @param leaving bare ids separated by commas, or null
 * @param whole the whole configuration, or null if the call is incremental
 */
record ReconfigurationCall(@Nullable String joining, @Nullable String leaving, @Nullable String whole) {

    /** The call that changes nothing. */
    static final ReconfigurationCall NOTHING = new ReconfigurationCall(null, null, null);

    /** Returns whether it carries the whole configuration. */
    boolean isBulk() {
        return whole != null;
    }

    static ReconfigurationCall from(Ensemble before, Ensemble target) {
        var joining = target.servers().stream()
                .filter(server -> !before.server(server.id()).equals(Optional.of(server)))
                .toList();
        boolean majority =
                before.quorumRule().isMajority() && target.quorumRule().isMajority();
        if (!majority
                || joining.stream()
                        .anyMatch(server -> server.endpoints().client().isEmpty())) {
            return new ReconfigurationCall(null, null, ConfigurationText.print(target));
        }
        var leaving = before.ids().stream().filter(id -> !target.contains(id)).toList();
        return new ReconfigurationCall(
                joining.isEmpty()
                        ? null
                        : joining.stream().map(Server::toString).collect(Collectors.joining(",")),
                leaving.isEmpty()
                        ? null
                        : leaving.stream().map(ServerId::toString).collect(Collectors.joining(",")),
                null);
    }
}
