package io.ensembler.json;

import io.ensembler.report.JournalEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apiguardian.api.API;

/**
 * The entries of a journal as lines, each one JSON object in ASCII. A line says which number it has, counted from 1,
 * and ends with a check over all that stands before it, so that neither a line that changed nor one that is missing is
 * taken for what was written. The format is described in {@code docs/journal.md}. Stateless.
 *
 * @since 0.1
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class JournalLines {

    /** The format that is written. */
    static final String FORMAT_VERSION = "1.0";

    private static final String CHECK = ",\"check\":\"";
    private static final Pattern CHECKED = Pattern.compile("(\\{.*)" + CHECK + "([0-9a-f]{8})\"}");

    private JournalLines() {}

    /**
     * Throws if lines can be neither written nor read here.
     *
     * @param effect what cannot be done without, such as {@code Cannot keep a journal}
     * @throws JsonUnavailableException if jackson-core is missing
     */
    public static void requireAvailable(String effect) {
        Jackson.require(effect);
    }

    /**
     * Returns the line for {@code entry}, without line break.
     *
     * @param number how many lines stand before it, plus 1
     * @throws JsonUnavailableException if jackson-core is missing
     */
    public static String write(int number, JournalEntry entry) {
        Jackson.require("Cannot write the journal");
        var open = JournalWriter.write(number, entry);
        var unclosed = open.substring(0, open.length() - 1);
        return unclosed + CHECK + check(unclosed) + "\"}";
    }

    /**
     * Returns what the lines of a journal say, in order.
     *
     * @throws JournalFormatException if a line has changed or is missing, is of another major format or cannot be read
     * @throws JsonUnavailableException if jackson-core is missing
     */
    public static List<JournalEntry> read(List<String> lines) {
        Jackson.require("Cannot read the journal");
        var entries = new ArrayList<JournalEntry>();
        for (int i = 0; i < lines.size(); i++) {
            entries.add(read(i + 1, lines.get(i)));
        }
        return List.copyOf(entries);
    }

    private static JournalEntry read(int number, String line) {
        var matcher = CHECKED.matcher(line);
        if (!matcher.matches()) {
            throw new JournalFormatException(number, "is no line of a journal, or was cut off");
        }
        if (!check(matcher.group(1)).equals(matcher.group(2))) {
            throw new JournalFormatException(number, "has changed since it was written");
        }
        try {
            return JournalReader.read(number, Place.whole(JsonTree.read(line)));
        } catch (PlanFormatException e) {
            throw new JournalFormatException(
                    number, "cannot be read: " + (e.field().isEmpty() ? "it" : e.field()) + " " + e.found(), e);
        }
    }

    private static String check(String text) {
        var check = new CRC32C();
        check.update(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) check.getValue());
    }
}
