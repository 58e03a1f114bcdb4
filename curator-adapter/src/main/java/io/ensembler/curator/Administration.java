package io.ensembler.curator;

import io.ensembler.model.Server;
import io.ensembler.probe.AdminProbe;
import io.ensembler.probe.AdminProbe.Command;
import io.ensembler.probe.AdminReply;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where servers take commands over HTTP, as far as somebody said so. Thread-safe. */
final class Administration {

    private final Function<Server, Optional<URI>> places;
    private final @Nullable AdminProbe probe;

    private Administration(Function<Server, Optional<URI>> places, @Nullable AdminProbe probe) {
        this.places = places;
        this.probe = probe;
    }

    /** Nobody is asked. */
    static Administration none() {
        return new Administration(server -> Optional.empty(), null);
    }

    /** Each server is asked where this function says, if it says so. */
    static Administration at(Function<Server, Optional<URI>> places) {
        return new Administration(places, new AdminProbe(ServerProbe.LONGEST));
    }

    /** Returns where a server takes commands, empty if nobody said. */
    Optional<URI> place(Server server) {
        return places.apply(server);
    }

    /** Asks a server and returns at once; each answer is there after {@code timeout} at the latest. */
    Map<Command, CompletableFuture<AdminReply>> ask(Server server, Collection<Command> commands, Duration timeout) {
        var replies = new EnumMap<Command, CompletableFuture<AdminReply>>(Command.class);
        if (probe != null) {
            places.apply(server)
                    .ifPresent(place ->
                            commands.forEach(command -> replies.put(command, probe.ask(place, command, timeout))));
        }
        return replies;
    }
}
