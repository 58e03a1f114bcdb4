package io.ensembler.model;

/** How a foreign text stands in a message: on one line, no longer than a line, without control characters. */
final class Quote {

    private static final int LONGEST = 120;

    private Quote() {}

    /** Returns the text in single quotes. */
    static String of(String text) {
        return "'" + shown(text) + "'";
    }

    /** Returns the text without quotes. */
    static String shown(String text) {
        var shown = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (i == LONGEST) {
                return shown.append("... (")
                        .append(text.length())
                        .append(" characters)")
                        .toString();
            }
            char character = text.charAt(i);
            switch (character) {
                case '\n' -> shown.append("\\n");
                case '\t' -> shown.append("\\t");
                default -> {
                    if (Character.isISOControl(character) || Character.getType(character) == Character.FORMAT) {
                        shown.append(String.format("\\u%04x", (int) character));
                    } else {
                        shown.append(character);
                    }
                }
            }
        }
        return shown.toString();
    }
}
