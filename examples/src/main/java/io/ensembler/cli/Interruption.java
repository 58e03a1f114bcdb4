package io.ensembler.cli;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What becomes of Ctrl-C: the first asks for an end, the second is one. The JDK's class for signals is not part of its
 * API, so it is asked for by name; where there is none, the first ends the process as ever, and what was begun can be
 * resumed.
 */
final class Interruption {

    private Interruption() {}

    /** From now on the first Ctrl-C runs this, and the second ends the process at once. */
    static void onFirst(Runnable asking) {
        var asked = new AtomicBoolean();
        try {
            var signals = Class.forName("sun.misc.Signal");
            var handlers = Class.forName("sun.misc.SignalHandler");
            var handler = Proxy.newProxyInstance(
                    handlers.getClassLoader(), new Class<?>[] {handlers}, (proxy, method, arguments) -> {
                        if (method.getDeclaringClass() == Object.class) {
                            return method.invoke(asked, arguments);
                        }
                        if (asked.getAndSet(true)) {
                            Runtime.getRuntime().halt(ExitStatus.STOPPED);
                        }
                        asking.run();
                        return null;
                    });
            var interrupt = signals.getConstructor(String.class).newInstance("INT");
            signals.getMethod("handle", signals, handlers).invoke(null, interrupt, handler);
        } catch (ReflectiveOperationException e) {
            return;
        }
    }
}
