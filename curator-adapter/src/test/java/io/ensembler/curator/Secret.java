package io.ensembler.curator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What nobody but the driver and the servers may see, in the forms in which it could come to light. */
final class Secret {

    private final String user;
    private final String password;
    private final SortedMap<String, String> forms = new TreeMap<>();

    /** Both are of plain letters and digits, which no output writes otherwise. */
    Secret(String user, String password) {
        this.user = user;
        this.password = password;
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        var list = Arrays.toString(bytes);
        forms.put("as it is", password);
        forms.put("as its digest", digest());
        forms.put("as bytes", list.substring(1, list.length() - 1));
        forms.put("backwards", new StringBuilder(password).reverse().toString());
        forms.put("in hexadecimal", HexFormat.of().formatHex(bytes));
        forms.put("in hexadecimal of upper case", HexFormat.of().withUpperCase().formatHex(bytes));
        for (int before = 0; before < 3; before++) {
            forms.put("in base 64 behind " + before + " bytes", base64(bytes, before));
        }
    }

    /** Returns what does not depend on the bytes around these. */
    private static String base64(byte[] bytes, int before) {
        byte[] all = new byte[before + bytes.length];
        System.arraycopy(bytes, 0, all, before, bytes.length);
        int from = (before * 8 + 5) / 6;
        return Base64.getEncoder().encodeToString(all).substring(from, all.length * 8 / 6);
    }

    /** Returns what is given for scheme {@code digest}. */
    String identity() {
        return user + ":" + password;
    }

    /** Returns by what an ACL knows the user. */
    String acl() {
        return user + ":" + digest();
    }

    private String digest() {
        try {
            var sha1 = MessageDigest.getInstance("SHA1");
            return Base64.getEncoder().encodeToString(sha1.digest(identity().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns what each form is called, and its text. */
    SortedMap<String, String> forms() {
        return Collections.unmodifiableSortedMap(forms);
    }

    /** Returns in which form it is in a text; empty if in none. */
    Optional<String> formIn(String text) {
        return forms.entrySet().stream()
                .filter(form -> text.contains(form.getValue()))
                .map(form -> form.getKey())
                .findFirst();
    }
}
