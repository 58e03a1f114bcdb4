package io.ensembler.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopbackPortsTest {

    private final List<Integer> leased = new ArrayList<>();

    @AfterEach
    void release() {
        LoopbackPorts.release(leased);
    }

    @Test
    void a_port_has_one_owner_among_threads() throws Exception {
        var threads = Executors.newFixedThreadPool(8);
        try {
            Callable<List<Integer>> lease = () -> LoopbackPorts.lease(25);
            for (var lot : threads.invokeAll(
                    IntStream.range(0, 8).mapToObj(it -> lease).toList())) {
                leased.addAll(lot.get());
            }
        } finally {
            threads.shutdown();
        }

        assertThat(leased).hasSize(200).doesNotHaveDuplicates().allMatch(LoopbackPorts::isFree);
    }

    @Test
    void a_port_has_one_owner_among_jvms_and_none_once_that_has_been_killed() throws Exception {
        var other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<Integer> theirs;
        try (var output = new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
            theirs = Arrays.stream(output.readLine().split(","))
                    .map(Integer::valueOf)
                    .toList();
            LoopbackPorts.goOnAfter(theirs.get(0) - 1);
            leased.addAll(LoopbackPorts.lease(20));
        } finally {
            other.destroyForcibly().waitFor();
        }

        assertThat(theirs).hasSize(20);
        assertThat(leased).hasSize(20).doesNotContainAnyElementsOf(theirs);
        LoopbackPorts.goOnAfter(theirs.get(0) - 1);
        var again = LoopbackPorts.lease(20);
        leased.addAll(again);
        assertThat(again).containsAnyElementsOf(theirs);
    }

    @Test
    void a_port_that_somebody_else_listens_on_is_passed_over() throws Exception {
        var port = LoopbackPorts.lease(1).get(0);
        LoopbackPorts.release(List.of(port));

        try (var listener = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            LoopbackPorts.goOnAfter(port - 1);
            leased.addAll(LoopbackPorts.lease(1));

            assertThat(LoopbackPorts.isFree(listener.getLocalPort())).isFalse();
            assertThat(leased).doesNotContain(port);
        }
    }

    /** Holds ports until it is killed. */
    static final class Holder {

        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            System.out.println(
                    LoopbackPorts.lease(20).stream().map(String::valueOf).collect(Collectors.joining(",")));
            Thread.sleep(60_000);
        }
    }
}
