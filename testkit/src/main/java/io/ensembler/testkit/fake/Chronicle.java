package io.ensembler.testkit.fake;

import io.ensembler.model.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Remembers the last things that happened; what it says of them is put together only when somebody asks. */
final class Chronicle {

    private static final int REMEMBERED = 256;

    private final long[] times = new long[REMEMBERED];
    private final @Nullable ServerId[] servers = new ServerId[REMEMBERED];
    private final Object[] whats = new Object[REMEMBERED];
    private final long[] numbers = new long[REMEMBERED];
    private int next;

    /**
     * Remembers something.
     *
     * @param what whose text says what happened, and whose text does not change
     */
    void note(long time, @Nullable ServerId server, Object what, long number) {
        int place = next++ % REMEMBERED;
        times[place] = time;
        servers[place] = server;
        whats[place] = what;
        numbers[place] = number;
    }

    /** The last things, oldest first. */
    List<String> last(int most) {
        var lines = new ArrayList<String>();
        for (int i = Math.max(0, next - Math.min(most, REMEMBERED)); i < next; i++) {
            int place = i % REMEMBERED;
            lines.add(String.format(
                    Locale.ROOT,
                    "%10.3f ms  %s%s%s",
                    times[place] / 1e6,
                    servers[place] == null ? "" : "server " + servers[place] + ": ",
                    whats[place],
                    numbers[place] == -1 ? "" : " 0x" + Long.toHexString(numbers[place])));
        }
        return lines;
    }
}
