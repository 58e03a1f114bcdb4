package io.ensembler.testkit.fake;

/** Something on its way to a server. */
@FunctionalInterface
interface Message {

    /** It has arrived. */
    void deliver();

    /** It never will. */
    default void drop() {}
}
