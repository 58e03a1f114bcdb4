package io.ensembler.testkit;

import io.ensembler.model.Server;
import io.ensembler.testkit.runtime.LoopbackPorts;
import java.util.stream.Stream;
import org.apache.zookeeper.common.X509Util;

/** Opens and closes ensembles in a JVM that does nothing else, and prints what is left of them. */
final class LeakProbe {

    private LeakProbe() {}

    public static void main(String[] arguments) throws Exception {
        // This class of ZooKeeper's, of its clients too, sets a system property as it is loaded.
        Class.forName(X509Util.class.getName());
        System.setProperty("zookeeper.leaderConnectDelayDuringRetryMs", "128");
        var before = Leaks.now();

        var one = TestEnsemble.builder().setting("probe.of.leaks", "set").start();
        var other = TestEnsemble.builder().participants(1).observers(1).start();
        var joiner = one.newServers(1).get(0);
        one.join(joiner);
        one.faults().isolate(Selector.leader());
        Outside.await(joiner, "ruok", "imok"::equals);
        var stalled = other.newServers(1).get(0);
        other.faults().stallSync(Selector.server(stalled.id()));
        other.join(stalled);
        var during = Leaks.now();
        one.close();
        System.out.println("with one open: zookeeper.forceSync=" + System.getProperty("zookeeper.forceSync")
                + ", zookeeper.probe.of.leaks=" + System.getProperty("zookeeper.probe.of.leaks"));
        var ports = Stream.of(one, other)
                .flatMap(ensemble -> ensemble.servers().stream())
                .flatMap(LeakProbe::ports)
                .toList();
        other.close();

        System.out.println("threads of ours while open: "
                + (during.threads().size() > before.threads().size()));
        System.out.println("ports: " + ports.size() + ", free again: "
                + ports.stream().filter(LoopbackPorts::isFree).count());
        Leaks.now().since(before).forEach(leak -> System.out.println("left: " + leak));
        System.out.println("end");
    }

    private static Stream<Integer> ports(Server server) {
        var quorum = server.endpoints().quorum().get(0);
        return Stream.of(
                quorum.quorumPort(),
                quorum.electionPort(),
                server.endpoints().client().orElseThrow().port());
    }
}
