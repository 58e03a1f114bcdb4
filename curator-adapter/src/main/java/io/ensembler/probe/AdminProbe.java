package io.ensembler.probe;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Asks servers over HTTP, on the port of their administration. Thread-safe. Java's own client does the work, on threads
 * of its own that end once the probe is no longer used.
 *
 * @since 0.1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class AdminProbe {

    private static final int LONGEST_ANSWER = 1 << 20;

    private final HttpClient client;

    /**
     * Creates a probe.
     *
     * @param timeout how long it tries to connect
     */
    public AdminProbe(Duration timeout) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /** What can be asked. */
    public enum Command {
        /** Mode, zxid and load. */
        SERVER_STATS,
        /** Some settings, and whose they are. */
        CONFIGURATION,
        /** Figures, of the leader also how many follow it. */
        MONITOR,
        /** Memory. */
        ENVIRONMENT;

        /** Returns it as it stands in a URL. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Asks and returns at once. The answer never fails, and is there after {@code timeout} at the latest.
     *
     * @param commands where the server takes commands, such as {@code http://zk1:8080/commands}
     */
    public CompletableFuture<AdminReply> ask(URI commands, Command command, Duration timeout) {
        HttpRequest request;
        try {
            request = HttpRequest.newBuilder(URI.create(commands.toString().replaceFirst("/*$", "/") + command))
                    .timeout(timeout)
                    .build();
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(
                    new AdminReply.Unreadable("it cannot be asked at " + commands + ": " + e.getMessage()));
        }
        var silence = new AdminReply.Unreadable("nothing heard over HTTP at " + commands);
        var sent = client.sendAsync(request, response -> new Bounded());
        return sent.<AdminReply>handle((response, failure) ->
                        response == null ? silence : AdminReply.parse(command, response.statusCode(), response.body()))
                // The request's own timeout ends once its answer begins.
                .completeOnTimeout(silence, timeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((reply, failure) -> sent.cancel(true));
    }

    /** Collects an answer, and gives up one that is longer than any should be. */
    private static final class Bounded implements BodySubscriber<String> {

        private final BodySubscriber<String> collector = HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
        private long length;
        private Flow.@Nullable Subscription subscription;

        @Override
        public CompletionStage<String> getBody() {
            return collector.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
            collector.onSubscribe(newSubscription);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            length += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
            if (length <= LONGEST_ANSWER) {
                collector.onNext(buffers);
            } else if (subscription != null) {
                subscription.cancel();
                collector.onError(new IOException("an answer of more than " + LONGEST_ANSWER + " bytes"));
            }
        }

        @Override
        public void onError(Throwable failure) {
            collector.onError(failure);
        }

        @Override
        public void onComplete() {
            collector.onComplete();
        }
    }
}
