package io.ensembler.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.apiguardian.api.API;

/**
 * Lets clients write and read while a test works on its ensemble, and fails a test that succeeds otherwise if a write is
 * lost that was acknowledged to one of them. It is for tests that {@link ZooKeeperEnsemble} gives an ensemble: the clients
 * begin before the test does, whether or not it takes the {@link io.ensembler.testkit.ledger.Ledger} that is theirs, and
 * all servers are asked for the writes after it that run then and are listed.
 *
 * <p>Unless said otherwise there are 50 connections with 250 writes and 50 reads a second in all, which leaves two cores
 * room for the servers. On a method this annotation takes the place of the one on its class.
 *
 * <pre>{@code
 * @ZooKeeperEnsemble(participants = 3)
 * @UnderLoad
 * class OurAutomationTest {
 *     @Test
 *     void grows(TestEnsemble ensemble) { ... }
 * }
 * }</pre>
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@Documented
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface UnderLoad {

    /** How many clients write, each over a connection of its own. */
    int writers() default 25;

    /** How many writes of each of them are due a second. */
    int writesPerSecond() default 10;

    /** How many clients only read, each over a connection of its own. */
    int readers() default 25;

    /** How many reads of each of them are due a second. */
    int readsPerSecond() default 2;
}
