package io.ensembler.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/** How hosts are written and compared; nothing here asks a name service. */
final class Hosts {

    /** As long as a name can be in DNS. It also bounds what the patterns below are matched against. */
    private static final int LONGEST = 253;

    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?");
    private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final String IPV6_WILDCARD = "0:0:0:0:0:0:0:0";
    private static final String IPV6_LOOPBACK = "0:0:0:0:0:0:0:1";
    private static final Pattern LOCALHOST = Pattern.compile("(.+\\.)?localhost\\.?");

    private Hosts() {}

    static String normalise(String host) {
        var trimmed = host.trim();
        if (trimmed.startsWith("[") && trimmed.endsWith("]")) {
            trimmed = trimmed.substring(1, trimmed.length() - 1);
        }
        if (trimmed.isEmpty()) {
            throw new IllegalArgumentException("the host is empty");
        }
        if (trimmed.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "the host has " + trimmed.length() + " characters, and a name has at most " + LONGEST);
        }
        if (trimmed.indexOf(':') >= 0) {
            return normaliseIpv6(trimmed);
        }
        if (isNumeric(trimmed)) {
            return checkIpv4(trimmed);
        }
        return checkName(trimmed.toLowerCase(Locale.ROOT));
    }

    private static String normaliseIpv6(String literal) {
        int zoneAt = literal.indexOf('%');
        var zone = zoneAt < 0 ? "" : literal.substring(zoneAt);
        try {
            // In brackets the JDK accepts a literal or throws; without them some texts would be looked up as names.
            var address = InetAddress.getByName("[" + (zoneAt < 0 ? literal : literal.substring(0, zoneAt)) + "]")
                    .getHostAddress();
            if (!zone.isEmpty()
                    && (isIpv4(address) || !ZONE.matcher(zone.substring(1)).matches())) {
                throw new IllegalArgumentException(
                        Quote.of(literal) + " is not an IPv6 address: its zone id cannot be read");
            }
            return address + zone;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(Quote.of(literal) + " is not an IPv6 address", e);
        }
    }

    /** A server would read {@code 127.1} and {@code 010.0.0.1} too, and print them in another form. */
    private static String checkIpv4(String literal) {
        if (!isIpv4(literal)) {
            throw new IllegalArgumentException(Quote.of(literal)
                    + " is not an IPv4 address, which is four numbers up to 255 without leading zeros");
        }
        return literal;
    }

    private static boolean isNumeric(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    /** Read by hand, since a plan looks at every address of an ensemble several times. */
    private static boolean isIpv4(String literal) {
        int octets = 0;
        int begin = 0;
        for (int end = 0; end <= literal.length(); end++) {
            if (end == literal.length() || literal.charAt(end) == '.') {
                if (!isOctet(literal, begin, end)) {
                    return false;
                }
                octets++;
                begin = end + 1;
            }
        }
        return octets == 4;
    }

    /** Up to 255, without leading zeros. */
    private static boolean isOctet(String literal, int begin, int end) {
        int digits = end - begin;
        if (digits < 1 || digits > 3 || (digits > 1 && literal.charAt(begin) == '0')) {
            return false;
        }
        int value = 0;
        for (int i = begin; i < end; i++) {
            int digit = literal.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            value = 10 * value + digit;
        }
        return value <= 255;
    }

    private static String checkName(String name) {
        var withoutRootDot = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        for (var label : withoutRootDot.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches()) {
                throw new IllegalArgumentException(Quote.of(name) + " is neither a host name nor an IP address");
            }
        }
        return name;
    }

    static void checkPort(String what, long port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("the " + what + " " + port + " is not within 1 to 65535");
        }
    }

    static boolean isWildcard(String host) {
        return host.equals("0.0.0.0") || host.equals(IPV6_WILDCARD);
    }

    /** Tells by its spelling alone; a name is one machine's own only where the standard says so. */
    static boolean isLoopback(String host) {
        return host.equals(IPV6_LOOPBACK)
                || (isLiteral(host)
                        ? host.startsWith("127.")
                        : LOCALHOST.matcher(host).matches());
    }

    /** Tells a literal from a name, given a host as {@link #normalise} returned it. */
    static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || isNumeric(host);
    }

    static String bracketed(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }
}
