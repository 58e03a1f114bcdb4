package org.apache.zookeeper.server.quorum;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.apache.zookeeper.server.command.FourLetterCommands;
import org.jspecify.annotations.NullMarked;

/**
 * The four-letter words that the servers of this JVM answer: none while somebody wants them mute. Whatever the settings
 * say ZooKeeper allows {@code srvr}, so that the list is emptied which it keeps of them. Thread-safe.
 */
@NullMarked
final class AllowedWords {

    private static final String LIST = "whiteListedCommands";

    private final Set<Object> wishes = new HashSet<>();
    private final Set<String> taken = new TreeSet<>();

    /** Lets no word be answered until what is returned is run. */
    @SuppressWarnings("LockOnNonEnclosingClassLiteral") // whoever reads the list takes this lock
    Runnable mute() {
        var wish = new Object();
        synchronized (FourLetterCommands.class) {
            var allowed = allowed();
            wishes.add(wish);
            taken.addAll(allowed);
            allowed.clear();
        }
        return () -> unmute(wish);
    }

    @SuppressWarnings("LockOnNonEnclosingClassLiteral") // whoever reads the list takes this lock
    private void unmute(Object wish) {
        synchronized (FourLetterCommands.class) {
            if (wishes.remove(wish) && wishes.isEmpty()) {
                allowed().addAll(taken);
                taken.clear();
            }
        }
    }

    @SuppressWarnings("unchecked") // as ZooKeeper declares it
    private static Collection<String> allowed() {
        // It reads the settings when it is asked first.
        FourLetterCommands.isEnabled("srvr");
        try {
            var list = FourLetterCommands.class.getDeclaredField(LIST);
            list.setAccessible(true);
            return (Collection<String>) list.get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this ZooKeeper keeps its list of words elsewhere", e);
        }
    }
}
