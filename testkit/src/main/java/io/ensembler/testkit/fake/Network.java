package io.ensembler.testkit.fake;

/**
 * What is cut: from server to server, each way, and between the driver's machine and servers. What is cut drops nothing
 * that was sent on a connection that stands; it arrives later.
 */
final class Network {

    private final int[][] cuts = new int[Roster.MOST][Roster.MOST];
    private final int[] clients = new int[Roster.MOST];
    private final long[] seenOtherwiseAt = new long[Roster.MOST];
    private int present;

    /** Whether nothing at all is cut. */
    boolean isWhole() {
        return present == 0;
    }

    boolean isOpen(int from, int to) {
        return present == 0 || cuts[from][to] == 0;
    }

    boolean isOpenBothWays(int one, int other) {
        return present == 0 || (cuts[one][other] == 0 && cuts[other][one] == 0);
    }

    /** Whether clients and a server reach each other. */
    boolean isOpenToClients(int server) {
        return present == 0 || clients[server] == 0;
    }

    void cut(int from, int to, int change) {
        cuts[from][to] += change;
        present += change;
    }

    /** Cuts a server off from clients, or heals that, both ways. */
    void cutFromClients(int server, int change, long at) {
        clients[server] += change;
        present += change;
        seenOtherwiseAt[server] = at;
    }

    /** Whether clients have been able to reach a server all the time since this moment. */
    boolean isSeenSince(int server, long since) {
        return clients[server] == 0 && seenOtherwiseAt[server] <= since;
    }
}
