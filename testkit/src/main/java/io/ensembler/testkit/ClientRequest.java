package io.ensembler.testkit;

import org.apache.zookeeper.ZooDefs.OpCode;
import org.apiguardian.api.API;

/**
 * What a client asks of a server.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public enum ClientRequest {
    /** Anything that is committed as a transaction, reconfigurations included, but for sessions. */
    WRITE,
    /** A reconfiguration. */
    RECONFIGURATION;

    /** Returns whether a request of this type, as ZooKeeper numbers them, is one of these. */
    boolean isOfType(int type) {
        return switch (type) {
            case OpCode.reconfig -> true;
            case OpCode.create,
                    OpCode.create2,
                    OpCode.createContainer,
                    OpCode.createTTL,
                    OpCode.delete,
                    OpCode.deleteContainer,
                    OpCode.setData,
                    OpCode.setACL,
                    OpCode.multi -> this == WRITE;
            default -> false;
        };
    }
}
