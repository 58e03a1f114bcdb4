package io.ensembler.plan;

import io.ensembler.model.Endpoints;
import io.ensembler.model.Ensemble;
import io.ensembler.model.QuorumRule;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * What somebody wants to become of an ensemble. It starts empty and every verb returns another request; verbs combine
 * into one plan. Immutable; nothing is checked before it is planned.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class ScalingRequest {

    private static final ScalingRequest NOTHING = new ScalingRequest(List.of(), "");

    private final List<Wish> wishes;
    private final String reason;

    private ScalingRequest(List<Wish> wishes, String reason) {
        this.wishes = List.copyOf(wishes);
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
        return withAll(servers, Wish.Add::new);
    }

    /** Returns this request with servers to remove. */
    public ScalingRequest remove(ServerId... ids) {
        return remove(List.of(ids));
    }

    /** Returns this request with servers to remove. */
    public ScalingRequest remove(Collection<ServerId> ids) {
        return withAll(ids, Wish.Remove::new);
    }

    /** Returns this request with one server to come in for another, which leaves. The new one has an id of its own. */
    public ScalingRequest replace(ServerId old, Server replacement) {
        return remove(old).add(replacement);
    }

    /**
     * Returns this request with servers to rebuild under their ids and lines: each is removed, stopped, its data set
     * aside, started on an empty directory and added again.
     */
    public ScalingRequest rebuild(ServerId... ids) {
        return withAll(List.of(ids), id -> new Wish.Rebuild(id, Optional.empty()));
    }

    /** Returns this request with servers to rebuild under their ids with these lines, for instance on other hosts. */
    public ScalingRequest rebuild(Server... servers) {
        return withAll(List.of(servers), server -> new Wish.Rebuild(server.id(), Optional.of(server)));
    }

    /** Returns this request with a server that is to vote, or to vote no more. */
    public ScalingRequest changeRole(ServerId id, ServerRole role) {
        return with(new Wish.ChangeRole(id, role));
    }

    /** Returns this request with addresses or ports for a server that keeps running on its host and its data. */
    public ScalingRequest changeEndpoints(ServerId id, Endpoints endpoints) {
        return with(new Wish.ChangeEndpoints(id, endpoints));
    }

    /** Returns this request with groups and weights for all participants there are to be, or the majority. */
    public ScalingRequest changeQuorumRule(QuorumRule rule) {
        return with(new Wish.ChangeRule(rule));
    }

    /**
     * Returns this request with the number of participants there are to be, once all else that it asks for is done. The
     * planner picks which leave among the participants of today that the request does not name, or takes the missing
     * from those {@linkplain #offer offered}, in the order of their ids.
     */
    public ScalingRequest resizeTo(int participants) {
        return with(new Wish.Resize(participants));
    }

    /** Returns this request with servers that may come in to reach a size. */
    public ScalingRequest offer(Server... servers) {
        return offer(List.of(servers));
    }

    /** Returns this request with servers that may come in to reach a size. */
    public ScalingRequest offer(Collection<Server> servers) {
        return withAll(servers, Wish.Offer::new);
    }

    /** Returns this request with the ensemble to reach: what it does not list leaves, and what it lists comes in. */
    public ScalingRequest reach(Ensemble target) {
        return with(new Wish.Reach(target));
    }

    /** Returns this request with all servers there are to be: all others leave, whoever they are. */
    public ScalingRequest migrateTo(Server... servers) {
        return migrateTo(List.of(servers));
    }

    /** Returns this request with all servers there are to be: all others leave, whoever they are. */
    public ScalingRequest migrateTo(Collection<Server> servers) {
        return with(new Wish.Migrate(List.copyOf(servers)));
    }

    /**
     * Returns this request with all participants to remove that are known to be down: those that the leader does not
     * count among its followers. Where servers do not tell how many it has, since {@code mntr} is not allowed, those
     * whose client port refuses connections are taken to be down.
     */
    public ScalingRequest removeDead() {
        return with(new Wish.RemoveDead());
    }

    /** Returns this request with servers that may come in for a time, where the change needs them. */
    public ScalingRequest helper(Server... servers) {
        return withAll(List.of(servers), Wish.Helper::new);
    }

    /** Returns this request with the failure domain of a server, such as its rack; it goes before what is observed. */
    public ScalingRequest inDomain(ServerId id, String domain) {
        return with(new Wish.Domain(id, domain));
    }

    /**
     * Returns this request with consent that tolerance falls to {@code tolerance} while it is carried out; a negative
     * number consents to 0. Whatever the number, it is also consent to fewer than three participants, and to an
     * ensemble to reach that lists fewer than half of the participants of today.
     */
    public ScalingRequest consentToTolerance(int tolerance) {
        return with(new Wish.Consent(tolerance));
    }

    /** Returns this request with the pace at which joiners are started; it replaces one given before. */
    public ScalingRequest pace(Pace pace) {
        return with(new Wish.At(pace));
    }

    /**
     * Returns this request with the data of one server copied by the launcher before anything else is done; the
     * configuration is kept in any case. Without a launcher that can do so the run is refused before anything is done.
     */
    public ScalingRequest backUpData() {
        return with(new Wish.BackUp(Step.Contents.CONFIGURATION_AND_DATA));
    }

    /** Returns this request with the reason that plan and report carry; it replaces one given before. */
    public ScalingRequest because(String newReason) {
        return new ScalingRequest(wishes, newReason);
    }

    /** Returns the servers to add, in the order given. */
    public List<Server> additions() {
        return of(Wish.Add.class).stream().map(Wish.Add::server).toList();
    }

    /** Returns the servers to remove, in the order of their ids. */
    public List<ServerId> removals() {
        return of(Wish.Remove.class).stream()
                .map(Wish.Remove::id)
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * Returns the servers that may come in, one an id, in the order of their ids: those to add, offered or helping,
     * those rebuilt with a line that is given, and those of an ensemble to reach or migrate to. Some may be listed
     * already.
     */
    public List<Server> introduced() {
        var introduced = new TreeMap<ServerId, Server>();
        Stream.of(
                        additions(),
                        of(Wish.Offer.class).stream().map(Wish.Offer::server).toList(),
                        helpers(),
                        of(Wish.Rebuild.class).stream()
                                .flatMap(rebuild -> rebuild.line().stream())
                                .toList(),
                        last(Wish.Reach.class)
                                .map(reach -> reach.target().servers())
                                .orElse(List.of()),
                        last(Wish.Migrate.class).map(Wish.Migrate::servers).orElse(List.of()))
                .flatMap(List::stream)
                .forEach(server -> introduced.putIfAbsent(server.id(), server));
        return List.copyOf(introduced.values());
    }

    /** Returns why, empty if nobody said. */
    public String reason() {
        return reason;
    }

    <W extends Wish> List<W> of(Class<W> kind) {
        return wishes.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <W extends Wish> Optional<W> last(Class<W> kind) {
        var all = of(kind);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    Pace pace() {
        return last(Wish.At.class).map(Wish.At::pace).orElse(Pace.ONE_AFTER_ANOTHER);
    }

    Step.Contents backUp() {
        return last(Wish.BackUp.class).map(Wish.BackUp::contents).orElse(Step.Contents.CONFIGURATION);
    }

    List<Server> helpers() {
        return of(Wish.Helper.class).stream()
                .map(Wish.Helper::server)
                .distinct()
                .toList();
    }

    SortedMap<ServerId, String> domains() {
        var domains = new TreeMap<ServerId, String>();
        of(Wish.Domain.class).forEach(domain -> domains.put(domain.id(), domain.name()));
        return domains;
    }

    /** The tolerance consented to, empty if nobody consented. */
    OptionalInt consent() {
        return last(Wish.Consent.class)
                .map(consent -> OptionalInt.of(Math.max(0, consent.tolerance())))
                .orElse(OptionalInt.empty());
    }

    private ScalingRequest with(Wish wish) {
        return withAll(List.of(wish), it -> it);
    }

    private <T> ScalingRequest withAll(Collection<T> items, Function<T, Wish> wish) {
        var more = new ArrayList<>(wishes);
        items.forEach(item -> more.add(wish.apply(item)));
        return new ScalingRequest(more, reason);
    }

    /** Returns the request as a phrase, such as {@code add 4,5, remove 2}. */
    @Override
    public String toString() {
        var parts = new ArrayList<String>();
        last(Wish.Reach.class).ifPresent(reach -> parts.add("reach " + reach.target()));
        last(Wish.Migrate.class).ifPresent(move -> parts.add("migrate to " + ids(move.servers())));
        if (!additions().isEmpty()) {
            parts.add("add " + ids(additions()));
        }
        if (!removals().isEmpty()) {
            parts.add("remove " + Text.ids(removals()));
        }
        of(Wish.RemoveDead.class).stream().limit(1).forEach(dead -> parts.add("remove dead participants"));
        of(Wish.Rebuild.class).forEach(rebuild -> parts.add("rebuild " + rebuild.id()));
        of(Wish.ChangeRole.class).forEach(change -> parts.add("make " + change.id() + " " + change.role()));
        of(Wish.ChangeEndpoints.class).forEach(change -> parts.add("move " + change.id()));
        last(Wish.ChangeRule.class).ifPresent(change -> parts.add("form quorums by " + change.rule()));
        last(Wish.Resize.class)
                .ifPresent(size -> parts.add("resize to " + size.participants()
                        + (size.participants() == 1 ? " participant" : " participants")));
        return parts.isEmpty() ? "nothing" : String.join(", ", parts);
    }

    /** What cannot be done where this is refused, such as {@code Cannot add 4}. */
    String effect() {
        var phrase = toString();
        return "Cannot " + (phrase.equals(NOTHING.toString()) ? "plan anything" : phrase);
    }

    private static String ids(List<Server> servers) {
        return Text.ids(servers.stream().map(Server::id).toList());
    }
}
