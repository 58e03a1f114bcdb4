package io.ensembler.testkit.junit;

import io.ensembler.model.Address;
import io.ensembler.testkit.FailureFolder;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.ledger.Ledger;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.opentest4j.TestAbortedException;

/** Starts and closes what {@link ZooKeeperEnsemble} and {@link UnderLoad} promise. */
final class ZooKeeperEnsembleExtension implements ParameterResolver, AfterEachCallback {

    private static final Namespace NAMESPACE = Namespace.create(ZooKeeperEnsembleExtension.class);
    private static final Pattern INVOCATION = Pattern.compile("\\[test-template-invocation:#(\\d+)]$");

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        return type == TestEnsemble.class || type == Ledger.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException("Cannot give " + parameter.getDeclaringExecutable()
                    + " an ensemble: each test method has its own. Take it as a parameter of the test method.");
        }
        if (parameter.getParameter().getType() == Ledger.class) {
            return ledger(context);
        }
        var ensemble = ensemble(context);
        if (load(context).isPresent()) {
            ledger(context);
        }
        return ensemble;
    }

    /**
     * Stops the clients of the ledger and closes the ensemble, in this order: a client ends quickly only while its server
     * runs. What they wrote goes with the ensemble. Before that a test that failed has its folder written.
     *
     * @throws AssertionError if a server asked to exit, or something was lost under load
     */
    @Override
    public void afterEach(ExtensionContext context) {
        var store = context.getStore(NAMESPACE);
        var ensemble = store.remove(TestEnsemble.class, TestEnsemble.class);
        var ledger = store.remove(Ledger.class, Ledger.class);
        try (ensemble) {
            var failure = context.getExecutionException().orElse(null);
            try {
                failOnExit(ensemble, ledger);
                if (failure == null
                        && ensemble != null
                        && ledger != null
                        && load(context).isPresent()) {
                    failOnLoss(ensemble, ledger);
                }
            } catch (AssertionError | RuntimeException e) {
                failure = failure == null ? e : failure;
                throw e;
            } finally {
                if (ensemble != null) {
                    keep(context, failure, ensemble, ledger);
                }
            }
        }
    }

    private static void keep(
            ExtensionContext context, @Nullable Throwable failure, TestEnsemble ensemble, @Nullable Ledger ledger) {
        var folder = folder(context);
        folder.delete();
        if ((failure == null || failure instanceof TestAbortedException) && !FailureFolder.isAlwaysKept()) {
            return;
        }
        if (failure != null) {
            folder.write(failure);
        }
        folder.write(ensemble);
        if (ledger != null) {
            folder.write("ledger.txt", account(ensemble, ledger));
            ledger.history().writeTo(folder.path().resolve("ledger.jsonl"));
        }
        tell(context, folder);
    }

    private static void tell(ExtensionContext context, FailureFolder folder) {
        context.publishReportEntry(
                "ensembler.folder", folder.path().toAbsolutePath().toString());
    }

    /**
     * Asks the servers first, without which nothing is known of losses. A test that failed may have left none to ask.
     */
    private static String account(TestEnsemble ensemble, Ledger ledger) {
        var notAsked = "";
        try {
            ledger.check(serving(ensemble));
        } catch (RuntimeException e) {
            notAsked = "\nThe servers could not be asked: " + e.getMessage();
        }
        var history = ledger.history();
        var report = history.check();
        return Stream.concat(
                                Stream.of(history, report),
                                report.examples().stream().map(example -> "  " + example))
                        .map(Object::toString)
                        .collect(Collectors.joining("\n"))
                + notAsked;
    }

    /** Returns the client addresses of the servers that run and are listed. */
    private static List<Address> serving(TestEnsemble ensemble) {
        var listed = Set.of(ensemble.connectString().split(",", -1));
        return ensemble.servers().stream()
                .filter(server -> ensemble.isRunning(server.id()))
                .flatMap(server -> server.endpoints().reachableClient().stream())
                .filter(address -> listed.contains(address.toString()))
                .toList();
    }

    /**
     * Each invocation of a repeated or parameterized test has one of its own, and each of several methods of one name.
     */
    private static FailureFolder folder(ExtensionContext context) {
        var type = context.getRequiredTestClass();
        var method = context.getRequiredTestMethod();
        var name = new StringBuilder(method.getName());
        if (isOverloaded(type, method)) {
            for (var parameter : method.getParameterTypes()) {
                name.append('-').append(parameter.getSimpleName());
            }
        }
        var invocation = INVOCATION.matcher(context.getUniqueId());
        if (invocation.find()) {
            name.append('-').append(invocation.group(1));
        }
        return FailureFolder.of(type.getName(), name.toString());
    }

    private static boolean isOverloaded(Class<?> type, Method method) {
        return ReflectionSupport.findMethods(
                                type,
                                other -> other.getName().equals(method.getName()),
                                HierarchyTraversalMode.TOP_DOWN)
                        .size()
                > 1;
    }

    static void failOnExit(@Nullable TestEnsemble ensemble, @Nullable Ledger ledger) {
        if (ledger != null) {
            ledger.stop();
        }
        if (ensemble != null && !ensemble.exitRequests().isEmpty()) {
            throw new AssertionError("Expected no server to exit, but " + String.join("; ", ensemble.exitRequests()));
        }
    }

    /** Fails if a write was lost, or if nobody knows. */
    static void failOnLoss(TestEnsemble ensemble, Ledger ledger) {
        var report = ledger.check(serving(ensemble));
        if (report.lost() > 0 || report.isVacuous()) {
            throw new AssertionError("Expected no write to be lost under load, but "
                    + report.whyVacuous().map(why -> why + " (" + report + ")").orElse(report.toString())
                    + report.examples().stream()
                            .map(example -> "\n  " + example)
                            .collect(Collectors.joining()));
        }
    }

    private static TestEnsemble ensemble(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(TestEnsemble.class, key -> start(context), TestEnsemble.class);
    }

    private static Ledger ledger(ExtensionContext context) {
        var ensemble = ensemble(context);
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(Ledger.class, key -> start(context, ensemble), Ledger.class);
    }

    private static Ledger start(ExtensionContext context, TestEnsemble ensemble) {
        var connectString = ensemble.connectString();
        return load(context)
                .map(load -> Ledger.on(connectString)
                        .writers(load.writers())
                        .writesPerSecond(load.writesPerSecond())
                        .readers(load.readers())
                        .readsPerSecond(load.readsPerSecond())
                        .start())
                .orElseGet(() -> Ledger.start(connectString));
    }

    private static Optional<UnderLoad> load(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), UnderLoad.class)
                .or(() -> AnnotationSupport.findAnnotation(context.getRequiredTestClass(), UnderLoad.class));
    }

    private static TestEnsemble start(ExtensionContext context) {
        var wanted = AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), ZooKeeperEnsemble.class)
                .or(() -> AnnotationSupport.findAnnotation(context.getRequiredTestClass(), ZooKeeperEnsemble.class))
                .orElseThrow(() -> new ParameterResolutionException(
                        "Neither " + context.getRequiredTestMethod() + " nor its class carries @ZooKeeperEnsemble."));
        var folder = folder(context);
        folder.delete();
        try {
            return TestEnsemble.builder()
                    .participants(wanted.participants())
                    .observers(wanted.observers())
                    .grantReconfiguration(wanted.grantReconfiguration())
                    .whenStartFails(folder::write)
                    .start();
        } catch (RuntimeException e) {
            folder.write(e);
            tell(context, folder);
            throw e;
        }
    }
}
