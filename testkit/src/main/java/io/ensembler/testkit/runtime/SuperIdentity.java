package io.ensembler.testkit.runtime;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.UUID;
import org.apiguardian.api.API;

/** The identity that may do everything on our servers, drawn anew in each JVM. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class SuperIdentity {

    /** The system property by which a server's JVM knows it. */
    public static final String PROPERTY = "zookeeper.DigestAuthenticationProvider.superDigest";

    private static final String PASSWORD = UUID.randomUUID().toString();

    private SuperIdentity() {}

    /** Returns what a client authenticates with, by scheme {@code digest}. */
    public static byte[] credentials() {
        return identity().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Returns the value of {@link #PROPERTY} in a server's JVM. ZooKeeper's own class that makes it must not be loaded
     * before the property is set.
     *
     * @param algorithm the digest algorithm that the servers use
     */
    public static String digest(String algorithm) {
        try {
            var digest = MessageDigest.getInstance(algorithm).digest(identity().getBytes(StandardCharsets.UTF_8));
            return "super:" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String identity() {
        return "super:" + PASSWORD;
    }
}
