package io.ensembler.cli;

/** What the process ends with, for scripts. Listed in {@code docs/cli.md}. */
final class ExitStatus {

    /** It was done, or there was nothing to do. */
    static final int DONE = 0;
    /** Of {@code plan}: there is something to change. */
    static final int CHANGES = 2;
    /** A rule refuses it, and nothing was sent. */
    static final int REFUSED = 3;
    /** The run stopped where it is safe, and can be resumed. */
    static final int STOPPED = 4;
    /** It failed: no connection, no rights, or it would fail again. */
    static final int FAILED = 5;
    /** Of {@code verify} and {@code lint}: they found something. */
    static final int FOUND = 6;
    /** What was asked for cannot be read. */
    static final int USAGE = 64;

    private ExitStatus() {}
}
