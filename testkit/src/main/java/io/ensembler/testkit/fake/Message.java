package io.ensembler.testkit.fake;

/** Something on its way to a server. */
@FunctionalInterface
interface Message {

    /** It has arrived. */
    void deliver();

    /** It never will. */
    default void drop() {}

    /** Whether it opens a connection, so that a server may read it before what came over others. */
    default boolean isFirst() {
        return false;
    }
}
