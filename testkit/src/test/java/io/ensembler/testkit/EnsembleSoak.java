package io.ensembler.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.common.X509Util;

/**
 * Opens and closes ensembles of three in a JVM that does nothing else, one after another and then as many eight at a time,
 * and prints how many there were, what is left of them, and how the heap has grown since the first quarter. Fails if one of
 * them does.
 */
final class EnsembleSoak {

    private static final int TOGETHER = 8;

    private final int count;
    private final List<String> leaks = new ArrayList<>();
    private int opened;
    private long heapAtQuarter;
    private long heapAtEnd;

    private EnsembleSoak(int count) {
        this.count = count;
    }

    /**
     * Runs it.
     *
     * @param arguments how many, a multiple of four
     */
    public static void main(String[] arguments) throws Exception {
        // This class of ZooKeeper's, of its clients too, sets a system property as it is loaded.
        Class.forName(X509Util.class.getName());
        var soak = new EnsembleSoak(Integer.parseInt(arguments[0]));
        var before = Leaks.now();
        long begin = System.nanoTime();
        soak.oneAfterAnother();
        soak.leaks.addAll(Leaks.now().since(before));
        long half = System.nanoTime();
        soak.together();
        soak.leaks.addAll(Leaks.now().since(before));
        soak.print(half - begin, System.nanoTime() - half);
    }

    private void oneAfterAnother() {
        for (int number = 1; number <= count; number++) {
            openAndClose();
            opened++;
            if (number == count / 4) {
                heapAtQuarter = heapAfterCollection();
            }
        }
        heapAtEnd = heapAfterCollection();
    }

    private void together() throws Exception {
        var threads = Executors.newFixedThreadPool(TOGETHER);
        try {
            Callable<Void> one = () -> {
                openAndClose();
                return null;
            };
            for (var done : threads.invokeAll(Collections.nCopies(count, one))) {
                done.get();
                opened++;
            }
        } finally {
            threads.shutdown();
            threads.awaitTermination(20, TimeUnit.SECONDS);
        }
    }

    private static void openAndClose() {
        try (var ensemble = TestEnsemble.start(3)) {
            if (!ensemble.exitRequests().isEmpty()) {
                throw new AssertionError(ensemble.exitRequests().toString());
            }
        }
    }

    /** What is weakly held goes in the second collection at the latest. */
    private static long heapAfterCollection() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void print(long oneAfterAnother, long together) {
        leaks.forEach(leak -> System.out.println("left: " + leak));
        print("figure: testkit.ensembles = %d ensembles", opened);
        print(
                "  %d one after another in %.1f s, and with %d at a time in %.1f s",
                count, oneAfterAnother / 1e9, TOGETHER, together / 1e9);
        print("figure: testkit.leaks = %d leaks", leaks.size());
        print("figure: testkit.heap-growth = %.3f ratio", (double) heapAtEnd / heapAtQuarter);
        print("  from %.1f MB after %d to %.1f MB after %d", heapAtQuarter / 1e6, count / 4, heapAtEnd / 1e6, count);
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
