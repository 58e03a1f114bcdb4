package io.ensembler.json;

/** The library that is used here, and that a user must bring. */
final class Jackson {

    private static final String FACTORY = "com.fasterxml.jackson.core.JsonFactory";

    private Jackson() {}

    /**
     * Returns if it is there.
     *
     * @param effect what cannot be done without
     */
    static void require(String effect) {
        try {
            Class.forName(FACTORY, false, Jackson.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new JsonUnavailableException(effect, e);
        }
    }
}
