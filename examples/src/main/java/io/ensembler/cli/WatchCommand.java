package io.ensembler.cli;

import io.ensembler.EnsembleScaler;
import io.ensembler.json.ObservationJson;
import io.ensembler.model.Observation;
import io.ensembler.spi.DriverException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what stands whenever it changes. */
@Command(
        name = "watch",
        description = "Shows the status whenever it changes, until Ctrl-C; with --json a document a line.",
        mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {

    private final Streams streams;

    @Mixin
    private ConnectOptions connect = new ConnectOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(names = "--interval", paramLabel = "TIME", description = "How often to look (2s).")
    private Duration interval = Duration.ofSeconds(2);

    WatchCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (interval.isZero()) {
            throw new UsageException("Cannot look all the time. Give an interval longer than 0.");
        }
        var ended = new CountDownLatch(1);
        Interruption.onFirst(ended::countDown);
        try (var driver = connect.open()) {
            var scaler = EnsembleScaler.builder(driver).build();
            var shown = "";
            do {
                shown = show(scaler, shown);
            } while (!ended.await(interval.toMillis(), TimeUnit.MILLISECONDS));
            return ExitStatus.DONE;
        }
    }

    /** Shows what stands if it differs from what was shown last, and returns what stands now. */
    private String show(EnsembleScaler scaler, String shownLast) {
        try {
            var seen = scaler.observe();
            var state = state(seen);
            if (!state.equals(shownLast)) {
                streams.out().println(json.isWanted() ? ObservationJson.writeLine(seen) : seen.at() + "\n" + state);
            }
            return state;
        } catch (DriverException e) {
            var failure = String.valueOf(e.getMessage());
            if (!failure.equals(shownLast)) {
                streams.err().println(failure);
            }
            return failure;
        }
    }

    /** What counts as a change: nothing that moves all the time, such as how many clients there are. */
    private static String state(Observation seen) {
        return StatusTable.withoutFigures(seen);
    }
}
