package io.ensembler.testkit.fake;

import java.util.Arrays;

/**
 * What a server has in memory after some transaction, as far as it matters here: the sessions that live, and the znodes
 * that they own. Immutable.
 */
final class Tree {

    static final Tree EMPTY = new Tree(new long[0], new long[0], new long[0], new long[0]);

    private final long[] sessions;
    private final long[] znodes;
    private final long[] owners;
    private final long[] modified;

    private Tree(long[] sessions, long[] znodes, long[] owners, long[] modified) {
        this.sessions = sessions;
        this.znodes = znodes;
        this.owners = owners;
        this.modified = modified;
    }

    long[] sessions() {
        return sessions;
    }

    boolean hasSession(long session) {
        return place(sessions, session) >= 0;
    }

    /** The zxid that wrote a znode last, 0 if there is no such znode. */
    long modified(long znode) {
        int place = place(znodes, znode);
        return place < 0 ? 0 : modified[place];
    }

    Tree withSession(long session) {
        return new Tree(with(sessions, session), znodes, owners, modified);
    }

    /** Without a session and the znodes it owned. */
    Tree withoutSession(long session) {
        int place = place(sessions, session);
        if (place < 0) {
            return this;
        }
        int left = 0;
        for (long owner : owners) {
            left += owner == session ? 0 : 1;
        }
        var leftZnodes = new long[left];
        var leftOwners = new long[left];
        var leftModified = new long[left];
        int next = 0;
        for (int i = 0; i < owners.length; i++) {
            if (owners[i] != session) {
                leftZnodes[next] = znodes[i];
                leftOwners[next] = owners[i];
                leftModified[next] = modified[i];
                next++;
            }
        }
        return new Tree(without(sessions, place), leftZnodes, leftOwners, leftModified);
    }

    Tree withZnode(long znode, long owner, long zxid) {
        return new Tree(sessions, with(znodes, znode), with(owners, owner), with(modified, zxid));
    }

    Tree withModified(long znode, long zxid) {
        var newModified = modified.clone();
        newModified[place(znodes, znode)] = zxid;
        return new Tree(sessions, znodes, owners, newModified);
    }

    private static int place(long[] numbers, long number) {
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[i] == number) {
                return i;
            }
        }
        return -1;
    }

    private static long[] with(long[] numbers, long number) {
        var more = Arrays.copyOf(numbers, numbers.length + 1);
        more[numbers.length] = number;
        return more;
    }

    private static long[] without(long[] numbers, int place) {
        var fewer = new long[numbers.length - 1];
        System.arraycopy(numbers, 0, fewer, 0, place);
        System.arraycopy(numbers, place + 1, fewer, place, fewer.length - place);
        return fewer;
    }
}
