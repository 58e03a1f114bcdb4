package io.ensembler.curator;

import io.ensembler.model.Server;
import io.ensembler.spi.DriverException;
import io.ensembler.spi.DriverException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Has servers make snapshots of their data, over HTTP, and keeps each in a file. Thread-safe. */
final class Snapshots {

    /** With this and the next the server says what it sends; it says neither where it sends no snapshot. */
    private static final String SIZE = "snapshot_size";

    private static final String ZXID = "last_zxid";

    /** Servers know a caller by its address where no other identity is given. */
    private static final String BY_ADDRESS = "ip";

    private final Path directory;
    private final Administration administration;
    private final List<Credential> credentials;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * Creates what keeps snapshots.
     *
     * @param directory where, made with the first if need be
     */
    Snapshots(Path directory, Administration administration, List<Credential> credentials) {
        this.directory = directory;
        this.administration = administration;
        this.credentials = List.copyOf(credentials);
    }

    /**
     * Takes a snapshot and returns where it is, as a phrase.
     *
     * @throws DriverException if there is none: of kind {@code RETRYABLE} where the server or the network may do better
     *     soon
     */
    String take(Server server, Deadline deadline) throws InterruptedException {
        var what = "Cannot back up the data of server " + server.id();
        var place = administration
                .place(server)
                .orElseThrow(
                        () -> new DriverException(
                                Kind.REFUSED,
                                what
                                        + ": nobody said where it takes commands over HTTP. Say so with adminPort or adminServer."));
        Path unfinished;
        try {
            Files.createDirectories(directory);
            unfinished = Files.createTempFile(directory, "unfinished-" + server.id() + "-", "");
        } catch (IOException e) {
            throw new DriverException(
                    Kind.REFUSED, what + ": " + directory + " cannot be written to (" + e.getMessage() + ").", e);
        }
        try {
            return kept(what, server, received(what, place, unfinished, deadline), unfinished);
        } catch (IOException e) {
            throw new DriverException(Kind.RETRYABLE, what + ": the copy broke off (" + e.getMessage() + ").", e);
        } finally {
            // Gone already if it was finished.
            deleteQuietly(unfinished);
        }
    }

    /** Asks under one identity after the other until one may have it. */
    private HttpResponse<Path> received(String what, URI place, Path file, Deadline deadline)
            throws IOException, InterruptedException {
        var identities = new ArrayList<String>();
        credentials.forEach(credential -> identities.add(credential.scheme() + " " + credential.text()));
        identities.add(BY_ADDRESS);
        int status = 0;
        for (var identity : identities) {
            var response = ask(place, identity, file, deadline);
            status = response.statusCode();
            if (status == 200 && response.headers().firstValue(SIZE).isPresent()) {
                return response;
            } else if (status != 401 && status != 403) {
                throw refused(what, status);
            }
        }
        throw new DriverException(
                Kind.REFUSED,
                what + ": it demands an identity that may do everything at / (HTTP " + status
                        + "). Give one, such as that of the superuser, with authorization(scheme, secret).");
    }

    private static DriverException refused(String what, int status) {
        return status == 429
                ? new DriverException(
                        Kind.RETRYABLE, what + ": it has made a snapshot a moment ago (HTTP 429). Try again.")
                : new DriverException(
                        Kind.REFUSED,
                        what + ": it sent no snapshot (HTTP " + status
                                + "). It takes ZooKeeper 3.9 or later that serves,"
                                + " without admin.snapshot.enabled=false or serializeLastProcessedZxid.enabled=false; the"
                                + " server's log says which.");
    }

    private HttpResponse<Path> ask(URI place, String identity, Path file, Deadline deadline)
            throws IOException, InterruptedException {
        var uri = URI.create(place.toString().replaceFirst("/*$", "") + "/snapshot?streaming=true");
        HttpRequest request;
        try {
            request = HttpRequest.newBuilder(uri)
                    .header("Authorization", identity)
                    .build();
        } catch (IllegalArgumentException e) {
            // Its text would tell the secret.
            throw new DriverException(
                    Kind.REFUSED,
                    "Cannot ask " + uri + " for a snapshot: an identity given does not fit"
                            + " into a line of HTTP. Give one of printable ASCII characters.");
        }
        BodyHandler<Path> intoFile =
                BodyHandlers.ofFile(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        var sent = client.sendAsync(
                request,
                response -> response.headers().firstValue(SIZE).isPresent()
                        ? intoFile.apply(response)
                        : BodySubscribers.replacing(file));
        try {
            return sent.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IOException("no more of it came in time", e);
        } finally {
            sent.cancel(true);
        }
    }

    private String kept(String what, Server server, HttpResponse<Path> response, Path unfinished) throws IOException {
        var promised = response.headers().firstValue(SIZE).orElse("");
        long size = Files.size(unfinished);
        if (!promised.equals(Long.toString(size))) {
            throw new DriverException(
                    Kind.RETRYABLE,
                    what + ": of " + promised + " bytes " + size
                            + " came. See whether the disk is full, then try again.");
        }
        try (var file = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            file.force(true);
        }
        var zxid = response.headers().firstValue(ZXID).map(Snapshots::printable).orElse("unknown");
        var name = "server-" + server.id() + ".snapshot." + zxid;
        var kept = Files.move(
                unfinished,
                directory.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        return "snapshot of server " + server.id() + " up to transaction " + zxid + ", " + size + " bytes, in "
                + kept.toAbsolutePath();
    }

    /** It becomes part of the name of a file. */
    private static String printable(String zxid) {
        return zxid.replaceFirst("^0x", "").replaceAll("[^0-9a-fA-F]", "_");
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It is in the way of nobody, and its name says what it is.
        }
    }
}
