package io.ensembler.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The one example on a page of the documentation, which is what the code gives. */
final class PageExample {

    private static final String OPENING = "```json\n";

    private PageExample() {}

    /** Asserts that the page shows this; with {@code -Densembler.rewrite=true} it is written there instead. */
    static void assertShown(String pageName, String shown) throws IOException {
        var file = Path.of("").toAbsolutePath().getParent().resolve("docs").resolve(pageName);
        var page = Files.readString(file);
        int start = page.indexOf(OPENING) + OPENING.length();
        int end = page.indexOf("```", start);
        if (Boolean.getBoolean("ensembler.rewrite")) {
            Files.writeString(file, page.substring(0, start) + shown + page.substring(end));
            return;
        }
        assertThat(page.substring(start, end)).isEqualTo(shown);
    }
}
