package io.ensembler.testkit.ledger;

/**
 * Where the znodes of a ledger are. Immutable.
 *
 * @param path what all of them are below
 */
record Layout(String path) {

    /** What is written before a server is asked, so that it has all that came before. */
    String barrier() {
        return path + "/barrier";
    }

    String writer(int writer) {
        return path + "/" + History.writerName(writer);
    }

    String register(int writer) {
        return writer(writer) + "/register";
    }

    String entries(int writer) {
        return writer(writer) + "/entries";
    }

    String entry(int writer, int number, long nonce) {
        return entries(writer) + "/" + Entry.prefix(number, nonce);
    }

    String ephemeral(int writer, int number, long nonce) {
        return writer(writer) + "/session-" + number + "-" + Long.toHexString(nonce);
    }
}
