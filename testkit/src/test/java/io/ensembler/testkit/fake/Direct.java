package io.ensembler.testkit.fake;

import io.ensembler.model.Ensemble;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.time.Duration;
import java.util.List;

/** What anybody may ask of a simulated ensemble whom no driver keeps from it. */
final class Direct {

    static final Duration WHILE = Duration.ofSeconds(2);
    static final Duration TIME = Duration.ofSeconds(30);

    private Direct() {}

    /** Sends a reconfiguration, without a condition, by way of a server. */
    static Request reconfigure(SimulatedEnsemble ensemble, ServerId by, Ensemble target) {
        var before = ensemble.committed().ensemble();
        return send(ensemble, by, Reconfiguration.between(before, target, Reconfiguration.UNCONDITIONAL));
    }

    /** Sends a whole configuration, without a condition, by way of a server. */
    static Request reconfigureInBulk(SimulatedEnsemble ensemble, ServerId by, Ensemble target) {
        return send(
                ensemble, by, new Reconfiguration(target, true, List.of(), List.of(), Reconfiguration.UNCONDITIONAL));
    }

    static Request send(SimulatedEnsemble ensemble, ServerId by, Reconfiguration reconfiguration) {
        var request = Request.toReconfigure(0, reconfiguration);
        var server = ensemble.simulated(by);
        server.later(0, () -> server.submit(request));
        return request;
    }

    /** The answer to a request, or what stands in its place once the time is over. */
    static Reply await(SimulatedEnsemble ensemble, Request request) {
        ensemble.awaitFor(WHILE, request::isAnswered);
        return request.reply();
    }

    /** Lets a new server attach and returns once it serves. */
    static Server join(SimulatedEnsemble ensemble) {
        var joiner = ensemble.newServers(1).get(0);
        ensemble.join(joiner);
        if (!ensemble.awaitFor(TIME, () -> ensemble.isServing(joiner.id()))) {
            throw new AssertionError("server " + joiner.id() + " does not attach: " + ensemble);
        }
        return joiner;
    }

    static ServerId id(long value) {
        return ServerId.of(value);
    }
}
