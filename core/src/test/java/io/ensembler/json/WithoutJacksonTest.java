package io.ensembler.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.ensembler.model.EnsembleException;
import io.ensembler.plan.Planner;
import io.ensembler.plan.ScalingPlan;
import io.ensembler.plan.ScalingRequest;
import io.ensembler.plan.Sight;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import org.junit.jupiter.api.Test;

/** Jackson is optional: who asks for JSON without it is told what to add. */
class WithoutJacksonTest {

    private static final String REMEDY = ": jackson-core is not among the classes here. Add"
            + " com.fasterxml.jackson.core:jackson-core to what this program depends on; on a module path, resolve the"
            + " module com.fasterxml.jackson.core as well.";

    @Test
    void writing_a_plan_says_what_is_missing() {
        var plan = new Planner().plan(Sight.participants(1, 2, 3).see(), ScalingRequest.change());

        assertUnavailable(call("write", ScalingPlan.class, plan), "Cannot write the plan" + REMEDY);
    }

    @Test
    void reading_a_plan_says_what_is_missing() {
        assertUnavailable(call("read", String.class, "{}"), "Cannot read the plan" + REMEDY);
    }

    private static void assertUnavailable(Throwable thrown, String message) {
        assertThat(thrown).isInstanceOf(EnsembleException.class).hasMessage(message);
        assertThat(thrown.getClass().getName()).isEqualTo(JsonUnavailableException.class.getName());
    }

    private static <T> Throwable call(String method, Class<T> type, T argument) {
        var thrown = catchThrowable(() -> new WithoutJackson()
                .loadClass(PlanJson.class.getName())
                .getMethod(method, type)
                .invoke(null, argument));
        assertThat(thrown).isInstanceOf(InvocationTargetException.class);
        return thrown.getCause();
    }

    /** Finds what the tests find, but no Jackson, and loads the package that needs it anew. */
    private static final class WithoutJackson extends ClassLoader {

        private static final String OURS = PlanJson.class.getPackageName() + ".";

        WithoutJackson() {
            super(WithoutJacksonTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("com.fasterxml.jackson.")) {
                throw new ClassNotFoundException(name);
            }
            var loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            return name.startsWith(OURS) ? define(name) : super.loadClass(name, resolve);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (var in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                var bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
