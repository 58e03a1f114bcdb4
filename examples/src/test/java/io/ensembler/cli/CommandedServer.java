package io.ensembler.cli;

import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/** A ZooKeeper server in a process of its own, which a launcher file starts and which ends with its test at the latest. */
final class CommandedServer {

    private CommandedServer() {}

    /** Runs the server of the file that is the second argument while the process that is the first lives. */
    public static void main(String[] arguments) {
        var test = ProcessHandle.of(Long.parseLong(arguments[0]));
        var watching = new Thread(
                () -> {
                    test.ifPresent(process -> process.onExit().join());
                    Runtime.getRuntime().halt(1);
                },
                "ends with the test");
        watching.setDaemon(true);
        watching.start();
        QuorumPeerMain.main(new String[] {arguments[1]});
    }
}
