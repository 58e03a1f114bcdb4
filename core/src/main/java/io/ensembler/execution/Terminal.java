package io.ensembler.execution;

import java.io.Console;
import org.jspecify.annotations.Nullable;

/** Whether this process has a terminal. */
final class Terminal {

    private Terminal() {}

    static boolean isAttached() {
        return isTerminal(System.console());
    }

    /** From Java 22 on there is a console without a terminal, which says so. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
