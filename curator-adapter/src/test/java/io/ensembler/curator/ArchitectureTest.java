package io.ensembler.curator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.conditions.ArchConditions.beAnnotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

/** The rules of the adapter's layout, on its production classes. */
@AnalyzeClasses(
        packages = {"io.ensembler.curator", "io.ensembler.launcher", "io.ensembler.probe"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule probe_imports_model_and_spi = noClasses()
            .that()
            .resideInAPackage("io.ensembler.probe")
            .should()
            .dependOnClassesThat(resideInAPackage("io.ensembler..")
                    .and(not(resideInAnyPackage("io.ensembler.probe", "io.ensembler.model", "io.ensembler.spi")))
                    .or(resideInAnyPackage("org.apache.curator..", "io.github.resilience4j..")));

    @ArchTest
    static final ArchRule curator_imports_probe_model_and_spi = noClasses()
            .that()
            .resideInAPackage("io.ensembler.curator")
            .should()
            .dependOnClassesThat(resideInAPackage("io.ensembler..")
                    .and(not(resideInAnyPackage(
                            "io.ensembler.curator", "io.ensembler.probe", "io.ensembler.model", "io.ensembler.spi"))));

    @ArchTest
    static final ArchRule launcher_imports_model_spi_and_joiner_and_nothing_of_zookeeper = noClasses()
            .that()
            .resideInAPackage("io.ensembler.launcher")
            .should()
            .dependOnClassesThat(resideInAPackage("io.ensembler..")
                    .and(not(resideInAnyPackage(
                            "io.ensembler.launcher", "io.ensembler.model", "io.ensembler.spi", "io.ensembler.joiner")))
                    .or(resideInAnyPackage("org.apache..", "io.github.resilience4j..")));

    @ArchTest
    static final ArchRule what_is_exported_shows_no_foreign_type_but_the_curator_client = classes()
            .that()
            .arePublic()
            .should(showOnly(resideInAnyPackage("io.ensembler..", "java..")
                    .or(DescribedPredicate.describe("primitive", JavaClass::isPrimitive))
                    .or(name(CuratorFramework.class.getName()))));

    @ArchTest
    static final ArchRule time_and_threads_come_from_outside = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callConstructor(Thread.class, Runnable.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Executors.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Executor.class);

    @ArchTest
    static final ArchRule nothing_depends_on_the_testkit =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.ensembler.testkit..");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("io.ensembler.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule no_package_is_a_drawer = noClasses().should().resideInAnyPackage("..util..", "..common..");

    @ArchTest
    static final ArchRule every_package_is_null_marked = classes()
            .should(new ArchCondition<>("be in a null-marked package") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                    JavaPackage its = item.getPackage();
                    events.add(new SimpleConditionEvent(
                            item, its.isAnnotatedWith(NullMarked.class), its.getName() + " of " + item.getName()));
                }
            });

    @ArchTest
    static final ArchRule what_is_exported_says_how_stable_it_is =
            classes().that().arePublic().and().areTopLevelClasses().should(beAnnotatedWith(API.class));

    @ArchTest
    static final ArchRule fields_are_not_public = noFields()
            .that()
            .areDeclaredInClassesThat()
            .arePublic()
            .and(DescribedPredicate.describe(
                    "no enum constants", field -> !field.getModifiers().contains(JavaModifier.ENUM)))
            .should()
            .bePublic();

    private static ArchCondition<JavaClass> showOnly(DescribedPredicate<? super JavaClass> allowed) {
        return new ArchCondition<>("show only types that are " + allowed.getDescription()) {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                for (JavaMethod method : item.getMethods()) {
                    if (!method.getModifiers().contains(JavaModifier.PUBLIC)) {
                        continue;
                    }
                    Stream.concat(
                                    Stream.of(method.getReturnType()),
                                    Stream.concat(
                                            method.getParameterTypes().stream(),
                                            method.getExceptionTypes().stream().map(JavaType.class::cast)))
                            .flatMap(type -> type.getAllInvolvedRawTypes().stream())
                            .filter(type -> !allowed.test(type))
                            .forEach(type -> events.add(SimpleConditionEvent.violated(
                                    method, method.getFullName() + " shows " + type.getName())));
                }
            }
        };
    }
}
