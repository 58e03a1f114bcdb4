package io.ensembler.testkit.ledger;

import io.ensembler.model.EnsembleException;
import io.ensembler.testkit.ledger.Access.Identity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Says what ledger to start; begin at {@link Ledger#on}. For one thread.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class LedgerBuilder {

    final String connectString;
    private final List<Identity> identities = new ArrayList<>();
    private String path = Ledger.DEFAULT_PATH;
    int writers = 2;
    int writesPerSecond = 250;
    int readers = 1;
    int readsPerSecond = 100;
    int entries = 200;
    int minimumRate = 10;
    private Duration sessionTimeout = Duration.ofSeconds(10);

    LedgerBuilder(String connectString) {
        this.connectString = connectString;
    }

    /**
     * Below which path the znodes are made, each ledger below a number of its own; {@link Ledger#DEFAULT_PATH} unless
     * said otherwise. What is missing of it is made, and deleted in the end unless somebody else uses it.
     */
    public LedgerBuilder under(String newPath) {
        this.path = newPath;
        return this;
    }

    /**
     * Who the clients are, as ZooKeeper's {@code addAuthInfo} takes it; may be said more than once. The znodes are then
     * open to these identities alone, otherwise to all.
     */
    public LedgerBuilder authorization(String scheme, String secret) {
        identities.add(new Identity(scheme, secret));
        return this;
    }

    /** How many clients write; two unless said otherwise. */
    public LedgerBuilder writers(int count) {
        this.writers = atLeast(1, count, "writers");
        return this;
    }

    /**
     * How many writes of each writer are due a second; 250 unless said otherwise. No gap can be told that is shorter
     * than the time between two of them; those that are due faster than the ensemble answers wait.
     */
    public LedgerBuilder writesPerSecond(int rate) {
        this.writesPerSecond = atLeast(1, rate, "writes per second");
        return this;
    }

    /** How many clients only read; one unless said otherwise. */
    public LedgerBuilder readers(int count) {
        this.readers = atLeast(0, count, "readers");
        return this;
    }

    /** How many reads of each reader are due a second; 100 unless said otherwise. */
    public LedgerBuilder readsPerSecond(int rate) {
        this.readsPerSecond = atLeast(1, rate, "reads per second");
        return this;
    }

    /**
     * How many sequential znodes a writer has at most; 200 unless said otherwise. Beside them each writer has three
     * znodes, and one more for its session.
     */
    public LedgerBuilder entries(int most) {
        this.entries = atLeast(2, most, "entries");
        return this;
    }

    /**
     * How many writes a second have to be acknowledged, of all writers together and over the whole time but for stalls
     * of this JVM, lest the report be vacuous; 10 unless said otherwise. ZooKeeper's shortest election takes a fifth of
     * a second, so with fewer something could be lost with nobody writing. Zero asks for none.
     */
    public LedgerBuilder minimumRate(int writesPerSecond) {
        this.minimumRate = atLeast(0, writesPerSecond, "acknowledged writes per second");
        return this;
    }

    /**
     * Which session timeout the clients ask for, how long they wait for an answer, and how long it may take to connect
     * to a server in the end; 10 seconds unless said otherwise.
     */
    public LedgerBuilder sessionTimeout(Duration timeout) {
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException("a session timeout of " + timeout + " is too short");
        }
        this.sessionTimeout = timeout;
        return this;
    }

    /**
     * Starts the clients and returns once each writer has had a write acknowledged and each reader a read answered.
     *
     * @throws EnsembleException if that has not happened within 30 seconds, or the first znodes could not be made
     */
    public Ledger start() {
        var access = new Access(sessionTimeout, identities);
        try {
            var ledger = new Ledger(this, access, Grounds.lay(access, connectString, path, writers));
            try {
                ledger.begin();
                return ledger;
            } catch (InterruptedException | RuntimeException e) {
                ledger.close();
                throw e;
            }
        } catch (InterruptedException e) {
            throw Ledger.interrupted(e);
        }
    }

    private static int atLeast(int least, int count, String what) {
        if (count < least) {
            throw new IllegalArgumentException("a ledger needs at least " + least + " " + what + ", not " + count);
        }
        return count;
    }
}
