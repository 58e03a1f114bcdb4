package io.ensembler.json;

/** How what was found in a document stands in a message: on one line, and no longer than a line. */
final class Quoted {

    private static final int LONGEST = 120;

    private Quoted() {}

    static String of(String found) {
        return "\"" + shown(found) + "\"";
    }

    static String shown(String found) {
        var shown = new StringBuilder();
        for (int i = 0; i < Math.min(found.length(), LONGEST); i++) {
            char character = found.charAt(i);
            boolean plain = !Character.isISOControl(character)
                    && Character.getType(character) != Character.FORMAT
                    && !Character.isSurrogate(character);
            shown.append(plain ? String.valueOf(character) : String.format("\\u%04x", (int) character));
        }
        return shown + (found.length() > LONGEST ? "... (" + found.length() + " characters)" : "");
    }
}
