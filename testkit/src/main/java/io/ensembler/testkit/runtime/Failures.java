package io.ensembler.testkit.runtime;

import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/** What failed of several things each of which is tried whatever became of the others. For one thread. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Failures {

    private final List<RuntimeException> all = new ArrayList<>();

    /** Does something, and keeps what it throws. Returns whether it threw nothing. */
    public boolean attempt(Runnable action) {
        try {
            action.run();
            return true;
        } catch (RuntimeException e) {
            all.add(e);
            return false;
        }
    }

    /** Throws the first of what was kept, if there is any, and lets it carry the others. */
    public void throwAll() {
        if (!all.isEmpty()) {
            var first = all.get(0);
            all.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    /** Lets a failure that is to be thrown anyway carry what was kept. */
    public void addTo(Throwable failure) {
        all.forEach(failure::addSuppressed);
    }
}
