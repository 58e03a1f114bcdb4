package io.ensembler.curator;

import java.nio.charset.StandardCharsets;

/** An identity that a session takes on. Prints without its secret. Immutable. */
final class Credential {

    private final String scheme;
    private final String secret;

    Credential(String scheme, String secret) {
        this.scheme = scheme;
        this.secret = secret;
    }

    String scheme() {
        return scheme;
    }

    /** Returns the secret as it was given: never print it. */
    String text() {
        return secret;
    }

    byte[] secret() {
        return secret.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return scheme;
    }
}
