package io.ensembler.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.ensembler", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule examples_use_the_public_api_only = noClasses()
            .that()
            .resideInAnyPackage("io.ensembler.examples..", "io.ensembler.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ensembler.probe..", "org.apache.zookeeper..");

    @ArchTest
    static final ArchRule nobody_imports_the_examples = noClasses()
            .that()
            .resideOutsideOfPackages("io.ensembler.examples..", "io.ensembler.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ensembler.examples..", "io.ensembler.cli..");

    @ArchTest
    static final ArchRule the_tool_needs_no_test_ensemble = noClasses()
            .that()
            .resideInAPackage("io.ensembler.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ensembler.testkit..", "io.ensembler.examples..");
}
