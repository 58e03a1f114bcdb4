package io.ensembler.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeJars;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import java.util.Optional;
import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(
        packages = {"io.ensembler.testkit", "org.apache.zookeeper.server.quorum"},
        importOptions = {DoNotIncludeTests.class, DoNotIncludeJars.class})
class ArchitectureTest {

    private static final String JUNIT = "org.junit..";
    private static final String ASSERTJ = "org.assertj..";

    @ArchTest
    static final ArchRule engine_and_ledger_know_no_test_framework = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.ensembler.testkit",
                    "io.ensembler.testkit.runtime..",
                    "io.ensembler.testkit.link",
                    "io.ensembler.testkit.ledger",
                    "io.ensembler.testkit.fake",
                    "org.apache.zookeeper..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(JUNIT, ASSERTJ);

    @ArchTest
    static final ArchRule junit_stays_in_its_package = noClasses()
            .that()
            .resideOutsideOfPackages("io.ensembler.testkit.junit", "io.ensembler.testkit.contract")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(JUNIT);

    @ArchTest
    static final ArchRule assertj_stays_in_its_package = noClasses()
            .that()
            .resideOutsideOfPackages("io.ensembler.testkit.assertj", "io.ensembler.testkit.contract")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ASSERTJ);

    @ArchTest
    static final ArchRule logback_is_known_where_it_may_be_missing_only = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.ensembler.testkit.runtime.injvm.LogbackRouting")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ch.qos.logback..");

    @ArchTest
    static final ArchRule neither_curator_nor_resilience4j = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.curator..", "io.github.resilience4j..", "io.ensembler.curator..");

    @ArchTest
    static final ArchRule the_engine_imports_model_spi_and_joiner_only = noClasses()
            .that()
            .resideInAPackage("io.ensembler.testkit")
            .should()
            .dependOnClassesThat(ofCoreOutside("model", "spi", "joiner"));

    @ArchTest
    static final ArchRule what_servers_run_in_imports_model_and_joiner_only = noClasses()
            .that()
            .resideInAPackage("io.ensembler.testkit.runtime..")
            .should()
            .dependOnClassesThat(ofCoreOutside("model", "joiner"));

    @ArchTest
    static final ArchRule what_servers_run_in_knows_nothing_of_the_engine = noClasses()
            .that()
            .resideInAnyPackage("io.ensembler.testkit.runtime..", "io.ensembler.testkit.link")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ensembler.testkit", "io.ensembler.testkit.ledger");

    @ArchTest
    static final ArchRule links_know_nothing_of_what_they_connect = noClasses()
            .that()
            .resideInAPackage("io.ensembler.testkit.link")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ensembler.testkit.runtime..", "org.apache.zookeeper..");

    @ArchTest
    static final ArchRule runtimes_share_an_interface_and_know_nothing_of_each_other =
            slices().matching("io.ensembler.testkit.runtime.(*)").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule the_ledger_imports_model_and_report_only = noClasses()
            .that()
            .resideInAPackage("io.ensembler.testkit.ledger")
            .should()
            .dependOnClassesThat(ofCoreOutside("model", "report"));

    @ArchTest
    static final ArchRule the_simulation_imports_model_and_spi_only = noClasses()
            .that()
            .resideInAPackage("io.ensembler.testkit.fake")
            .should()
            .dependOnClassesThat(ofCoreOutside("model", "spi"));

    @ArchTest
    static final ArchRule the_simulation_knows_neither_real_servers_nor_the_time_of_the_machine = noClasses()
            .that()
            .resideInAPackage("io.ensembler.testkit.fake")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.zookeeper..",
                    "io.ensembler.testkit.runtime..",
                    "io.ensembler.testkit.link",
                    "io.ensembler.testkit.ledger")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now");

    @ArchTest
    static final ArchRule contracts_import_model_and_spi_only = noClasses()
            .that()
            .resideInAPackage("io.ensembler.testkit.contract")
            .should()
            .dependOnClassesThat(ofCoreOutside("model", "spi"));

    @ArchTest
    static final ArchRule simulation_and_contracts_know_of_the_engine_its_verbs_only = noClasses()
            .that()
            .resideInAnyPackage("io.ensembler.testkit.fake", "io.ensembler.testkit.contract")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("io.ensembler.testkit")
                    .and(DescribedPredicate.not(JavaClass.Predicates.equivalentTo(EnsembleVerbs.class))));

    @ArchTest
    static final ArchRule imports_point_up_only = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.ensembler.testkit",
                    "io.ensembler.testkit.runtime..",
                    "io.ensembler.testkit.link",
                    "io.ensembler.testkit.ledger",
                    "io.ensembler.testkit.fake")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.ensembler.testkit.junit..",
                    "io.ensembler.testkit.assertj..",
                    "io.ensembler.testkit.contract..");

    @ArchTest
    static final ArchRule only_the_shared_jvm_uses_servers_and_hooks_in_zookeepers_package = noClasses()
            .that()
            .resideOutsideOfPackages("io.ensembler.testkit.runtime.injvm", "org.apache.zookeeper.server.quorum")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.zookeeper.server..");

    @ArchTest
    static final ArchRule hooks_in_zookeepers_package_know_nothing_of_ours_for_a_servers_process_lacks_it = noClasses()
            .that()
            .resideInAPackage("org.apache.zookeeper.server.quorum")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.ensembler..");

    @ArchTest
    static final ArchRule no_cycles =
            slices().matching("io.ensembler.testkit.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule the_engine_knows_of_ours_only_what_servers_run_in = noClasses()
            .that()
            .resideInAPackage("io.ensembler.testkit")
            .should()
            .dependOnClassesThat(DescribedPredicate.describe("of the testkit but neither runtime nor link", type -> {
                var name = type.getPackageName();
                return name.startsWith("io.ensembler.testkit.")
                        && !name.startsWith("io.ensembler.testkit.runtime")
                        && !name.equals("io.ensembler.testkit.link");
            }));

    @ArchTest
    static final ArchRule packages_are_null_marked =
            classes().that().resideInAPackage("io.ensembler..").should(resideInNullMarkedPackage());

    @ArchTest
    static final ArchRule exported_types_say_how_stable_they_are = classes()
            .that()
            .arePublic()
            .and()
            .areTopLevelClasses()
            .and()
            .resideInAPackage("io.ensembler..")
            .should()
            .beAnnotatedWith(API.class);

    @ArchTest
    static final ArchRule no_public_fields = fields().that()
            .areDeclaredInClassesThat()
            .resideInAPackage("io.ensembler..")
            .and()
            .arePublic()
            .should()
            .beStatic()
            .andShould()
            .beFinal();

    @ArchTest
    static final ArchRule options_are_set_in_builders = methods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat(arePublicBuildersNot())
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage("io.ensembler..")
            .should(takeNeitherFlagsNorOptionals());

    private static DescribedPredicate<JavaClass> ofCoreOutside(String... packages) {
        return DescribedPredicate.describe("of core outside " + String.join(", ", packages), type -> {
            var name = type.getPackageName();
            if (!name.startsWith("io.ensembler") || name.startsWith("io.ensembler.testkit")) {
                return false;
            }
            for (var allowed : packages) {
                if (name.equals("io.ensembler." + allowed)) {
                    return false;
                }
            }
            return true;
        });
    }

    private static DescribedPredicate<JavaClass> arePublicBuildersNot() {
        return DescribedPredicate.describe(
                "are public and no builders",
                type -> type.getModifiers().contains(JavaModifier.PUBLIC)
                        && !type.getSimpleName().endsWith("Builder"));
    }

    private static ArchCondition<JavaClass> resideInNullMarkedPackage() {
        return new ArchCondition<>("reside in a null-marked package") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(SimpleConditionEvent.violated(
                            type, type.getPackageName() + " has no package-info.java with @NullMarked"));
                }
            }
        };
    }

    private static ArchCondition<JavaMethod> takeNeitherFlagsNorOptionals() {
        return new ArchCondition<>("take neither boolean nor Optional") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                for (var parameter : method.getRawParameterTypes()) {
                    if (parameter.isEquivalentTo(boolean.class) || parameter.isEquivalentTo(Optional.class)) {
                        events.add(SimpleConditionEvent.violated(
                                method, method.getFullName() + " takes a " + parameter.getSimpleName()));
                    }
                }
            }
        };
    }
}
