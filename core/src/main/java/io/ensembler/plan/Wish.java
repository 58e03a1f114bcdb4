package io.ensembler.plan;

import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.util.List;
import java.util.Optional;

/** One thing that a request asks for. */
sealed interface Wish {

    record Add(Server server) implements Wish {}

    record Remove(ServerId id) implements Wish {}

    /** Remove a server, set its data aside and add it again, with another line if one is given. */
    record Rebuild(ServerId id, Optional<Server> line) implements Wish {}

    record ChangeRole(ServerId id, ServerRole role) implements Wish {}

    record ChangeEndpoints(ServerId id, Endpoints endpoints) implements Wish {}

    record ChangeRule(QuorumRule rule) implements Wish {}

    record Resize(int participants) implements Wish {}

    /** Servers that may come in to reach a size. */
    record Offer(Server server) implements Wish {}

    record Reach(Ensemble target) implements Wish {}

    record Migrate(List<Server> servers) implements Wish {}

    record RemoveDead() implements Wish {}

    /** A server that may come in for a time. */
    record Helper(Server server) implements Wish {}

    record Domain(ServerId id, String name) implements Wish {}

    record Consent(int tolerance) implements Wish {}

    record At(Pace pace) implements Wish {}

    record BackUp(Step.Contents contents) implements Wish {}
}
