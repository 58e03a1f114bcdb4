package io.ensembler.testkit.runtime.forked;

import java.io.IOException;
import org.apiguardian.api.API;

/**
 * What a server's process begins with: ZooKeeper's own main class, and a watch that ends the process with the JVM that
 * started it. It knows nothing but the JDK, since it runs beside any version of ZooKeeper.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ChildMain {

    private static final String SERVER = "org.apache.zookeeper.server.quorum.QuorumPeerMain";

    private ChildMain() {}

    /** Runs a server until it ends. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        var watch = new Thread(ChildMain::endWithParent, "ensembler-parent");
        watch.setDaemon(true);
        watch.start();
        Class.forName(SERVER).getMethod("main", String[].class).invoke(null, (Object) arguments);
    }

    /** Standard input is a pipe from the parent, which ends with it, however it ends. */
    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is said on it.
            }
        } catch (IOException e) {
            System.err.println("cannot hear of the parent: " + e);
        }
        Runtime.getRuntime().halt(1);
    }
}
