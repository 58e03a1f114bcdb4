package io.ensembler.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.ServerId;
import io.ensembler.spi.ExclusiveLock.Held;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.ZooKeeperEnsemble;
import java.time.Duration;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

/** What becomes of the lock when its connection is lost, and where it lies. */
@ZooKeeperEnsemble(participants = 3)
class ZooKeeperLockTest {

    private static final Duration TIME = Duration.ofSeconds(20);

    private static CuratorEnsembleDriver open(TestEnsemble ensemble) {
        return CuratorEnsembleDriver.connect(ensemble.connectString()).open();
    }

    private static boolean isLostWithin(Duration time, Held held) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (held.isHeld() && System.nanoTime() - end < 0) {
            Thread.sleep(10);
        }
        return !held.isHeld();
    }

    @Test
    void is_held_throughout_while_one_server_after_the_other_restarts(TestEnsemble ensemble) throws Exception {
        try (var driver = open(ensemble);
                var held = driver.lock().acquire(TIME)) {
            for (var id : ensemble.committed().ids()) {
                ensemble.restart(id);
                ensemble.awaitSettled();
            }
            // By then the grace would be over, had the lease not been read again.
            assertThat(isLostWithin(ZooKeeperLock.SESSION_TIMEOUT.dividedBy(3), held))
                    .isFalse();
        }
    }

    @Test
    void counts_as_lost_before_a_server_can_have_ended_its_session_and_for_good(TestEnsemble ensemble)
            throws Exception {
        try (var driver = open(ensemble);
                var held = driver.lock().acquire(TIME)) {
            ensemble.stop(ServerId.of(1));
            ensemble.stop(ServerId.of(2));

            assertThat(isLostWithin(ZooKeeperLock.SESSION_TIMEOUT.dividedBy(3), held))
                    .isTrue();

            ensemble.restart(ServerId.of(1));
            ensemble.restart(ServerId.of(2));
            ensemble.awaitSettled();
            assertThat(held.isHeld()).isFalse();
        }
    }

    @Test
    void is_lost_at_once_where_its_session_has_ended(TestEnsemble ensemble) throws Exception {
        try (var driver = open(ensemble);
                var held = driver.lock().acquire(TIME)) {
            SessionEnd.ofLock(driver);
            assertThat(isLostWithin(TIME, held)).isTrue();
        }
    }

    @Test
    void lies_under_the_path_of_the_driver_whatever_namespace_a_client_has(TestEnsemble ensemble) throws Exception {
        try (var curator = CuratorFrameworkFactory.builder()
                .connectString(ensemble.connectString())
                .namespace("elsewhere")
                .retryPolicy(new RetryOneTime(100))
                .build()) {
            curator.start();
            try (var driver = CuratorEnsembleDriver.on(curator).open();
                    var held = driver.lock().acquire(TIME)) {
                var stat = new Stat();
                var leases =
                        curator.getZookeeperClient().getZooKeeper().getChildren("/ensembler/lock/leases", false, stat);
                assertThat(leases).hasSize(1);
                assertThat(curator.getZookeeperClient()
                                .getZooKeeper()
                                .exists("/ensembler/lock/leases/" + leases.get(0), false)
                                .getCzxid())
                        .isEqualTo(held.epoch());
            }
        }
    }

    @Test
    void is_free_as_soon_as_the_driver_is_closed(TestEnsemble ensemble) throws Exception {
        Held left;
        try (var driver = open(ensemble)) {
            left = driver.lock().acquire(TIME);
        }
        try (var driver = open(ensemble);
                var held = driver.lock().acquire(Duration.ofSeconds(5))) {
            assertThat(held.isHeld()).isTrue();
            assertThat(left.isHeld()).isFalse();
        }
    }
}
