package io.ensembler.testkit;

import io.ensembler.testkit.runtime.Failures;

/** Does to its end what must not be left half done, whoever interrupts the thread that wants it. */
final class Uninterrupted {

    private Uninterrupted() {}

    /**
     * Does something on a thread that nobody else knows, and returns once that thread has ended. If the caller is
     * interrupted, before or meanwhile, its interrupt flag is set on return.
     *
     * @throws RuntimeException what was thrown instead
     */
    static void run(Runnable work) {
        var failures = new Failures();
        var thread = new Thread(() -> failures.attempt(work), "ensembler-uninterrupted");
        thread.start();
        join(thread);
        failures.throwAll();
    }

    /** Returns once a thread has ended that will do so by itself, with the interrupt flag as it is or would be. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
