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
            "A quorum address names the host at which the other servers call. A wildcard names each caller's own"
                    + " machine.",
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
    /** A quorum address is one that the other servers can call. */
    LOOPBACK_ADDRESS(
            Severity.ERROR,
            "Where some servers have quorum addresses of another machine, none may have a loopback address, which"
                    + " names each caller's own machine. An ensemble all on loopback addresses lives on one machine"
                    + " and is left alone.",
            "Name the host as the other servers reach it."),
    /** A client address is one that clients elsewhere can call. */
    LOOPBACK_CLIENT_ADDRESS(
            Severity.WARNING,
            "A client address on the loopback of a server's machine is reached from there only: neither clients"
                    + " elsewhere nor the driver can see the server, which then counts as down.",
            "Name the host as clients reach it, or leave the host out."),
    /** The name service knows every host that is to be listed. */
    ADDRESS_UNRESOLVED(
            Severity.ERROR,
            "Every host name of the ensemble that is to stand must resolve. A server stops when it cannot resolve its"
                    + " own, and a reconfiguration is not sent while one does not resolve.",
            "Mend the name service or the name, or use an address."),
    /** The addresses of a listed server should be of use to the others. */
    OBSERVED_ADDRESS_UNUSABLE(
            Severity.WARNING,
            "A server that is listed and stays should have addresses that the others can call and that nobody else"
                    + " has. ZooKeeper accepts lines without either.",
            "Change its endpoints by a request of its own, or replace it."),
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
            "An ensemble keeps a participant, and one that weighs something. Without any nobody could vote, and ZooKeeper"
                    + " refuses it.",
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
    /** A server tells what it does. */
    SERVERS_UNSEEN(
            Severity.WARNING,
            "A server should tell what it does. Of one that does not, only a session shows whether it is in sync, and it may"
                    + " be the one that leads: wherever it leaves, becomes an observer or changes its quorum address,"
                    + " leadership may move.",
            "Allow srvr, conf and mntr in the 4lw.commands.whitelist of every server and let them through, or name the"
                    + " port of its administration over HTTP to the driver."),
    /** A leader should have been in office long enough for the others to have come back to it. */
    ELECTION_RECENT(
            Severity.WARNING,
            "After an election servers come back to the new leader for as long as initLimit allows. What is seen"
                    + " before tells little of what will be in sync.",
            "Wait until the leader has been in office that long, and observe again."),
    /** A plan is run only on the ensemble it was made for. */
    SAME_ENSEMBLE(
            Severity.ERROR,
            "A plan is run only on the ensemble it was made for, and a journal resumed only there. Addresses, lines and"
                    + " version may all be those of another one that took its place.",
            "Reach the ensemble that it was made for; if that is gone, plan again, with a journal of its own."),
    /** A plan is run only from the version it was made for. */
    PLAN_STALE(
            Severity.ERROR,
            "A plan is run only while the ensemble stands at the version it was made for. Any later version may have"
                    + " changed what the plan relies on.",
            "Find out who changed it, then plan again from what stands now."),
    /** Servers are able to reconfigure without standing still. */
    VERSION_TOO_OLD(
            Severity.ERROR,
            "Before 3.5.5, the first release called stable that reconfigures, a reconfiguration could stop all servers"
                    + " or leave them with different configurations.",
            "Upgrade every server, best to 3.9.4 or later, before changing the ensemble."),
    /** Servers should run a version without known faults that a change can meet. */
    VERSION_OUTDATED(
            Severity.WARNING,
            "From 3.9.4 on no fault is known, with a fix released, that loses data while a server catches up or harms"
                    + " a reconfiguration. Each older version has some.",
            "Upgrade to 3.9.4 or later."),
    /** Servers should run one version. */
    VERSIONS_MIXED(
            Severity.WARNING,
            "The servers of an ensemble should run one version while it changes. Mixed versions are meant for the"
                    + " hours of an upgrade, and what one version mends the other still gets wrong.",
            "Finish the upgrade first, and give joiners the version of the others."),
    /** Servers before 3.10 have a plain client port. */
    SECURE_CLIENT_PORT_ONLY(
            Severity.ERROR,
            "Before 3.10 a server line cannot name a secure client port, and a server that has no other fails when it"
                    + " activates a configuration (ZOOKEEPER-4276).",
            "Give the server a plain client port besides, closed to the outside if need be."),
    /** An ensemble that is to have one participant runs with {@code standaloneEnabled=false}. */
    STANDALONE_ENABLED(
            Severity.ERROR,
            "An ensemble that is to have one participant runs with standaloneEnabled=false. With true, the default,"
                    + " ZooKeeper refuses to go below two.",
            "Set standaloneEnabled=false in the zoo.cfg of every server and restart them one after the other, or keep"
                    + " two participants."),
    /** A joiner should have caught up before the leader gives it up. */
    INIT_LIMIT_TOO_SHORT(
            Severity.WARNING,
            "While a joiner loads the data, leader and joiner wait for initLimit. Data that takes longer never gets"
                    + " through, and the joiner begins anew for ever. Where nobody measured how fast data comes through,"
                    + " 100 MB a second are assumed, what a network of 1 Gbit/s carries at best.",
            "Raise initLimit on every server."),
    /** A joiner belongs to this ensemble or to none. */
    ANOTHER_ENSEMBLE(
            Severity.ERROR,
            "A joiner belongs to this ensemble or to none. One that serves or has served another brings its history"
                    + " along, or is still in use there.",
            "Name another server, or stop it and give it an empty data directory."),
    /** A joiner starts on an empty data directory or on its own. */
    WRONG_DATA_DIRECTORY(
            Severity.ERROR,
            "A joiner starts on an empty data directory, or on its own as it was left. Epochs and log of another"
                    + " server or of an earlier life come along and can undo what was acknowledged.",
            "Set the directory aside, so that the joiner starts on an empty one."),
    /** The file a joiner starts from lists the committed participants, and itself as observer. */
    WRONG_OWN_FILE(
            Severity.ERROR,
            "The file from which a joiner starts lists the committed participants, and the joiner as observer."
                    + " Otherwise joiners can form an ensemble of their own, or the joiner does not start.",
            "Have the file written by a launcher, from what JoinerFiles makes."),
    /** A joiner that runs should follow the leader. */
    JOINER_NOT_ATTACHED(
            Severity.WARNING,
            "A joiner that runs should be attached to the leader. One that runs and follows nobody has a file that"
                    + " does not name this ensemble, or cannot call it.",
            "Look at its log, its file and the ports between it and the others; the run waits for it."),
    /** A joiner that is attached should have caught up. */
    JOINER_NOT_SYNCED(
            Severity.WARNING,
            "A joiner that is attached should show what was written just before. One that does not is catching up, or"
                    + " follows somebody else.",
            "Wait; the run does so too, and lets nobody vote before."),
    /** A joiner has free disk for three times the data. */
    DISK_TOO_SMALL(
            Severity.ERROR,
            "A joiner has free disk for three times the data: a snapshot, the next one beside it, and the log between"
                    + " them.",
            "Free some, or name a server with more."),
    /** A joiner has heap for twice the data. */
    HEAP_TOO_SMALL(
            Severity.ERROR,
            "A joiner has heap for twice the data, which it holds in memory and copies from while it writes snapshots.",
            "Raise the heap, or name a server with more."),
    /** Whether a joiner has room for the data should be known. */
    RESOURCES_UNKNOWN(
            Severity.WARNING,
            "Whether a joiner has room for the data, on disk and in memory, should be known. One that runs out of"
                    + " either fails while it catches up, or later.",
            "See to it by hand, or have the launcher report disk and heap."),
    /** A joiner and the servers beside it can call each other. */
    PORT_UNREACHABLE(
            Severity.ERROR,
            "A joiner and the servers beside it can call each other: at the election ports, at the leader's quorum"
                    + " port, and at the client ports. A host that is up but refuses, or that does not answer, cannot"
                    + " take part.",
            "Open the port in the firewalls between them, and see that the server listens there."),
    /** Servers that stay should be able to call each other. */
    OBSERVED_PORT_UNREACHABLE(
            Severity.WARNING,
            "Servers that are listed and stay should be able to call each other. Those that cannot may fail to elect,"
                    + " or to follow whoever is elected.",
            "Open the port in the firewalls between them, and see that the server listens there."),
    /** An ensemble should have an odd number of participants in the end. */
    EVEN_PARTICIPANTS(
            Severity.WARNING,
            "An ensemble should have an odd number of participants in the end. One more than an odd number bears no"
                    + " more failures and makes every write wait for one more.",
            "Add a participant or remove one."),
    /** An ensemble should have three participants at least in the end. */
    FEW_PARTICIPANTS(
            Severity.WARNING,
            "An ensemble should have three participants at least in the end. With fewer there is one whose failure alone"
                    + " stops all writes.",
            "Add participants until there are three."),
    /** An ensemble should have seven participants at most in the end. */
    MANY_PARTICIPANTS(
            Severity.WARNING,
            "An ensemble should have seven participants at most in the end. Each write waits for more than half of"
                    + " them; with groups, for more than half of the weight in more than half of the groups.",
            "Make some of them observers, which serve reads as well."),
    /** Three or more live participants do not become fewer than three without consent. */
    TOO_FEW_PARTICIPANTS(
            Severity.ERROR,
            "Three or more live participants do not become fewer than three without consent, since no server may fail"
                    + " any more then. A dead third may go.",
            "Keep three, or consent to tolerance 0 in the request."),
    /** A whole target lists half of the participants of today at least. */
    MOST_PARTICIPANTS_UNLISTED(
            Severity.ERROR,
            "A whole target lists at least half of the participants of today, unless there is consent. A list that"
                    + " lacks more is most often the list of another ensemble.",
            "Name the servers that are to leave, or consent in the request."),
    /** More than a third of the participants leave and nobody takes their place. */
    MANY_LEAVE(
            Severity.ADVICE,
            "More than a third of the participants leave and nobody takes their place: what was meant, one hopes.",
            "Nothing need be done."),
    /** The leader leaves, which is done as late as can be. */
    LEADER_LEAVES(
            Severity.ADVICE,
            "Leadership moves because the leader leaves, becomes an observer, is rebuilt or changes its quorum"
                    + " address. That is done last wherever it can be, and clients reconnect within about two seconds. Where"
                    + " nobody is known to lead, any of these may move it.",
            "Nothing need be done."),
    /** What follows a hand-off is planned for the worst leader. */
    LEADER_ASSUMED(
            Severity.ADVICE,
            "To whom leadership moves is not known before. What follows is planned for the worst there may be,"
                    + " and planned anew once somebody leads.",
            "Nothing need be done."),
    /** Clients should have moved before their server is stopped. */
    CLIENTS_CONNECTED(
            Severity.WARNING,
            "Clients that are connected to a server that leaves or is rebuilt lose it when it is stopped. Those whose connect string"
                    + " names nobody else lose the ensemble.",
            "Name servers that stay in the connect strings of its clients before it is stopped."),
    /** Observers follow through a server that leaves. */
    OBSERVERS_ATTACHED(
            Severity.ADVICE,
            "Observers that follow through a server that leaves or is rebuilt look for another when it stops, and serve nothing"
                    + " until they have found one.",
            "Nothing need be done."),
    /** Not all participants should be in one failure domain. */
    ONE_FAILURE_DOMAIN(
            Severity.WARNING,
            "Not all participants should be in one failure domain, where domains are given. What fails together leaves"
                    + " no quorum.",
            "Place some of them in other domains."),
    /** A leader that alone holds a quorum keeps its quorum address. */
    LONE_QUORUM_STAYS(
            Severity.ERROR,
            "A leader, or a server that may lead, that alone holds a quorum, as a sole participant does, keeps its quorum address, and is not listed by"
                    + " host name where all lines are sent. One that changes it, or whose name has come to resolve to"
                    + " another, finds nobody to hand over to, and every server goes down.",
            "Offer helpers, two to a sole participant; or add other participants, move the server, and remove them again; or"
                    + " lower its weight first."),
    /** Groups and weights are those of participants. */
    OBSERVER_WEIGHS(
            Severity.ERROR,
            "An observer that has a weight in a group makes quorums dearer without ever acknowledging anything; such an"
                    + " ensemble is neither changed nor aimed at.",
            "Take the observer out of its group: by hand where it stands, in the request where it is to."),
    /** Each participant there is to be is in a group, where there are groups. */
    GROUP_MISSING(
            Severity.ERROR,
            "Where quorums are formed by groups and weights, each participant is in one group, and a group names listed"
                    + " servers only.",
            "Name the groups of all participants there are to be in the request."),
    /** Where servers exchange addresses, one of them has another for a time. */
    ADDRESS_FOR_A_TIME(
            Severity.WARNING,
            "An address that one step frees is taken in a later one. Servers that exchange addresses therefore need one"
                    + " more for a time: the highest port in use on that host plus one, unless that is taken.",
            "See that the port is free and can be reached, or choose addresses that nobody has."),
    /** A size can be reached with the servers at hand. */
    SERVERS_MISSING(
            Severity.ERROR,
            "A greater number of participants is reached with servers that the request adds or offers.",
            "Offer as many servers as are missing, with ids that are not in use."),
    /** Where the planner picks servers to remove, it knows of each whether it is up. */
    SERVER_UNCLEAR(
            Severity.ERROR,
            "Where the planner picks which servers leave, it must know of each whether it is in sync or down: one that is"
                    + " silent from here, or refuses, may be alive for the leader. It is down if the leader counts no more"
                    + " followers than were seen in sync.",
            "Observe again, or name the servers to remove by their ids."),
    /** An observer that is to vote has caught up. */
    PROMOTION_NOT_SYNCED(
            Severity.ERROR,
            "An observer that is not proved in sync does not become a participant.",
            "Bring it up and let it catch up, or rebuild it."),
    /** A plan is the best of all there are, so they must be few enough to compare. */
    TOO_COMPLEX(
            Severity.ERROR,
            "A plan is chosen among all admissible orders of its changes; beyond half a million situations, some"
                    + " seconds of computing, or beyond 200 changes of weight, which go by one, none is made.",
            "Split the request, or ask for smaller weights."),
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
