package io.ensembler.examples.bench;

import io.ensembler.testkit.ledger.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long the ledger takes to check what it saw, and how that grows with its length; the two lengths take turns. */
final class CheckBenchmark {

    private static final int OPERATIONS = 300_000;
    private static final int SHORTER = 10;

    private CheckBenchmark() {}

    static List<Figure> figures(Length length) throws IOException {
        var small = history(OPERATIONS / SHORTER);
        var large = history(OPERATIONS);
        var times = new ArrayList<Double>();
        var ratios = new ArrayList<Double>();
        for (int turn = -length.of(2, 10, 10); turn < length.of(4, 30, 30); turn++) {
            double ofSmall = milliseconds(small);
            double ofLarge = milliseconds(large);
            if (turn >= 0) {
                times.add(ofLarge);
                ratios.add(ofLarge / ofSmall);
            }
        }
        return List.of(
                new Figure("ledger.check", "ms", Goal.NONE, times),
                new Figure("ledger.check-growth-x10", "ratio", Goal.atMost(15), ratios));
    }

    private static double milliseconds(History history) {
        long before = System.nanoTime();
        var report = history.check();
        double milliseconds = (System.nanoTime() - before) / 1e6;
        if (!report.violations().isEmpty() || report.lost() > 0) {
            throw new IllegalStateException("a history in which nothing was broken is said to break: " + report);
        }
        return milliseconds;
    }

    /** One writer sets its register and reads it, and so on; everything is acknowledged within a microsecond. */
    private static History history(int operations) throws IOException {
        var lines = new ArrayList<String>();
        lines.add("{\"format\":\"ensembler-ledger\",\"formatVersion\":\"1.0\",\"path\":\"/ledger\",\"writers\":1,"
                + "\"readers\":0,\"minimumRate\":1}");
        for (int number = 0; number < operations / 2; number++) {
            long at = 2_000L * number;
            var value = "\"nonce\":\"0x%x\",\"zxid\":\"0x%x\",\"version\":%d}"
                    .formatted(number + 1, 0x1_0000_0000L + number, number + 1);
            lines.add(("{\"type\":\"write\",\"writer\":0,\"number\":%d,\"kind\":\"set\",\"session\":1,%s,"
                            + "\"outcome\":\"acknowledged\",%s")
                    .formatted(number, times(at), value));
            lines.add(
                    "{\"type\":\"read\",\"client\":0,\"kind\":\"register\",\"writer\":0,\"session\":1,%s,\"number\":%d,%s"
                            .formatted(times(at + 1_000), number, value));
        }
        lines.add("{\"type\":\"end\",\"at\":%d}".formatted(2_000L * operations));
        return read(lines);
    }

    private static String times(long at) {
        return "\"due\":%d,\"invoked\":%d,\"completed\":%d".formatted(at, at, at + 900);
    }

    private static History read(List<String> lines) throws IOException {
        Path file = Files.createTempFile("history", ".jsonl");
        try {
            Files.write(file, lines);
            return History.read(file);
        } finally {
            Files.delete(file);
        }
    }
}
