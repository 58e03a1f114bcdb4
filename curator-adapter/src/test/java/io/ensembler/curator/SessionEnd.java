package io.ensembler.curator;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;

/** Ends sessions behind the back of whoever has them: another handle takes one over and closes it. */
final class SessionEnd {

    private static final Duration TIME = Duration.ofSeconds(20);

    private SessionEnd() {}

    static void ofLock(CuratorEnsembleDriver driver) {
        try {
            var client = driver.lock().client(TIME);
            var owner = client.getZookeeperClient().getZooKeeper();
            var connected = new CountDownLatch(1);
            try (var another = new ZooKeeper(
                    client.getZookeeperClient().getCurrentConnectionString(),
                    owner.getSessionTimeout(),
                    event -> {
                        if (event.getState() == KeeperState.SyncConnected) {
                            connected.countDown();
                        }
                    },
                    owner.getSessionId(),
                    owner.getSessionPasswd())) {
                if (!connected.await(TIME.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IllegalStateException("the session could not be taken over");
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (Exception e) {
            throw new IllegalStateException("the session could not be ended", e);
        }
    }
}
