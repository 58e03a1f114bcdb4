package io.ensembler.testkit;

import io.ensembler.model.EnsembleException;
import io.ensembler.model.ServerId;
import io.ensembler.testkit.Timeline.Kind;
import io.ensembler.testkit.runtime.EnsembleHost;
import io.ensembler.testkit.runtime.Failures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What can be done to the servers of an ensemble, to the links between them, and to clients. Every call returns once
 * the fault is in place; it lasts until it is healed, or its ensemble is closed. Thread-safe.
 *
 * <pre>{@code
 * try (var fault = ensemble.faults().isolate(Selector.leader())) {
 *     // another server leads now
 * }
 * }</pre>
 *
 * <p>A verb that the ensemble's runtime cannot do throws {@link UnsupportedVerbException} before anything is done. A
 * selector that selects nobody is an {@link EnsembleException}.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Faults {

    private final TestEnsemble ensemble;
    private final Servers servers;
    private final ClientLinks clientLinks;
    private final TimelineRecorder timeline;

    /** Also guards what follows. */
    private final List<Fault> all = new CopyOnWriteArrayList<>();

    private boolean closed;

    Faults(TestEnsemble ensemble, Servers servers, ClientLinks clientLinks, TimelineRecorder timeline) {
        this.ensemble = ensemble;
        this.servers = servers;
        this.clientLinks = clientLinks;
        this.timeline = timeline;
    }

    /** Kills the processes of servers. It is healed by starting those anew that have not been started since. */
    public Fault crash(Selector whom) {
        return hit(Verb.CRASH, whom, "crash of ", servers::crash);
    }

    /**
     * Lets the processes of servers stand still: they keep their ports and connections, and answer nothing. A server
     * that is stopped, crashed or restarted meanwhile does not stand still any more.
     */
    public Fault pause(Selector whom) {
        return hit(Verb.PAUSE, whom, "pause of ", servers::pause);
    }

    /**
     * Cuts servers off from all others, as with {@link #cut}, those included that join meanwhile. Clients still reach
     * them.
     */
    public Fault isolate(Selector whom) {
        return hit(Verb.ISOLATE, whom, "isolation of ", host()::isolate);
    }

    /**
     * Cuts the links between servers, both ways, as a network does that drops packets: connections stay open at both
     * ends and nothing arrives, neither data nor the news that the other end has closed or reset one. A new connection
     * is never answered. What was sent arrives once the fault is healed, as TCP sends it again, on connections that
     * both ends still keep.
     */
    public Fault cut(Selector one, Selector other) {
        return hit(Verb.CUT, one, other, " | ", (a, b) -> together(host().cut(a, b), host().cut(b, a)));
    }

    /**
     * Cuts one direction of the links between servers: nothing that some send reaches the others, as with {@link #cut}.
     * What the others send still arrives, over connections that stand; a new connection comes about in neither
     * direction, since it takes an answer. Real packets would cease the other way too after some ten thousand bytes,
     * for want of acknowledgements; here they go on.
     */
    public Fault cutOneWay(Selector from, Selector to) {
        return hit(Verb.CUT_ONE_WAY, from, to, " -/-> ", (a, b) -> host().cut(a, b));
    }

    /**
     * Lets what some servers send to the others arrive so much later; to open a connection takes no longer than usual.
     * Answers travel at their usual speed: delay both ways for a slow link.
     */
    public Fault delay(Selector from, Selector to, Duration by) {
        return hit(Verb.DELAY, from, to, " -" + by.toMillis() + " ms-> ", (a, b) -> host().delay(a, b, by));
    }

    /**
     * Holds servers in the middle of their sync with the leader, once they come there: the leader counts them as
     * connected, and they do not serve. A server can be named before it is started.
     */
    public Fault stallSync(Selector whom) {
        return hit(Verb.STALL_SYNC, whom, "stalled sync of ", host()::stallSync);
    }

    /**
     * Ends servers once they have acknowledged a reconfiguration, before they act by it. Healing disarms what has not
     * struck yet; what has ended is not started again.
     */
    public Fault crashBeforeActivation(Selector whom) {
        return hit(Verb.CRASH_BEFORE_ACTIVATION, whom, "crash before activation of ", host()::crashBeforeActivation);
    }

    /**
     * Lets servers refuse every four-letter word, as they do those that {@code 4lw.commands.whitelist} does not name;
     * {@code srvr}, which no setting forbids, as if something before them did. A server can be named before it is started.
     * The ensemble itself asks servers by words, and so tells nothing of them until this is healed.
     */
    public Fault mute(Selector whom) {
        return hit(Verb.MUTE, whom, "muteness of ", host()::mute);
    }

    /**
     * Cuts the connection over which the next such request comes, before any server gets it: it will never be
     * processed, and the client cannot know. Hits one request of one client whose connection passes a relay, as it does
     * by {@link TestEnsemble#relayedConnectString} or with {@link TestEnsembleBuilder#relayClients}; when it strikes,
     * that is marked in the time line. Healing disarms what has not struck.
     *
     * @throws EnsembleException if there are no relays
     */
    public Fault cutBeforeRequest(ClientRequest request) {
        return cutClient("before a ", request, clientLinks.relays()::cutBeforeRequest);
    }

    /**
     * Cuts the connection over which the next such request comes, and hands that request to the server at the same time:
     * it may be processed, now or once a server goes on that stands still, or may not, if the client goes on elsewhere
     * before. Strikes as {@link #cutBeforeRequest} does.
     *
     * @throws EnsembleException if there are no relays
     */
    public Fault cutAfterRequest(ClientRequest request) {
        return cutClient("after a ", request, clientLinks.relays()::cutAfterRequest);
    }

    /**
     * Cuts the connection over which the next such request comes once the server has processed it, before the client
     * gets the reply. Strikes as {@link #cutBeforeRequest} does; if the connection ends by itself before the reply
     * comes, the next such request is hit.
     *
     * @throws EnsembleException if there are no relays
     */
    public Fault cutBeforeReply(ClientRequest request) {
        return cutClient("before the reply to a ", request, clientLinks.relays()::cutBeforeReply);
    }

    /** Returns the faults that have not been healed, in the order they began. */
    public List<Fault> present() {
        return all.stream().filter(fault -> !fault.isHealed()).toList();
    }

    /**
     * Heals all faults that are present, the last one first.
     *
     * @throws EnsembleException if one could not be healed; the others are nevertheless
     */
    public void healAll() {
        var present = new ArrayList<>(present());
        Collections.reverse(present);
        var failures = new Failures();
        present.forEach(fault -> failures.attempt(fault::heal));
        failures.throwAll();
    }

    /** Heals all, and lets no other begin. */
    void close() {
        synchronized (all) {
            closed = true;
        }
        healAll();
    }

    private EnsembleHost host() {
        return servers.host();
    }

    /** Does something to each server selected. */
    private Fault hit(Verb verb, Selector whom, String what, Function<ServerId, Runnable> injection) {
        ensemble.runtime().require(verb);
        var hit = select(verb, whom);
        return begin(
                verb,
                what + named(hit),
                hit,
                hit.stream()
                        .<Supplier<Runnable>>map(id -> () -> injection.apply(id))
                        .toList());
    }

    /** Does something to each ordered pair of the servers selected. */
    private Fault hit(
            Verb verb, Selector from, Selector to, String arrow, BiFunction<ServerId, ServerId, Runnable> injection) {
        ensemble.runtime().require(verb);
        var senders = select(verb, from);
        var receivers = select(verb, to);
        var pairs = new ArrayList<Supplier<Runnable>>();
        for (var sender : senders) {
            for (var receiver : receivers) {
                if (!sender.equals(receiver)) {
                    pairs.add(() -> injection.apply(sender, receiver));
                }
            }
        }
        if (pairs.isEmpty()) {
            throw new EnsembleException("Cannot " + verb + ": " + named(senders) + " has no link to itself.");
        }
        var both = new TreeSet<>(senders);
        both.addAll(receivers);
        return begin(verb, verb + " of " + list(senders) + arrow + list(receivers), both, pairs);
    }

    private Fault cutClient(
            String when, ClientRequest request, BiFunction<IntPredicate, Runnable, Runnable> injection) {
        ensemble.runtime().require(Verb.CUT_REPLY);
        var relayed = clientLinks.relayed();
        if (relayed.isEmpty()) {
            throw new EnsembleException(
                    "Cannot cut a client's connection: none passes a relay. Connect by relayedConnectString().");
        }
        var what = "cut of a client " + when + request.name().toLowerCase(Locale.ROOT);
        Runnable onStrike = () -> timeline.record(Kind.MARK, what + " has struck", Set.of());
        return begin(Verb.CUT_REPLY, what, relayed, List.of(() -> injection.apply(request::isOfType, onStrike)));
    }

    /** Does all of it or nothing; each injection returns what undoes it. */
    Fault begin(Verb verb, String what, Set<ServerId> hit, List<Supplier<Runnable>> injections) {
        var at = timeline.now();
        var healings = new ArrayList<Runnable>();
        try {
            checkOpen();
            injections.forEach(injection -> healings.add(injection.get()));
            var fault = new Fault(verb, what, hit, () -> {
                var begin = timeline.now();
                healWhatIsLeft(healings).throwAll();
                timeline.record(begin, Kind.HEAL, what, hit);
            });
            synchronized (all) {
                checkOpen();
                all.add(fault);
                timeline.record(at, Kind.FAULT, what, hit);
            }
            return fault;
        } catch (RuntimeException e) {
            healWhatIsLeft(healings).addTo(e);
            throw e;
        }
    }

    /** Each is run until it has succeeded once. */
    private static Failures healWhatIsLeft(List<Runnable> healings) {
        var failures = new Failures();
        healings.removeIf(failures::attempt);
        return failures;
    }

    private void checkOpen() {
        synchronized (all) {
            if (closed) {
                throw new IllegalStateException("the ensemble is closed");
            }
        }
    }

    private Set<ServerId> select(Verb verb, Selector whom) {
        var hit = whom.select(ensemble);
        if (hit.isEmpty()) {
            throw new EnsembleException("Cannot " + verb + ": nobody is " + whom + " of " + ensemble + ".");
        }
        return hit;
    }

    private static Runnable together(Runnable one, Runnable other) {
        return () -> {
            one.run();
            other.run();
        };
    }

    private static String named(Set<ServerId> ids) {
        return (ids.size() == 1 ? "server " : "servers ") + list(ids);
    }

    private static String list(Set<ServerId> ids) {
        return ids.stream().map(ServerId::toString).collect(Collectors.joining(","));
    }
}
