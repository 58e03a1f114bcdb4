package io.ensembler.curator;

import io.ensembler.curator.Session.Reconfigured;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.SendResult.Applied;
import io.ensembler.spi.SendResult.Refused;
import io.ensembler.spi.SendResult.Unknown;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * What may come of a reconfiguration, and what is made of it: a row for each code of ZooKeeper's, which bears its name, and
 * for each way in which none comes. {@code docs/outcomes.md} shows the same table.
 *
 * <p>Definite are the codes that the leader gives before it proposes anything, since such a call is carried through as a
 * failed transaction, and what is found before anything leaves. All else may have been made up by the client, which
 * cannot know, or stands for something that a later version of the server may do in another order: unknown, which costs
 * a read on the same session and is never wrong.
 */
enum Outcome {
    OK(Code.OK, Verdict.APPLIED, "it was committed, at the version that the answer names", Repeat.NO),
    BADVERSION(
            Code.BADVERSION,
            SendResult.Code.BAD_VERSION,
            Verdict.CONFLICT,
            "the configuration no longer has the version the call is conditional on",
            Repeat.NO),
    RECONFIGINPROGRESS(
            Code.RECONFIGINPROGRESS,
            SendResult.Code.IN_PROGRESS,
            Verdict.RETRY,
            "another reconfiguration is proposed and not committed",
            Repeat.NO),
    NEWCONFIGNOQUORUM(
            Code.NEWCONFIGNOQUORUM,
            SendResult.Code.NO_QUORUM,
            Verdict.RETRY,
            "no quorum of the new configuration is connected to the leader and synced",
            Repeat.NO),
    NOAUTH(
            Code.NOAUTH,
            SendResult.Code.NO_PERMISSION,
            Verdict.REFUSE,
            "the identity given lacks WRITE on /zookeeper/config",
            Repeat.NO_RIGHT),
    RECONFIGDISABLED(
            Code.RECONFIGDISABLED,
            SendResult.Code.DISABLED,
            Verdict.REFUSE,
            "the leader runs with reconfigEnabled=false",
            Repeat.NO),
    UNIMPLEMENTED(
            Code.UNIMPLEMENTED, SendResult.Code.STANDALONE, Verdict.REFUSE, "the server runs standalone", Repeat.NO),
    BADARGUMENTS(
            Code.BADARGUMENTS,
            SendResult.Code.BAD_ARGUMENTS,
            Verdict.REFUSE,
            "the leader did not accept the text (BADARGUMENTS)",
            Repeat.NO),
    MARSHALLINGERROR(
            Code.MARSHALLINGERROR,
            SendResult.Code.BAD_ARGUMENTS,
            Verdict.REFUSE,
            "the leader did not accept the text (MARSHALLINGERROR)",
            Repeat.NO),
    CONNECTIONLOSS(Code.CONNECTIONLOSS, Verdict.UNKNOWN, "the connection was lost before the answer came", Repeat.YES),
    SESSIONEXPIRED(Code.SESSIONEXPIRED, Verdict.UNKNOWN, "the session ended before the answer came", Repeat.YES),
    OPERATIONTIMEOUT(Code.OPERATIONTIMEOUT, Verdict.UNKNOWN, "no answer came in time (OPERATIONTIMEOUT)", Repeat.YES),
    REQUESTTIMEOUT(Code.REQUESTTIMEOUT, Verdict.UNKNOWN, "no answer came in time (REQUESTTIMEOUT)", Repeat.YES),
    SESSIONMOVED(Code.SESSIONMOVED, Verdict.UNKNOWN, "the session had moved to another server", Repeat.YES),
    THROTTLEDOP(Code.THROTTLEDOP, Repeat.YES),
    AUTHFAILED(Code.AUTHFAILED, Repeat.NO_RIGHT),
    SESSIONCLOSEDREQUIRESASLAUTH(Code.SESSIONCLOSEDREQUIRESASLAUTH, Repeat.NO_RIGHT),
    INVALIDACL(Code.INVALIDACL, Repeat.NO_RIGHT),
    SYSTEMERROR(Code.SYSTEMERROR, Repeat.NO),
    RUNTIMEINCONSISTENCY(Code.RUNTIMEINCONSISTENCY, Repeat.NO),
    DATAINCONSISTENCY(Code.DATAINCONSISTENCY, Repeat.NO),
    UNKNOWNSESSION(Code.UNKNOWNSESSION, Repeat.NO),
    APIERROR(Code.APIERROR, Repeat.NO),
    NONODE(Code.NONODE, Repeat.NO),
    NOCHILDRENFOREPHEMERALS(Code.NOCHILDRENFOREPHEMERALS, Repeat.NO),
    NODEEXISTS(Code.NODEEXISTS, Repeat.NO),
    NOTEMPTY(Code.NOTEMPTY, Repeat.NO),
    INVALIDCALLBACK(Code.INVALIDCALLBACK, Repeat.NO),
    NOTREADONLY(Code.NOTREADONLY, Repeat.NO),
    EPHEMERALONLOCALSESSION(Code.EPHEMERALONLOCALSESSION, Repeat.NO),
    NOWATCHER(Code.NOWATCHER, Repeat.NO),
    QUOTAEXCEEDED(Code.QUOTAEXCEEDED, Repeat.NO),

    /** A later ZooKeeper may have more codes than there are rows. */
    CODE_WITHOUT_A_ROW(Verdict.UNKNOWN, "a code that is not in this table"),
    OK_WITHOUT_VERSION(Verdict.UNKNOWN, "OK, and no version with it"),

    CONNECTION_REFUSED(Verdict.RETRY, "no server accepts a session: nothing was sent"),
    HOST_NOT_RESOLVED(
            SendResult.Code.NAME_UNRESOLVED,
            Verdict.REFUSE,
            "a host name of the target does not resolve: nothing was sent"),
    HOSTS_NOT_RESOLVED_IN_TIME(
            SendResult.Code.NAME_UNRESOLVED,
            Verdict.REFUSE,
            "to resolve the host names of the target took all the time there was: nothing was sent"),
    LEADER_ALONE_A_QUORUM(
            SendResult.Code.LONE_QUORUM,
            Verdict.REFUSE,
            "the leader alone holds a quorum of the target and would lose its address: nothing was sent"),
    INTERRUPTED_BEFORE_SENDING(Verdict.RETRY, "the thread was interrupted before: nothing was sent"),
    HANDLE_CLOSED_BEFORE_SENDING(
            SendResult.Code.SESSION_ENDED, Verdict.RETRY, "the session had ended before: nothing was sent"),
    RESET_BEFORE_FORWARDED(
            Verdict.UNKNOWN, "the connection was reset before the server got the request: CONNECTIONLOSS"),
    RESET_AFTER_FORWARDED(Verdict.UNKNOWN, "the connection was reset after the server got the request: CONNECTIONLOSS"),
    NO_ANSWER_IN_TIME(Verdict.UNKNOWN, "no answer came within the time of the call"),
    INTERRUPTED_WHILE_WAITING(Verdict.UNKNOWN, "the thread was interrupted while it waited for the answer"),
    HANDLE_CLOSED_WHILE_WAITING(
            Verdict.UNKNOWN, "the session was closed by its owner, and no answer came within the time of the call"),
    ANSWER_UNREADABLE(Verdict.UNKNOWN, "the client failed over the answer");

    private static final Map<Integer, Outcome> BY_NUMBER = Arrays.stream(values())
            .filter(outcome -> outcome.code != null)
            .collect(Collectors.toMap(outcome -> outcome.code().orElseThrow().intValue(), Function.identity()));

    /** What a run makes of it. */
    enum Verdict {
        /** It is done, and goes on to the barrier. */
        APPLIED,
        /** It was not done and may be asked for again once something has changed; a run waits and observes. */
        RETRY,
        /** It was not done and would be refused again; the run ends. */
        REFUSE,
        /** It was not done, since the ensemble is not what it builds on; a run observes, and stops if that was somebody else. */
        CONFLICT,
        /** It may have been done or may yet be; a run settles it before it does anything else. */
        UNKNOWN
    }

    /** What becomes of a read, or of a write to a znode of ours, that fails with this code. */
    enum Repeat {
        /** It is made again. */
        YES,
        /** It fails: the same would come again. */
        NO,
        /** It fails, and better credentials would help. */
        NO_RIGHT
    }

    private final @Nullable Code code;
    private final SendResult.@Nullable Code refusal;
    private final Verdict verdict;
    private final String detail;
    private final @Nullable Repeat repeat;

    Outcome(
            @Nullable Code code,
            SendResult.@Nullable Code refusal,
            Verdict verdict,
            String detail,
            @Nullable Repeat repeat) {
        this.code = code;
        this.refusal = refusal;
        this.verdict = verdict;
        this.detail = detail;
        this.repeat = repeat;
    }

    Outcome(Code code, Verdict verdict, String detail, Repeat repeat) {
        this(code, null, verdict, detail, repeat);
    }

    /** A code that tells nothing of a reconfiguration. */
    Outcome(Code code, Repeat repeat) {
        this(code, null, Verdict.UNKNOWN, "the answer was " + code, repeat);
    }

    Outcome(SendResult.Code refusal, Verdict verdict, String detail) {
        this(null, refusal, verdict, detail, null);
    }

    Outcome(Verdict verdict, String detail) {
        this(null, null, verdict, detail, null);
    }

    /** Returns the row of a code; that of codes without one where there is none. */
    static Outcome of(Code code) {
        return BY_NUMBER.getOrDefault(code.intValue(), CODE_WITHOUT_A_ROW);
    }

    /** Returns what the answer to a reconfiguration says about it. */
    static SendResult of(Reconfigured answer) {
        var row = BY_NUMBER.get(answer.rc());
        if (row == null) {
            return CODE_WITHOUT_A_ROW.told(
                    "the answer was code " + answer.rc() + ", which this version of the library does not know");
        }
        if (row != OK) {
            return row.told(row.detail);
        }
        // The version is the zxid of the transaction that brought it, the last to have written the znode.
        return answer.stat() == null
                ? OK_WITHOUT_VERSION.told("the answer was OK and named no version")
                : new Applied(ConfigurationVersion.of(answer.stat().getMzxid()));
    }

    /**
     * Returns what a sender tells of a reconfiguration that came to this.
     *
     * @param what happened, for a person to read
     */
    SendResult told(String what) {
        return refusal == null ? new Unknown(what) : new Refused(refusal, what);
    }

    Optional<Code> code() {
        return Optional.ofNullable(code);
    }

    Optional<SendResult.Code> refusal() {
        return Optional.ofNullable(refusal);
    }

    Verdict verdict() {
        return verdict;
    }

    /** Returns what it says, as a clause. */
    String detail() {
        return detail;
    }

    /** Returns whether a read that ends so is repeated; empty for what ends no read. */
    Optional<Repeat> repeat() {
        return Optional.ofNullable(repeat);
    }
}
