package io.ensembler.curator;

import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs the scaling tests over and over in one JVM; {@code mvn -Psoak verify} starts it short of processor time. */
final class Soak {

    private Soak() {}

    /** Takes its name, the number of runs, and the file into which the number of failed runs is written. */
    public static void main(String[] args) throws IOException {
        int failures = 0;
        for (int run = 1; run <= Integer.parseInt(args[1]); run++) {
            failures += passes(args[0] + run) ? 0 : 1;
        }
        Files.writeString(Path.of(args[2]), Integer.toString(failures));
        // What a driver still closes in the background must not keep this process.
        System.exit(0);
    }

    private static boolean passes(String run) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectPackage(Soak.class.getPackageName()))
                .filters(includeClassNamePatterns(".*ScaleTest"))
                .build();
        var listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        var summary = listener.getSummary();
        long took = summary.getTimeFinished() - summary.getTimeStarted();
        System.out.println("run " + run + ": " + summary.getTestsSucceededCount() + " of "
                + summary.getTestsFoundCount() + " tests passed in " + took + " ms");
        for (var failure : summary.getFailures()) {
            System.out.println(
                    "run " + run + " failed: " + failure.getTestIdentifier().getUniqueId());
            failure.getException().printStackTrace(System.out);
        }
        return summary.getTestsFoundCount() > 0 && summary.getTestsSucceededCount() == summary.getTestsFoundCount();
    }
}
