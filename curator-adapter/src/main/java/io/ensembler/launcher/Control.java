package io.ensembler.launcher;

import java.util.Map;

/** Starts and stops the process of a server, and tells whether it runs. */
interface Control {

    /** Returns whether the server's process runs, serving or not. */
    boolean isRunning(String effect, ServerPlace place, Deadline deadline) throws InterruptedException;

    /** Starts a server that does not run, from the files that are in its place. */
    void start(String effect, ServerPlace place, Deadline deadline) throws InterruptedException;

    /** Stops a server, and returns once its process has ended. */
    void stop(String effect, ServerPlace place, Deadline deadline) throws InterruptedException;

    /** Returns the programs it runs by what they are for. */
    Map<String, String> programs();
}
