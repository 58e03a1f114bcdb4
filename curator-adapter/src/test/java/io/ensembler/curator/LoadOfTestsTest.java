package io.ensembler.curator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.ensembler.testkit.TestEnsemble;
import io.ensembler.testkit.junit.UnderLoad;
import io.ensembler.testkit.ledger.Ledger;

/** Whatever scales a real ensemble does so while fifty clients write and read, and loses none of their writes. */
@AnalyzeClasses(packages = "io.ensembler", importOptions = ImportOption.OnlyIncludeTests.class)
class LoadOfTestsTest {

    @ArchTest
    static final ArchRule every_scaling_test_runs_under_load = classes()
            .that()
            .haveSimpleNameEndingWith("ScaleTest")
            .should()
            .beAnnotatedWith(UnderLoad.class)
            .orShould()
            .callMethod(Scaling.class, "load", TestEnsemble.class)
            .orShould()
            .callMethod(Scaling.class, "load", String.class);

    @ArchTest
    static final ArchRule no_test_is_content_with_less =
            noClasses().should().callMethod(Ledger.class, "start", String.class);
}
