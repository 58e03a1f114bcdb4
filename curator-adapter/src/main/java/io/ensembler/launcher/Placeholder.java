package io.ensembler.launcher;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a command can be told of the server it is for. */
enum Placeholder {
    ID("the id of the server"),
    HOST("the host of its first quorum address"),
    QUORUM_PORT("the quorum port of that address"),
    ELECTION_PORT("the election port of that address"),
    CLIENT_HOST("the host at which clients call it; that of its quorum address where its line names none"),
    CLIENT_PORT("the port at which clients call it"),
    DATA_DIRECTORY("where it keeps its data"),
    CONFIGURATION_DIRECTORY("where its configuration files are"),
    CONFIGURATION_FILE("its `zoo.cfg`"),
    STAGING_DIRECTORY("where its files lie on this machine, for a prepare command that brings them to the server's");

    private final String meaning;

    Placeholder(String meaning) {
        this.meaning = meaning;
    }

    /** What it stands for, as a phrase for the page of launchers. */
    String meaning() {
        return meaning;
    }

    /** The name as it stands in braces. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Placeholder> of(String key) {
        return Arrays.stream(values()).filter(it -> it.key().equals(key)).findFirst();
    }

    static String all() {
        return Arrays.stream(values()).map(Placeholder::toString).collect(Collectors.joining(", "));
    }

    /** Returns it as it stands in a template. */
    @Override
    public String toString() {
        return "{" + key() + "}";
    }
}
