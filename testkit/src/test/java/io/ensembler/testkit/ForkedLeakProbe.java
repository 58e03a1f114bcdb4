package io.ensembler.testkit;

import io.ensembler.testkit.ledger.Ledger;
import java.time.Duration;
import org.apache.zookeeper.common.X509Util;

/**
 * Opens and closes an ensemble whose servers have processes of their own in a JVM that does nothing else, with all that may
 * hang on it, and prints what is left.
 */
final class ForkedLeakProbe {

    private ForkedLeakProbe() {}

    public static void main(String[] arguments) throws Exception {
        // This class of ZooKeeper's, of its clients too, sets a system property as it is loaded.
        Class.forName(X509Util.class.getName());
        var before = Leaks.now();

        try (var ensemble = TestEnsemble.builder()
                .participants(2)
                .runtime(ServerRuntime.forked())
                .start()) {
            try (var client = Outside.connect(ensemble.relayedConnectString());
                    var ledger = Ledger.start(ensemble.connectString())) {
                ensemble.restart(ensemble.leader().orElseThrow());
                ensemble.awaitSettled();
                client.exists("/", false);
                ledger.stop();
            }
            ensemble.faults().cutBeforeReply(ClientRequest.WRITE);
            ensemble.faults().delay(Selector.leader(), Selector.followers(), Duration.ofMillis(1));
            ensemble.faults().pause(Selector.followers());
            var during = Leaks.now().since(before);
            System.out.println("processes while open: "
                    + during.stream()
                            .filter(leak -> leak.startsWith("process "))
                            .count());
            System.out.println(
                    "pipes while open: " + during.stream().anyMatch(leak -> leak.startsWith("open pipes: ")));
            // Whoever gives up waiting is interrupted, and closes with the flag set.
            Thread.currentThread().interrupt();
        }
        System.out.println("interrupted: " + Thread.interrupted());
        Leaks.now().since(before).forEach(leak -> System.out.println("left: " + leak));
        System.out.println("end");
    }
}
