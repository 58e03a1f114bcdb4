package io.ensembler.plan;

import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.apiguardian.api.API;

/**
 * What somebody wants to become of an ensemble. It starts empty and every verb returns another request. Immutable;
 * nothing is checked before it is planned.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ScalingRequest {

    private static final ScalingRequest NOTHING = new ScalingRequest(List.of(), List.of(), "");

    private final List<Server> additions;
    private final List<ServerId> removals;
    private final String reason;

    private ScalingRequest(List<Server> additions, List<ServerId> removals, String reason) {
        this.additions = List.copyOf(additions);
        this.removals = List.copyOf(removals);
        this.reason = reason;
    }

    /** Returns the request that asks for nothing. */
    public static ScalingRequest change() {
        return NOTHING;
    }

    /** Returns this request with servers to add, each in the role it is to have. */
    public ScalingRequest add(Server... servers) {
        return add(List.of(servers));
    }

    /** Returns this request with servers to add, each in the role it is to have. */
    public ScalingRequest add(Collection<Server> servers) {
        var more = new ArrayList<>(additions);
        more.addAll(servers);
        return new ScalingRequest(more, removals, reason);
    }

    /** Returns this request with servers to remove. */
    public ScalingRequest remove(ServerId... ids) {
        return remove(List.of(ids));
    }

    /** Returns this request with servers to remove. */
    public ScalingRequest remove(Collection<ServerId> ids) {
        var more = new TreeSet<>(removals);
        more.addAll(ids);
        return new ScalingRequest(additions, List.copyOf(more), reason);
    }

    /** Returns this request with the reason that plan and report carry; it replaces one given before. */
    public ScalingRequest because(String newReason) {
        return new ScalingRequest(additions, removals, newReason);
    }

    /** Returns the servers to add, in the order given. */
    public List<Server> additions() {
        return additions;
    }

    /** Returns the servers to remove, in the order of their ids. */
    public List<ServerId> removals() {
        return removals;
    }

    /** Returns why, empty if nobody said. */
    public String reason() {
        return reason;
    }

    /** Returns the request as a phrase, such as {@code add 4,5, remove 2}. */
    @Override
    public String toString() {
        var parts = new ArrayList<String>();
        if (!additions.isEmpty()) {
            parts.add("add " + Text.ids(additions.stream().map(Server::id).toList()));
        }
        if (!removals.isEmpty()) {
            parts.add("remove " + Text.ids(removals));
        }
        return parts.isEmpty() ? "nothing" : String.join(", ", parts);
    }
}
