package io.ensembler.cli;

import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.Pace;
import io.ensembler.plan.ScalingRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is to change, in as many of these as one likes. */
final class ChangeOptions {

    @Option(
            names = "--add",
            paramLabel = "LINE",
            description = "Add a server, such as 'server.4=zk4:2888:3888:participant;zk4:2181'.")
    private List<Server> additions = new ArrayList<>();

    @Option(names = "--remove", paramLabel = "ID", description = "Remove a server.")
    private List<ServerId> removals = new ArrayList<>();

    @Option(
            names = "--replace",
            paramLabel = "ID=LINE",
            description = "Put a server in the place of another, such as '3=server.6=zk6:2888:3888;2181'.")
    private Map<ServerId, Server> replacements = new LinkedHashMap<>();

    @Option(names = "--role", paramLabel = "ID=ROLE", description = "Make a server a participant or an observer.")
    private Map<ServerId, ServerRole> roles = new LinkedHashMap<>();

    @Option(
            names = "--size",
            paramLabel = "N",
            description = "Have so many participants. Who leaves is chosen; who comes is among those offered.")
    private Optional<Integer> size = Optional.empty();

    @Option(names = "--offer", paramLabel = "LINE", description = "Offer a server that may come in to reach a size.")
    private List<Server> offers = new ArrayList<>();

    @Option(
            names = "--target",
            paramLabel = "FILE",
            description = "Reach the ensemble of a dynamic configuration, such as status prints with --format dynamic.")
    private Optional<Path> target = Optional.empty();

    @Option(names = "--because", paramLabel = "TEXT", description = "Say why, for the plan and the report.")
    private Optional<String> reason = Optional.empty();

    @Option(
            names = "--consent-tolerance",
            paramLabel = "N",
            description = "Consent to a time in which only so many servers may fail.")
    private Optional<Integer> tolerance = Optional.empty();

    @Option(
            names = "--pace",
            paramLabel = "one|together",
            description = "Let those that join catch up one after another (one, the default) or together.")
    private Optional<PaceWord> pace = Optional.empty();

    /** How a pace is typed. */
    enum PaceWord {
        ONE(Pace.ONE_AFTER_ANOTHER),
        TOGETHER(Pace.TOGETHER);

        private final Pace pace;

        PaceWord(Pace pace) {
            this.pace = pace;
        }
    }

    /** Returns whether any of them was given. */
    boolean areGiven() {
        return !additions.isEmpty()
                || !removals.isEmpty()
                || !replacements.isEmpty()
                || !roles.isEmpty()
                || size.isPresent()
                || !offers.isEmpty()
                || target.isPresent()
                || reason.isPresent()
                || tolerance.isPresent()
                || pace.isPresent();
    }

    ScalingRequest request() {
        var request = ScalingRequest.change().add(additions).remove(removals).offer(offers);
        for (var replacement : replacements.entrySet()) {
            request = request.replace(replacement.getKey(), replacement.getValue());
        }
        for (var role : roles.entrySet()) {
            request = request.changeRole(role.getKey(), role.getValue());
        }
        if (size.isPresent()) {
            request = request.resizeTo(size.get());
        }
        if (target.isPresent()) {
            request = request.reach(TargetFile.read(target.get()));
        }
        if (tolerance.isPresent()) {
            request = request.consentToTolerance(tolerance.get());
        }
        if (pace.isPresent()) {
            request = request.pace(pace.get().pace);
        }
        return reason.isPresent() ? request.because(reason.get()) : request;
    }
}
