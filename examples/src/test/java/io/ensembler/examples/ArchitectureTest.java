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
            .resideInAPackage("io.ensembler.examples..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.ensembler.probe..", "org.apache.zookeeper..");

    @ArchTest
    static final ArchRule nobody_imports_the_examples = noClasses()
            .that()
            .resideOutsideOfPackage("io.ensembler.examples..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.ensembler.examples..");
}
