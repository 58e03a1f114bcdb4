package io.ensembler.validation;

import java.util.Locale;
import org.apiguardian.api.API;

/**
 * What must hold before a change is planned, or before a step of it begins.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum Rule {
    /** A request introduces ids from 1 to 254 only. */
    ID_OUT_OF_RANGE(
            Severity.ERROR,
            "A request introduces ids from 1 to 254 only. Beyond them servers share session ids, or refuse to start where"
                    + " extended types are on.",
            "Choose an id from 1 to 254 that is not in use."),
    /** An ensemble should not hold ids outside 1 to 254; such a server can be removed. */
    OBSERVED_ID_OUT_OF_RANGE(
            Severity.WARNING,
            "A listed server should not have an id outside 1 to 254, beyond which servers share session ids or refuse to"
                    + " start. It can be removed as any other.",
            "Replace the server by one with an id from 1 to 254."),
    /** An id names one server. */
    ID_TAKEN(
            Severity.ERROR,
            "An id names one server. To add another line under a listed id would replace the server that has it.",
            "Choose an id that is not in use, or ask for the change that is meant: other endpoints, another role, a"
                    + " rebuilt server."),
    /** A quorum, election or client address serves one purpose of one server. */
    ADDRESS_TAKEN(
            Severity.ERROR,
            "A quorum, election or client address serves one purpose of one server. ZooKeeper checks few of them, and a"
                    + " server that cannot bind a port logs it and goes on without.",
            "Give each server a host or ports of its own."),
    /** Other servers must be able to call a quorum address. */
    WILDCARD_ADDRESS(
            Severity.ERROR,
            "A quorum address names the host at which the other servers call. A wildcard names each caller's own machine.",
            "Name the host as the other servers reach it; to listen on all addresses set quorumListenOnAllIPs=true."),
    /** A request names the client address of each server it introduces. */
    CLIENT_ADDRESS_MISSING(
            Severity.ERROR,
            "A server line that is introduced names a client address. Without one ZooKeeper refuses the line, or takes it"
                    + " and leaves the server without a client port after its next restart.",
            "Write the client part, such as ;2181, behind the ports."),
    /** A listed server should have a client address; without one it cannot be seen, nor counted as live. */
    OBSERVED_CLIENT_ADDRESS_MISSING(
            Severity.WARNING,
            "A listed server should have a client address. Without one nobody can prove that it is in sync, so that it"
                    + " counts as down.",
            "Replace the server by one whose line names its client address."),
    /** Names in server lines are resolved by every server at every reconfiguration. */
    NAMES_RESOLVE(
            Severity.WARNING,
            "Every server opens its election port anew at every reconfiguration. Where its line has a host name and"
                    + " electionPortBindRetry is not 0 (its default is 3), a name service that fails for some seconds then"
                    + " ends every server at once.",
            "Set electionPortBindRetry=0 in each server's zoo.cfg, or use addresses."),
    /** Only a listed server can be removed. */
    UNKNOWN_SERVER(
            Severity.ERROR,
            "Only a listed server can be removed or changed. An id that nobody lists is most often a slip.",
            "Name a listed server; if it was removed already, nothing is left to do."),
    /** An ensemble keeps a participant. */
    LAST_PARTICIPANT(
            Severity.ERROR,
            "An ensemble keeps a participant. Without any nobody could vote, and ZooKeeper refuses it.",
            "Keep one, or add another in the same request."),
    /** A request says one thing of a server. */
    CONTRADICTION(
            Severity.ERROR,
            "A request says one thing of a server. Of two that exclude each other neither is taken for what was meant.",
            "Ask for one of both, and for the other once that is done."),
    /** Only an ensemble can be reconfigured, and a standalone server is none. */
    STANDALONE(
            Severity.ERROR,
            "Only an ensemble can be reconfigured, and a standalone server is none. Started again beside empty servers it"
                    + " can lose its data.",
            "Restart it alone with standaloneEnabled=false, reconfigEnabled=true and its own server line, then add"
                    + " servers to it."),
    /** Every server runs with {@code reconfigEnabled=true}. */
    RECONFIGURATION_DISABLED(
            Severity.ERROR,
            "Every server runs with reconfigEnabled=true. A leader without it refuses, and a follower without it goes on"
                    + " voting by the old list.",
            "Set reconfigEnabled=true in the zoo.cfg of every server and restart them one after the other."),
    /** We may write {@code /zookeeper/config}. */
    PERMISSION_MISSING(
            Severity.ERROR,
            "Whoever reconfigures needs WRITE on /zookeeper/config, which at first only the super user has.",
            "Give the driver credentials of the super user, or let a super user grant WRITE to the identity it has."),
    /** One reconfiguration at a time. */
    RECONFIGURATION_IN_PROGRESS(
            Severity.ERROR,
            "One reconfiguration at a time. One that is proposed and not committed may commit at any moment and void what"
                    + " was planned.",
            "Find out who sent it and let it end; bring the servers it names up if it cannot."),
    /** Whether we may reconfigure should be known before the first step. */
    ACCESS_UNKNOWN(
            Severity.WARNING,
            "Whether we may reconfigure should be known before the first step. Otherwise the first reconfiguration may be"
                    + " refused once joiners have been started.",
            "Observe again before running a plan."),
    /** Nobody but the leader writes the configuration znode. */
    CONFIGURATION_TAMPERED(
            Severity.ERROR,
            "Nobody but the leader writes the configuration znode. One that was written directly may show what no server"
                    + " has in force.",
            "Compare it with what each server's conf shows and withdraw WRITE from who did it."),
    /** A server that is proved synced has the committed configuration in force. */
    NOT_ACTIVE(
            Severity.ERROR,
            "A server that is in sync has the committed configuration in force. One that has not votes by another list"
                    + " than the others.",
            "Set reconfigEnabled=true in its zoo.cfg and restart it; if it just activates, observe again."),
    /** Changes of an ensemble with groups and weights are not planned. */
    GROUPS_UNSUPPORTED(
            Severity.ERROR,
            "Changes are planned for ensembles whose quorums are majorities, not for groups and weights.",
            "Change it by hand, or return it to a majority first."),
    /** Every quorum before a reconfiguration shares a server with every quorum after it. */
    QUORUMS_MEET(
            Severity.ERROR,
            "Every quorum before a reconfiguration shares a server with every quorum after it. Otherwise two crashes and"
                    + " two restarts can leave two ensembles that both take writes.",
            "Change one participant at a time, and observers in a call of their own."),
    /** No step lets tolerance fall below the plan's floor, and nothing is changed without a live quorum. */
    TOLERANCE_FLOOR(
            Severity.ERROR,
            "No step lets the number of servers that may fail drop below the plan's floor, and nothing is changed without"
                    + " a quorum that is proved in sync.",
            "Bring more participants up and in sync, or let those leave that are down."),
    /** A server that has not caught up must not be able to elect. */
    JOINER_CANNOT_ELECT(
            Severity.ERROR,
            "A server that has not caught up must not be able to elect. A listed participant on an empty data directory"
                    + " votes at once, and acknowledged writes can be lost.",
            "Start a joiner as observer beside the committed participants; rebuild a listed server by a request.");

    private final Severity severity;
    private final String explanation;
    private final String remedy;

    Rule(Severity severity, String explanation, String remedy) {
        this.severity = severity;
        this.explanation = explanation;
        this.remedy = remedy;
    }

    /** Returns what a violation of this rule leads to. */
    public Severity severity() {
        return severity;
    }

    /** Returns the stable name of this rule, such as {@code tolerance-floor}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns what the rule demands and why, in whole sentences. */
    public String explanation() {
        return explanation;
    }

    /** Returns what helps in general, in a whole sentence; a {@link Violation} says what would help in its case. */
    public String remedy() {
        return remedy;
    }
}
