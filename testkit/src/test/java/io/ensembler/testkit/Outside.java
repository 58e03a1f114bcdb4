package io.ensembler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.model.Address;
import io.ensembler.model.Server;
import io.ensembler.model.ServerId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;

/** What can be seen of servers from outside: four-letter words and plain clients. */
public final class Outside {

    public static final String REFUSED = "refused";
    public static final String SILENT = "silent";

    private static final Duration TIME = Duration.ofSeconds(30);
    private static final int WORD_MILLIS = 1_000;

    private Outside() {}

    /** Returns the answer to a four-letter word, {@link #REFUSED} or {@link #SILENT}. */
    public static String ask(Server server, String word) {
        var client = client(server);
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(client.host(), client.port()), WORD_MILLIS);
            socket.setSoTimeout(WORD_MILLIS);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
            return SILENT;
        } catch (IOException e) {
            return REFUSED;
        }
    }

    /** Asks until the answer is as wanted, and returns it. */
    public static String await(Server server, String word, Predicate<String> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TIME.toNanos();
        while (true) {
            var answer = ask(server, word);
            if (wanted.test(answer)) {
                return answer;
            }
            assertThat(System.nanoTime())
                    .as("server %s still answers %s by %s", server.id(), word, answer)
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    public static Predicate<String> mode(String mode) {
        return answer -> answer.contains("Mode: " + mode);
    }

    public static Predicate<String> notServing() {
        return answer -> answer.contains("not currently serving");
    }

    public static Server server(TestEnsemble ensemble, long id) {
        return ensemble.server(ServerId.of(id));
    }

    public static Address client(Server server) {
        return server.endpoints().client().orElseThrow();
    }

    /** Opens a session to these servers only. */
    public static ZooKeeper connect(String connectString) throws Exception {
        var connected = new CountDownLatch(1);
        var client = new ZooKeeper(connectString, 10_000, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        assertThat(connected.await(20, TimeUnit.SECONDS))
                .as("session to %s", connectString)
                .isTrue();
        return client;
    }

    /**
     * Asks for one more participant until the leader counts it as connected, and returns the answer to come: none
     * within a second. A learner is connected for a moment before it is counted.
     */
    static CompletableFuture<Integer> addWhileNobodyAnswers(ZooKeeperAdmin admin, Server joiner) throws Exception {
        long deadline = System.nanoTime() + TIME.toNanos();
        while (true) {
            var answer = new CompletableFuture<Integer>();
            admin.reconfigure(
                    List.of(joiner.toString()),
                    null,
                    null,
                    -1,
                    (code, path, context, data, stat) -> answer.complete(code),
                    null);
            try {
                assertThat(answer.get(1, TimeUnit.SECONDS))
                        .isEqualTo(KeeperException.Code.NEWCONFIGNOQUORUM.intValue());
            } catch (TimeoutException e) {
                return answer;
            }
            assertThat(System.nanoTime())
                    .as("server %s is never counted", joiner.id())
                    .isLessThan(deadline);
        }
    }
}
