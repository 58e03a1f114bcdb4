package io.ensembler.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The end of what a process has said, however much that is. Not thread-safe. */
final class LastLines {

    private static final int KEPT = 16 * 1024;
    private static final int AT_ONCE = 1024 * 1024;
    private static final int LINES = 5;
    private static final int LONGEST = 200;

    private final InputStream in;
    private final byte[] buffer = new byte[8 * 1024];
    private byte[] kept = new byte[0];

    LastLines(InputStream in) {
        this.in = in;
    }

    /** Takes what there is and never waits for more. */
    void drain() {
        try {
            int budget = AT_ONCE;
            int available = in.available();
            while (available > 0 && budget > 0) {
                int count = in.read(buffer, 0, Math.min(available, buffer.length));
                if (count <= 0) {
                    return;
                }
                keep(count);
                budget -= count;
                available = in.available();
            }
        } catch (IOException e) {
            // As the process ends, its pipe is exchanged for what was left in it: the next time reads from there.
            return;
        }
    }

    private void keep(int count) {
        var all = Arrays.copyOf(kept, kept.length + count);
        System.arraycopy(buffer, 0, all, kept.length, count);
        kept = all.length <= KEPT ? all : Arrays.copyOfRange(all, all.length - KEPT, all.length);
    }

    /** Returns the last lines as the end of a sentence, or that there are none. */
    String shown(Collection<String> secrets) {
        return shown(new String(kept, StandardCharsets.UTF_8), secrets);
    }

    static String shown(String said, Collection<String> secrets) {
        var text = said;
        for (var secret : secrets) {
            text = secret.isEmpty() ? text : text.replace(secret, "***");
        }
        var lines = text.lines().filter(line -> !line.isBlank()).toList();
        List<String> last = lines.subList(Math.max(0, lines.size() - LINES), lines.size());
        return last.isEmpty()
                ? "It said nothing."
                : "It said last: " + last.stream().map(LastLines::line).collect(Collectors.joining(" | ")) + ".";
    }

    private static String line(String line) {
        var whole = line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
        var shown = new StringBuilder();
        for (int i = 0; i < whole.length(); i++) {
            char letter = whole.charAt(i);
            shown.append(
                    Character.isISOControl(letter)
                            ? String.format(Locale.ROOT, "\\u%04x", (int) letter)
                            : String.valueOf(letter));
        }
        return shown.toString().trim();
    }
}
