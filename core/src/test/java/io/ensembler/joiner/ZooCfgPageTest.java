package io.ensembler.joiner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of {@code zoo.cfg} says what the rules say. With {@code -Densembler.rewrite=true} its entries are written anew. */
class ZooCfgPageTest {

    private static final Path PAGE = Path.of("").toAbsolutePath().getParent().resolve("docs/zoo-cfg.md");
    private static final Pattern SENTENCES = Pattern.compile("[A-Z].*[^.]\\.", Pattern.DOTALL);

    @Test
    void the_page_has_an_entry_for_every_rule_in_order_and_no_other() throws IOException {
        if (Boolean.getBoolean("ensembler.rewrite")) {
            rewrite();
        }
        assertThat(entriesOnThePage()).containsExactlyElementsOf(entriesOfTheRules());
    }

    @Test
    void every_rule_explains_itself_in_whole_sentences() {
        assertThat(ZooCfgRule.values()).allSatisfy(rule -> {
            assertThat(rule.explanation()).matches(SENTENCES);
            assertThat(rule.remedy()).matches(SENTENCES);
        });
    }

    private static List<String> entriesOfTheRules() {
        return Arrays.stream(ZooCfgRule.values()).map(ZooCfgPageTest::entry).toList();
    }

    private static String entry(ZooCfgRule rule) {
        return "### " + rule.code() + "\n\n"
                + "Severity: " + rule.severity() + "\n\n"
                + rule.explanation() + "\n\n"
                + "What helps: " + rule.remedy() + "\n";
    }

    private static List<String> entriesOnThePage() throws IOException {
        return sections().skip(1).map(section -> section.strip() + "\n").toList();
    }

    /** What stands before the first entry, then each entry. */
    private static Stream<String> sections() throws IOException {
        return Arrays.stream(Files.readString(PAGE).split("(?m)^(?=### )", -1));
    }

    private static void rewrite() throws IOException {
        var introduction = sections().findFirst().orElse("");
        Files.writeString(PAGE, introduction + String.join("\n", entriesOfTheRules()));
    }
}
