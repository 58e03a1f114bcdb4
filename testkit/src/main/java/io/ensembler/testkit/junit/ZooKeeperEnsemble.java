package io.ensembler.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.apiguardian.api.API;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test method an ensemble of its own: a parameter of type {@link io.ensembler.testkit.TestEnsemble} is a
 * fresh ensemble that has settled, a parameter of type {@link io.ensembler.testkit.ledger.Ledger} a ledger whose
 * writers write to it already. Methods that run before or after each test get the same two.
 *
 * <p>After each test, and after its methods that run then, the clients are stopped and the ensemble is closed. A server
 * that asked to exit during the test fails it. What there is to know of a test that failed, or whose ensemble did not come
 * up, is kept in its {@link io.ensembler.testkit.FailureFolder}. With {@link UnderLoad} there are clients at work in every
 * test. On a method this annotation takes the place of the one on its class.
 *
 * <pre>{@code
 * @ZooKeeperEnsemble(participants = 3)
 * class OurAutomationTest {
 *     @Test
 *     void loses_no_write(TestEnsemble ensemble, Ledger ledger) { ... }
 * }
 * }</pre>
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Documented
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ZooKeeperEnsembleExtension.class)
public @interface ZooKeeperEnsemble {

    /** How many participants there are at first. They get the ids from 1 on. */
    int participants() default 3;

    /** How many observers there are at first. Their ids follow the participants'. */
    int observers() default 0;

    /** Whether every client may reconfigure. */
    boolean grantReconfiguration() default true;
}
