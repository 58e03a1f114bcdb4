package io.ensembler.json;

import java.util.Locale;

/** How constants stand in a document: {@code ONE_AFTER_ANOTHER} as {@code one-after-another}. */
final class Words {

    private Words() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
