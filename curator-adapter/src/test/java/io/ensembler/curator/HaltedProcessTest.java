package io.ensembler.curator;

import static io.ensembler.testkit.assertj.EnsemblerAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.ensembler.EnsembleScaler;
import io.ensembler.curator.ScalingProcess.Call;
import io.ensembler.curator.ScalingProcess.Options;
import io.ensembler.journal.FileJournal;
import io.ensembler.model.ServerId;
import io.ensembler.model.ServerRole;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Step;
import io.ensembler.spi.PlanJournal;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that halts while it carries out a plan on real servers, at a line of its journal or in a call, leaves a file
 * from which another one goes on to the end. The simulation tries every place.
 */
class HaltedProcessTest {

    private static final Duration TIME = Duration.ofSeconds(5);

    /** What the halted process had open ends by itself after this. */
    private static final Duration SESSIONS = Duration.ofSeconds(4);

    private static final long SEED = 20_260_101;
    private static final int DRAWN = Integer.getInteger("crash-matrix.processes", 30);

    /** What is asked for. */
    private enum Kind {
        GROW(3, 0),
        SHRINK(4, 0),
        REPLACE_THE_LEADER(3, 0),
        PROMOTE_AN_OBSERVER(3, 1),
        MOVE_A_FOLLOWER(3, 0);

        private final int participants;
        private final int observers;

        Kind(int participants, int observers) {
            this.participants = participants;
            this.observers = observers;
        }

        TestEnsemble start() {
            return TestEnsemble.builder()
                    .participants(participants)
                    .observers(observers)
                    .start();
        }

        ScalingRequest request(Scaling scaling) {
            var ensemble = scaling.ensemble;
            var change = ScalingRequest.change();
            return switch (this) {
                case GROW -> change.add(ensemble.newServers(2));
                case SHRINK -> change.resizeTo(3);
                case REPLACE_THE_LEADER ->
                    change.replace(scaling.leader(), ensemble.newServers(1).get(0));
                case PROMOTE_AN_OBSERVER -> change.changeRole(ServerId.of(4), ServerRole.PARTICIPANT);
                case MOVE_A_FOLLOWER -> {
                    var moved = scaling.followers().get(0);
                    yield change.changeEndpoints(moved, ensemble.newEndpoints(moved));
                }
            };
        }
    }

    /**
     * Where a process halts.
     *
     * @param entry the kind of the journal's line; empty for any
     * @param number which of these lines, from 1
     * @param calls how many calls after that line; 0 for the writing of the line itself
     * @param isOver whether it halts after that, or before
     */
    private record Place(Kind kind, String entry, int number, int calls, boolean isOver) {

        /** Any place: a run of this plan has as many lines as this, or more if it is planned again. */
        static Place drawn(Kind kind, ScalingPlan plan, Random random) {
            int lines = 2
                    + plan.steps().stream()
                            .mapToInt(planned -> planned.step() instanceof Step.Reconfigure ? 4 : 2)
                            .sum();
            int line = 1 + random.nextInt(lines);
            // The last step makes two calls at least, and nothing is called once it has ended.
            int calls = line <= lines - 2 ? random.nextInt(3) : 0;
            return new Place(kind, "", line, calls, random.nextBoolean());
        }
    }

    /** Watches for a place. */
    private static final class Lookout {

        private final Place place;
        private int linesLeft;
        private int callsLeft;

        Lookout(Place place) {
            this.place = place;
            this.linesLeft = place.number();
            this.callsLeft = place.calls();
        }

        boolean isPassedBy(Call call) {
            boolean writes = call.name().equals("append");
            if (linesLeft > 0) {
                if (writes && !call.isOver() && call.detail().contains("\"" + place.entry())) {
                    linesLeft--;
                }
                return linesLeft > 0 || place.calls() > 0 || place.isOver();
            }
            if (place.calls() == 0) {
                return !(writes && call.isOver());
            }
            if (!writes && !call.isOver()) {
                callsLeft--;
            }
            return writes || callsLeft > 0 || call.isOver() != place.isOver();
        }
    }

    @Test
    void another_process_goes_on_from_five_places(@TempDir Path folder) throws Exception {
        var cells = List.of(
                new Place(Kind.GROW, "intended", 1, 1, true),
                new Place(Kind.SHRINK, "settled", 1, 0, false),
                new Place(Kind.REPLACE_THE_LEADER, "intended", 2, 0, true),
                new Place(Kind.PROMOTE_AN_OBSERVER, "settled", 1, 2, true),
                new Place(Kind.MOVE_A_FOLLOWER, "step-began", 2, 1, false));
        var failures = new ArrayList<String>();
        for (var place : cells) {
            try (var cell = Cell.start(place.kind(), folder)) {
                cell.haltAndGoOn(place);
            } catch (Exception | AssertionError e) {
                failures.add(place + ": " + e);
            }
        }
        report(cells.size(), failures);
    }

    @Test
    @Tag("chaos")
    void another_process_goes_on_from_thirty_places_drawn_from_all(@TempDir Path folder) throws Exception {
        var random = new Random(SEED);
        var failures = new ArrayList<String>();
        for (int drawn = 0; drawn < DRAWN; drawn++) {
            var kind = Kind.values()[drawn % Kind.values().length];
            Object where = kind;
            try (var cell = Cell.start(kind, folder)) {
                var place = Place.drawn(kind, cell.plan, random);
                where = place;
                cell.haltAndGoOn(place);
            } catch (Exception | AssertionError e) {
                failures.add(where + ": " + e);
            }
        }
        report(DRAWN, failures);
    }

    private static void report(int processes, List<String> failures) {
        System.out.printf("figure: crash-matrix.processes = %d processes%n", processes);
        System.out.printf("figure: crash-matrix.process-failures = %d processes%n", failures.size());
        assertThat(failures).isEmpty();
    }

    /** One plan on one ensemble that is written to. */
    private static final class Cell implements AutoCloseable {

        private final TestEnsemble ensemble;
        private final Ledger ledger;
        private final Scaling scaling;
        private final ScalingPlan plan;
        private final Options options;

        private Cell(TestEnsemble ensemble, Ledger ledger, Scaling scaling, ScalingPlan plan, Options options) {
            this.ensemble = ensemble;
            this.ledger = ledger;
            this.scaling = scaling;
            this.plan = plan;
            this.options = options;
        }

        static Cell start(Kind kind, Path folder) throws Exception {
            var own = Files.createTempDirectory(folder, kind.name());
            var options = new Options(own, SESSIONS, Optional.empty(), Optional.empty());
            var ensemble = kind.start();
            try {
                var ledger = Scaling.load(ensemble);
                var scaling = Scaling.of(ensemble);
                return new Cell(ensemble, ledger, scaling, scaling.plan(kind.request(scaling)), options);
            } catch (RuntimeException | Error e) {
                ensemble.close();
                throw e;
            }
        }

        void haltAndGoOn(Place place) throws Exception {
            var lookout = new Lookout(place);
            try (var process = ScalingProcess.start(ensemble, plan, options, lookout::isPassedBy)) {
                assertThat(process.awaitEnd()).as("it did not halt").isEmpty();
            }
            try (var journal = FileJournal.open(options.journal())) {
                boolean begun = !journal.lines(TIME).isEmpty();
                int sentBefore = intendedIn(journal);
                var scaler = scaler(journal);
                var result = begun ? scaler.resume(journal, Scaling.QUICK) : scaler.run(plan, Scaling.QUICK);
                assertThat(result).isCompleted();
                assertThat(result.report().after().ensemble()).isEqualTo(plan.target());
                // What was written down may not have been sent.
                assertThat(sentBefore + result.report().reconfigurationsSent())
                        .isBetween(reconfigurations(), reconfigurations() + 1);

                assertThat(scaler.resume(journal, Scaling.QUICK)).isCompleted().sent(0);
                assertThat(scaling.version())
                        .isEqualTo(result.report().after().version().value());
            }
            assertThat(ensemble.awaitSettled()).isEqualTo(plan.target());
            assertThat(ensemble.servers().stream().map(server -> server.id()).filter(ensemble::isRunning))
                    .containsExactlyElementsOf(plan.target().ids());
            Scaling.assertLostNothing(ledger, plan.target());
        }

        private int reconfigurations() {
            return (int) plan.steps().stream()
                    .filter(planned -> planned.step() instanceof Step.Reconfigure)
                    .count();
        }

        private EnsembleScaler scaler(PlanJournal journal) {
            return EnsembleScaler.builder(scaling.driver)
                    .launcher(ensemble.launcher())
                    .journal(journal)
                    .listener(event -> {})
                    .build();
        }

        private static int intendedIn(PlanJournal journal) {
            return (int) journal.lines(TIME).stream()
                    .filter(line -> line.contains("\"intended\""))
                    .count();
        }

        @Override
        public void close() {
            scaling.close();
            ledger.close();
            ensemble.close();
        }
    }
}
