package io.ensembler.curator;

import io.ensembler.curator.Session.Reconfigured;
import io.ensembler.model.ConfigurationVersion;
import io.ensembler.spi.SendResult;
import io.ensembler.spi.SendResult.Applied;
import io.ensembler.spi.SendResult.Code;
import io.ensembler.spi.SendResult.Refused;
import io.ensembler.spi.SendResult.Unknown;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * What the code that came back for a reconfiguration says about it.
 *
 * <p>Definite are the codes that the leader gives before it proposes anything, since such a call is carried through as a
 * failed transaction. Every other one may have been made up by the client, which cannot know (the connection was lost,
 * the handle closed), or stands for something that a later version of the server may do in another order: unknown, which
 * costs a read on the same session and is never wrong.
 */
final class Outcomes {

    private Outcomes() {}

    static SendResult of(Reconfigured answer) {
        int rc = answer.rc();
        var code = code(rc);
        if (code == null) {
            return new Unknown("the answer was code " + rc + ", which this version of the client does not know");
        }
        return switch (code) {
            case OK -> applied(answer.stat());
            case BADVERSION ->
                new Refused(Code.BAD_VERSION, "the configuration no longer has the version the call is conditional on");
            case RECONFIGINPROGRESS ->
                new Refused(Code.IN_PROGRESS, "another reconfiguration is proposed and not committed");
            case NEWCONFIGNOQUORUM ->
                new Refused(Code.NO_QUORUM, "no quorum of the new configuration is connected to the leader and synced");
            case NOAUTH -> new Refused(Code.NO_PERMISSION, "the identity given lacks WRITE on /zookeeper/config");
            case RECONFIGDISABLED -> new Refused(Code.DISABLED, "the leader runs with reconfigEnabled=false");
            case UNIMPLEMENTED -> new Refused(Code.STANDALONE, "the server runs standalone");
            case BADARGUMENTS, MARSHALLINGERROR ->
                new Refused(Code.BAD_ARGUMENTS, "the leader did not accept the text (" + code + ")");
            case CONNECTIONLOSS -> new Unknown("the connection was lost before the answer came");
            case SESSIONEXPIRED -> new Unknown("the session ended before the answer came");
            case OPERATIONTIMEOUT, REQUESTTIMEOUT -> new Unknown("no answer came in time (" + code + ")");
            case SESSIONMOVED -> new Unknown("the session had moved to another server");
            default -> new Unknown("the answer was " + code);
        };
    }

    /** The version is the zxid of the transaction that brought it, and that is the last to have written the znode. */
    private static SendResult applied(@Nullable Stat stat) {
        return stat == null
                ? new Unknown("the answer was OK and named no version")
                : new Applied(ConfigurationVersion.of(stat.getMzxid()));
    }

    private static KeeperException.@Nullable Code code(int rc) {
        for (var code : KeeperException.Code.values()) {
            if (code.intValue() == rc) {
                return code;
            }
        }
        return null;
    }
}
