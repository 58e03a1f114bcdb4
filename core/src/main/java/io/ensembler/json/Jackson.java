package io.ensembler.json;

/** The library that is used here, and that a user must bring. */
final class Jackson {

    private static final String FACTORY = "com.fasterxml.jackson.core.JsonFactory";

    /** Whether it was found once: it is asked for with every line of a journal, and does not go away. */
    private static volatile boolean found;

    private Jackson() {}

    /**
     * Returns if it is there.
     *
     * @param effect what cannot be done without
     */
    static void require(String effect) {
        if (found) {
            return;
        }
        try {
            Class.forName(FACTORY, false, Jackson.class.getClassLoader());
            found = true;
        } catch (ClassNotFoundException e) {
            throw new JsonUnavailableException(effect, e);
        }
    }
}
