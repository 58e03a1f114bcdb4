package io.ensembler;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.ensembler.joiner.DataDirectory;
import io.ensembler.journal.FileJournal;
import io.ensembler.spi.EnsembleDriver;
import io.ensembler.spi.Sender;
import io.ensembler.spi.ServerLauncher;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

/**
 * What never happens in this module. Data flows down the list of packages on which the first rules go by; an import
 * points only up it.
 */
@AnalyzeClasses(packages = "io.ensembler", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.ensembler";
    private static final String MODEL = "io.ensembler.model";
    private static final String VALIDATION = "io.ensembler.validation";
    private static final String PLAN = "io.ensembler.plan";
    private static final String JOINER = "io.ensembler.joiner";
    private static final String SPI = "io.ensembler.spi";
    private static final String JOURNAL = "io.ensembler.journal";
    private static final String REPORT = "io.ensembler.report";
    private static final String RENDER = "io.ensembler.render";
    private static final String JSON = "io.ensembler.json";
    private static final String EXECUTION = "io.ensembler.execution";

    private static final String[] PURE = {MODEL, VALIDATION, PLAN, REPORT, RENDER};

    /** What every package may use: the JDK, and annotations. */
    private static final String[] EVERYWHERE = {"java..", "org.apiguardian.api", "org.jspecify.annotations"};

    // 1 and 2: who imports whom.

    @ArchTest
    static final ArchRule every_class_is_in_a_package_whose_imports_are_ruled_here = classes()
            .should()
            .resideInAnyPackage(ROOT, MODEL, VALIDATION, PLAN, JOINER, SPI, JOURNAL, REPORT, RENDER, JSON, EXECUTION)
            .because("a new package takes its place in the list, here and on the design page");

    @ArchTest
    static final ArchRule model_imports_nothing = imports(MODEL);

    @ArchTest
    static final ArchRule validation_imports_model = imports(VALIDATION, MODEL);

    @ArchTest
    static final ArchRule plan_imports_model_and_validation = imports(PLAN, MODEL, VALIDATION);

    @ArchTest
    static final ArchRule joiner_imports_model_and_validation = imports(JOINER, MODEL, VALIDATION);

    @ArchTest
    static final ArchRule spi_imports_model_only_so_that_a_driver_never_sees_a_step = imports(SPI, MODEL);

    @ArchTest
    static final ArchRule journal_imports_model_and_spi_and_knows_no_entry = imports(JOURNAL, MODEL, SPI);

    @ArchTest
    static final ArchRule report_imports_model_validation_and_plan = imports(REPORT, MODEL, VALIDATION, PLAN);

    @ArchTest
    static final ArchRule render_imports_model_validation_plan_and_report =
            imports(RENDER, MODEL, VALIDATION, PLAN, REPORT);

    @ArchTest
    static final ArchRule json_imports_model_validation_plan_report_and_a_streaming_parser =
            imports(JSON, MODEL, VALIDATION, PLAN, REPORT, "com.fasterxml.jackson.core..");

    @ArchTest
    static final ArchRule execution_imports_all_above_it_and_a_logger =
            imports(EXECUTION, MODEL, VALIDATION, PLAN, JOINER, SPI, REPORT, JSON, "org.slf4j");

    @ArchTest
    static final ArchRule the_root_package_imports_every_layer_and_no_logger =
            imports(ROOT, MODEL, VALIDATION, PLAN, JOINER, SPI, REPORT, RENDER, JSON, EXECUTION);

    @ArchTest
    static final ArchRule plan_and_validation_never_import_spi_or_execution = noClasses()
            .that()
            .resideInAnyPackage(PLAN, VALIDATION)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SPI, EXECUTION);

    // 3: who calls a driver or a launcher.

    @ArchTest
    static final ArchRule only_execution_and_the_front_door_call_a_driver_a_sender_or_a_launcher = noClasses()
            .that(not(resideInAnyPackage(EXECUTION, SPI)).and(not(belongToAnyOf(EnsembleScaler.class))))
            .should()
            .callMethodWhere(target(
                    "a driver, a sender or a launcher",
                    owner -> owner.isAssignableTo(EnsembleDriver.class)
                            || owner.isAssignableTo(Sender.class)
                            || owner.isAssignableTo(ServerLauncher.class)));

    @ArchTest
    static final ArchRule only_the_front_door_is_in_the_root_package = classes()
            .that()
            .resideInAPackage(ROOT)
            .and()
            .doNotHaveSimpleName("package-info")
            .should(be(belongToAnyOf(EnsembleScaler.class)));

    @ArchTest
    static final ArchRule nothing_imports_the_root_package = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT);

    // 4: what pure packages do without.

    @ArchTest
    static final ArchRule pure_packages_do_no_input_or_output = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.io..", "java.nio..", "java.net..")
                    .and(not(belongToAnyOf(
                            // PropertyLine has the JDK decode one line of text; a string cannot fail to be read.
                            StringReader.class,
                            IOException.class,
                            UncheckedIOException.class,
                            // Hosts has the JDK parse IPv6 literals in brackets, which it never looks up.
                            InetAddress.class,
                            UnknownHostException.class))));

    @ArchTest
    static final ArchRule only_the_reader_of_property_lines_reads_strings = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.ensembler.model.PropertyLine")
            .and()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat(belongToAnyOf(StringReader.class, IOException.class, UncheckedIOException.class));

    @ArchTest
    static final ArchRule only_hosts_parses_literals_with_the_jdk = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.ensembler.model.Hosts")
            .should()
            .dependOnClassesThat(belongToAnyOf(InetAddress.class, UnknownHostException.class));

    @ArchTest
    static final ArchRule pure_packages_know_no_clock_randomness_thread_or_process = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("java.util.concurrent..", "java.util.logging..", "java.util.random..")
                            .or(belongToAnyOf(
                                    Thread.class,
                                    ThreadLocal.class,
                                    System.class,
                                    Runtime.class,
                                    Process.class,
                                    ProcessBuilder.class,
                                    Clock.class,
                                    Random.class,
                                    UUID.class,
                                    Timer.class)));

    @ArchTest
    static final ArchRule pure_packages_throw_no_dice =
            noClasses().that().resideInAnyPackage(PURE).should().callMethod(Math.class, "random");

    @ArchTest
    static final ArchRule pure_packages_have_final_fields_only = fields().that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(PURE)
            .and()
            // The reader of one text gathers as it reads; nobody but its one caller ever sees it.
            .areNotDeclaredIn("io.ensembler.model.ConfigurationParser")
            .should()
            .beFinal()
            .because("what does not change can be shared, and reads the same on every line");

    @ArchTest
    static final ArchRule only_the_data_directory_and_the_journal_touch_files = noClasses()
            .that(not(belongToAnyOf(DataDirectory.class, FileJournal.class)))
            .should()
            .dependOnClassesThat(resideInAPackage("java.nio.channels..")
                    .or(belongToAnyOf(Files.class, File.class, FileSystems.class)));

    // 5: foreign code.

    @ArchTest
    static final ArchRule nothing_knows_zookeeper_curator_or_resilience4j =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("org.apache..", "io.github.resilience4j..");

    @ArchTest
    static final ArchRule only_execution_logs = noClasses()
            .that()
            .resideOutsideOfPackage(EXECUTION)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.slf4j..");

    // 7: time and threads.

    @ArchTest
    static final ArchRule only_the_system_time_source_reads_a_clock_or_waits = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.ensembler.spi.SystemTimeSource")
            .should()
            .callMethodWhere(new DescribedPredicate<JavaAccess<?>>("a clock is read or a thread waits") {
                @Override
                public boolean test(JavaAccess<?> call) {
                    var owner = call.getTargetOwner();
                    var name = call.getTarget().getName();
                    return (owner.getPackageName().equals("java.time") && name.equals("now"))
                            || owner.isEquivalentTo(Clock.class)
                            || (owner.isEquivalentTo(System.class)
                                    && Set.of("nanoTime", "currentTimeMillis").contains(name))
                            || (name.equals("sleep") && !owner.getPackageName().equals(SPI))
                            || name.equals("onSpinWait")
                            || (owner.isEquivalentTo(Object.class) && name.equals("wait"))
                            || owner.isEquivalentTo(LockSupport.class);
                }
            });

    @ArchTest
    static final ArchRule no_thread_is_started = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.util.concurrent..")
                    .and(not(belongToAnyOf(TimeUnit.class, Executor.class)))
                    .or(belongToAnyOf(Timer.class, ThreadGroup.class, ProcessBuilder.class)))
            .orShould()
            .callConstructorWhere(target("a thread", owner -> owner.isAssignableTo(Thread.class)));

    // 8: packages and marks.

    @ArchTest
    static final ArchRule no_package_depends_on_itself_over_others =
            slices().matching("io.ensembler.(*)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule no_package_is_a_drawer =
            noClasses().should().resideInAnyPackage("..util..", "..utils..", "..common..", "..misc..", "..helper..");

    @ArchTest
    static void every_package_is_null_marked(JavaClasses all) {
        var unmarked = all.stream()
                .map(JavaClass::getPackage)
                .filter(javaPackage ->
                        javaPackage.tryGetAnnotationOfType(NullMarked.class).isEmpty())
                .map(javaPackage -> javaPackage.getName())
                .distinct()
                .toList();
        assertThat(unmarked).as("packages that are not @NullMarked").isEmpty();
    }

    @ArchTest
    static final ArchRule every_exported_type_says_how_stable_it_is =
            classes().that().arePublic().and().areTopLevelClasses().should().beAnnotatedWith(API.class);

    // 9: signatures.

    @ArchTest
    static final ArchRule no_field_is_public_but_constants =
            fields().that().arePublic().should().beStatic().andShould().beFinal();

    @ArchTest
    static final ArchRule nothing_public_returns_an_array =
            methods().that().arePublic().and(not(compilerMade())).should().notHaveRawReturnType(array());

    @ArchTest
    static final ArchRule nothing_public_takes_an_array = codeUnits()
            .that()
            .arePublic()
            .and(not(variableArguments()))
            .should()
            .notHaveRawParameterTypes(containing(array()))
            .because("arrays change behind one's back; variable arguments are written as a list");

    @ArchTest
    static final ArchRule nothing_public_takes_an_optional_but_records = codeUnits()
            .that()
            .arePublic()
            .and(not(recordHeader()))
            .should()
            .notHaveRawParameterTypes(containing(sameAs(Optional.class)));

    @ArchTest
    static final ArchRule nothing_public_takes_a_boolean_but_records_and_builders = codeUnits()
            .that()
            .arePublic()
            .and(not(recordHeader()))
            .and()
            .areDeclaredInClassesThat()
            .haveSimpleNameNotEndingWith("Builder")
            .should()
            .notHaveRawParameterTypes(containing(sameAs(boolean.class)));

    @ArchTest
    static final ArchRule classes_made_by_factories_have_no_public_constructor =
            constructors().that().areDeclaredIn(EnsembleScaler.class).should().bePrivate();

    private static ArchRule imports(String importer, String... imported) {
        var allowed = new ArrayList<String>();
        allowed.add(importer);
        allowed.addAll(List.of(imported));
        allowed.addAll(List.of(EVERYWHERE));
        return classes()
                .that()
                .resideInAPackage(importer)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new)));
    }

    private static DescribedPredicate<JavaAccess<?>> target(String what, Predicate<JavaClass> owner) {
        return DescribedPredicate.describe(what, access -> owner.test(access.getTargetOwner()));
    }

    private static DescribedPredicate<JavaClass> array() {
        return DescribedPredicate.describe("an array", JavaClass::isArray);
    }

    private static DescribedPredicate<JavaClass> sameAs(Class<?> type) {
        return DescribedPredicate.describe(type.getSimpleName(), found -> found.isEquivalentTo(type));
    }

    private static DescribedPredicate<List<JavaClass>> containing(DescribedPredicate<JavaClass> type) {
        return DescribedPredicate.describe(
                type.getDescription(), found -> found.stream().anyMatch(type));
    }

    /** The constructor of a record, and a factory beside it that takes the same components. */
    private static DescribedPredicate<JavaCodeUnit> recordHeader() {
        return DescribedPredicate.describe(
                "record headers",
                unit -> unit.getOwner().isRecord()
                        && (unit instanceof JavaConstructor
                                || (unit.getModifiers().contains(JavaModifier.STATIC)
                                        && unit.getRawReturnType().equals(unit.getOwner()))));
    }

    private static DescribedPredicate<JavaMethod> compilerMade() {
        return DescribedPredicate.describe(
                "values() of an enum",
                method -> method.getOwner().isEnum() && method.getName().equals("values"));
    }

    private static DescribedPredicate<JavaCodeUnit> variableArguments() {
        return DescribedPredicate.describe(
                "variable arguments",
                unit -> unit instanceof JavaMethod method && method.reflect().isVarArgs());
    }
}
