package io.ensembler.joiner;

import io.ensembler.validation.Severity;
import java.util.Locale;
import org.apiguardian.api.API;

/**
 * What the {@code zoo.cfg} of a server should say where the ensemble is to be reconfigured.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum ZooCfgRule {
    /** The file can be read. */
    TEXT_UNREADABLE(
            Severity.ERROR,
            "The file is read as Java properties. One with an escape that means nothing is not read at all.",
            "Write a backslash twice where one is meant."),
    /** A key stands in it once. */
    KEY_TWICE(
            Severity.WARNING,
            "Of several lines with one key the last one counts, and nobody is told.",
            "Keep the line that is meant."),
    /** Numbers are numbers, and switches are true or false. */
    VALUE_UNREADABLE(
            Severity.ERROR,
            "A server does not start where it expects a number, or true or false, and finds something else.",
            "Correct the value, or leave the line out."),
    /** It says where the data is. */
    DATA_DIRECTORY_MISSING(
            Severity.ERROR, "A server does not start without dataDir.", "Name the directory of its data."),
    /** Every server runs with {@code reconfigEnabled=true}. */
    RECONFIGURATION_DISABLED(
            Severity.ERROR,
            "A server takes part in reconfigurations with reconfigEnabled=true only, which is not the default. A leader"
                    + " without it refuses, a follower goes on voting by its old list, and a joiner never attaches.",
            "Set reconfigEnabled=true on every server."),
    /** A single server is an ensemble of one. */
    STANDALONE_SERVER(
            Severity.ERROR,
            "A server whose lines name one participant or none runs standalone unless standaloneEnabled=false. It cannot"
                    + " be reconfigured then, and started again beside empty servers it can lose its data.",
            "Restart it alone with standaloneEnabled=false, reconfigEnabled=true and its own server line, and add servers"
                    + " to it then."),
    /** Every server runs with {@code standaloneEnabled=false}. */
    STANDALONE_ENABLED(
            Severity.WARNING,
            "With standaloneEnabled=true, the default, ZooKeeper refuses to go below two participants. It must be the"
                    + " same on every server.",
            "Set standaloneEnabled=false on every server."),
    /** Quorums are formed by the servers alone. */
    ORACLE(
            Severity.ERROR,
            "With oraclePath a file outside decides between two servers. No rule about quorums holds then, and such an"
                    + " ensemble is not changed.",
            "Leave oraclePath out and have three participants."),
    /** Servers are listed in one place. */
    TWO_LISTS(
            Severity.ERROR,
            "A server does not start from a file that has server, group or weight lines and names a dynamic file as"
                    + " well.",
            "Keep the lines in the dynamic file only."),
    /** Servers should be listed in a dynamic file. */
    LINES_IN_FILE(
            Severity.ADVICE,
            "Server lines in the static file are moved into a dynamic file at the first reconfiguration, which rewrites"
                    + " the static one without its comments; the original is kept beside it with the ending bak. A file"
                    + " that a template manages is in the way of that.",
            "Put them into a file of their own and name it with dynamicConfigFile."),
    /** Server lines can be read. */
    LINES_UNREADABLE(
            Severity.ERROR,
            "A server does not start from lines that it cannot read, and reads some otherwise than they look.",
            "Correct the line."),
    /** A server finds itself in its lines. */
    OWN_LINE_MISSING(
            Severity.ERROR,
            "A server whose lines do not name it does not start.",
            "List it: as observer until it has been added."),
    /** The other servers can call every quorum address. */
    QUORUM_ADDRESS_WILDCARD(
            Severity.ERROR,
            "A quorum address names the host at which the others call. A wildcard names each caller's own machine.",
            "Name the host, and set quorumListenOnAllIPs=true to listen on all addresses."),
    /** Several addresses of a server are allowed before they are listed. */
    MULTI_ADDRESS_OFF(
            Severity.ERROR,
            "A server does not start from a line with several addresses unless multiAddress.enabled=true, which must be"
                    + " the same on every server.",
            "Set multiAddress.enabled=true on every server first, or list one address of each."),
    /** The name of the dynamic file carries no version. */
    DYNAMIC_FILE_VERSION(
            Severity.ERROR,
            "What follows the last dot of the dynamic file's name is taken for the version of the configuration if it is"
                    + " hexadecimal. A server whose version is ahead of the leader's is turned away for ever.",
            "Name the file zoo.cfg.dynamic."),
    /** The dynamic file of a running server is its own. */
    DYNAMIC_FILE_ACTIVATED(
            Severity.ADVICE,
            "A server that was reconfigured writes the version into the name of its dynamic file. Copied for another"
                    + " server, the file has that one believe it stands at this version.",
            "Copy neither file for another server; let JoinerFiles make its own."),
    /** The election port survives a name service that fails for seconds. */
    ELECTION_BIND_RETRY(
            Severity.WARNING,
            "Every server opens its election port anew at every reconfiguration. Where its line has a host name and"
                    + " electionPortBindRetry is not 0 (its default is 3), a name service that fails for some seconds"
                    + " then ends every server at once.",
            "Set electionPortBindRetry=0, or use addresses in server lines."),
    /** Static file and server line agree about the client port. */
    CLIENT_PORT_CLASH(
            Severity.ERROR,
            "A server does not start whose static file names another client port or address than its line.",
            "Leave clientPort and clientPortAddress out of the static file."),
    /** The client address should stand in the server line. */
    CLIENT_PORT_STATIC(
            Severity.ADVICE,
            "The client address belongs into the server line, and must be the same there if it stands in both. It is"
                    + " taken out of the static file at the first reconfiguration.",
            "Leave clientPort and clientPortAddress out of the static file where the line has them."),
    /** The server line has the client address. */
    CLIENT_PORT_UNLISTED(
            Severity.WARNING,
            "A server whose line has no client address takes the static one, until a reconfiguration gives the line one"
                    + " and takes the static one out. Nobody who reads the configuration finds such a server.",
            "Give the line a client address, such as ;2181, by replacing the server or changing its endpoints."),
    /** A server has a client port. */
    CLIENT_PORT_MISSING(
            Severity.ERROR,
            "A server that starts without a client port never opens one: once a reconfiguration gives its line one, it"
                    + " fails while it activates it.",
            "Give the line a client address, such as ;2181."),
    /** A server has a plain client port. */
    SECURE_CLIENT_PORT_ONLY(
            Severity.ERROR,
            "Before 3.10 a server line cannot name a secure client port, and a server that has no other fails when it"
                    + " activates a configuration (ZOOKEEPER-4276).",
            "Give it a plain client port besides, closed to the outside if need be."),
    /** The client address should name a host. */
    CLIENT_ADDRESS_WILDCARD(
            Severity.ADVICE,
            "Clients that take connect strings from the configuration find a wildcard there, or take the quorum host for"
                    + " it, which need not be meant for clients.",
            "Name the host in the client part, as in ;zk4:2181."),
    /** The role stands in the server line. */
    PEER_TYPE(
            Severity.WARNING,
            "The role of a server is that of its line, whatever peerType says, and a reconfiguration takes peerType"
                    + " out.",
            "Leave peerType out."),
    /** Limits are given. */
    LIMITS_MISSING(
            Severity.ERROR,
            "A server of an ensemble does not start without initLimit and syncLimit, which are counted in ticks.",
            "Set initLimit=10 and syncLimit=5, or more where there is much data."),
    /** A joiner has time to load the data. */
    INIT_LIMIT_SMALL(
            Severity.WARNING,
            "While a joiner loads the data, leader and joiner wait for initLimit ticks of tickTime (3 s unless set)."
                    + " Data that takes longer never gets through, and the joiner begins anew for ever. Less than 10 s is"
                    + " little for any data worth keeping.",
            "Raise initLimit on every server."),
    /** Sessions may last long enough for a reconfiguration. */
    SESSION_TIMEOUT_SMALL(
            Severity.WARNING,
            "A session ends its wait for an answer after two thirds of its timeout. A reconfiguration that waits longer"
                    + " has an outcome that must be found out. The driver asks for 40 s, and a server grants at most"
                    + " maxSessionTimeout, 20 ticks unless set.",
            "Set maxSessionTimeout=60000."),
    /** The words by which servers are seen are allowed. */
    WORDS_BLOCKED(
            Severity.WARNING,
            "Servers are seen through the four-letter words srvr, conf and mntr, of which only srvr is allowed by"
                    + " default. Without conf a server's configuration in force takes a session to be proved, and without"
                    + " mntr nobody knows how many follow the leader.",
            "Set 4lw.commands.whitelist=srvr,conf,mntr, with those you use besides."),
    /** The administration over HTTP is not open to everybody. */
    ADMIN_SERVER_OPEN(
            Severity.ADVICE,
            "The administration over HTTP is on by default, at port 8080 on all interfaces, and most of it asks for no"
                    + " login.",
            "Set admin.serverAddress to an address that only those who should reach it can, or"
                    + " admin.enableServer=false."),
    /** Access to znodes is checked. */
    ACL_SKIPPED(
            Severity.WARNING,
            "With skipACL=yes nobody's access is checked, so that everybody can reconfigure.",
            "Leave skipACL out and give the driver credentials that may write /zookeeper/config."),
    /** Servers talk over TLS, and a joiner must too. */
    QUORUM_TLS(
            Severity.ADVICE,
            "With sslQuorum=true every joiner must have it too, and a certificate that covers its host. One that lacks"
                    + " either tries to connect for ever.",
            "See to the joiners' certificates and trust before a plan runs."),
    /** Plain connections between servers are not accepted for longer than a migration. */
    PORT_UNIFICATION(
            Severity.WARNING,
            "With portUnification=true the quorum ports accept plain connections beside those over TLS, which is meant"
                    + " for the hours of a migration.",
            "Set it to false once every server has sslQuorum=true."),
    /** Servers know one another over SASL, and must know a joiner's host. */
    QUORUM_SASL(
            Severity.ADVICE,
            "With quorum.auth.enableSasl=true the host of a joiner must be allowed before it can connect, and the hosts"
                    + " allowed are those that were listed when a server started.",
            "Allow the joiners' hosts before a plan runs."),
    /** Quorum ports are open on one address. */
    QUORUM_LISTENS_EVERYWHERE(
            Severity.ADVICE,
            "With quorumListenOnAllIPs=true quorum and election ports are open on every address of the machine. It is"
                    + " meant for hosts that cannot bind the address they are called at.",
            "Close the ports to the outside, or leave it out."),
    /** Observers follow the leader. */
    OBSERVER_MASTER(
            Severity.ADVICE,
            "With observerMasterPort observers attach to followers. The leader's count of observers misses them, and"
                    + " those of a server that leaves look for another.",
            "Nothing need be done."),
    /** Old snapshots and logs are purged. */
    PURGE_OFF(
            Severity.ADVICE,
            "Snapshots and logs pile up until the disk is full unless autopurge.purgeInterval, in hours, is more than 0,"
                    + " which it is not by default. Files of configurations that were activated are never purged.",
            "Set autopurge.purgeInterval=24."),
    /** Servers compare their data. */
    DIGESTS_OFF(
            Severity.ADVICE,
            "With digest.enabled=false servers do not compare their data, and one that differs is not noticed.",
            "Leave digest.enabled out.");

    private final Severity severity;
    private final String explanation;
    private final String remedy;

    ZooCfgRule(Severity severity, String explanation, String remedy) {
        this.severity = severity;
        this.explanation = explanation;
        this.remedy = remedy;
    }

    /**
     * Returns how grave it is where the rule does not hold: with an error the server does not start or the ensemble
     * cannot be reconfigured, upon a warning somebody should act, and advice asks for nothing.
     */
    public Severity severity() {
        return severity;
    }

    /** Returns the stable name of this rule, such as {@code client-port-clash}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns what the rule demands and why, in whole sentences. */
    public String explanation() {
        return explanation;
    }

    /** Returns what helps in general, in a whole sentence; a {@link ZooCfgFinding} says what would help in its case. */
    public String remedy() {
        return remedy;
    }
}
