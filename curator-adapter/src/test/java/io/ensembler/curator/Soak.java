package io.ensembler.curator;

import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs the scaling tests over and over in one JVM; {@code mvn -Psoak verify} starts it short of processor time. */
final class Soak {

    private Soak() {}

    /** Takes the number of runs. Ends with status 1 if any run failed or found no test. */
    public static void main(String[] args) {
        int runs = Integer.parseInt(args[0]);
        int failures = 0;
        for (int run = 1; run <= runs; run++) {
            failures += passes(run) ? 0 : 1;
        }
        System.out.println("figure: flaky.runs = " + runs + " runs");
        System.out.println("figure: flaky.failures = " + failures + " runs");
        System.exit(failures == 0 ? 0 : 1);
    }

    private static boolean passes(int run) {
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
