package io.ensembler.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/** How hosts are written and compared; nothing here asks a name service. */
final class Hosts {

    private static final Pattern NAME = Pattern.compile("[\\p{Alnum}_]([\\p{Alnum}._-]*[\\p{Alnum}_.])?");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final String IPV6_WILDCARD = "0:0:0:0:0:0:0:0";

    private Hosts() {}

    static String normalise(String host) {
        var trimmed = host.trim();
        if (trimmed.startsWith("[") && trimmed.endsWith("]")) {
            trimmed = trimmed.substring(1, trimmed.length() - 1);
        }
        if (trimmed.indexOf(':') >= 0) {
            return normaliseIpv6(trimmed);
        }
        if (!NAME.matcher(trimmed).matches()) {
            throw new IllegalArgumentException("'" + trimmed + "' is neither a host name nor an IP address");
        }
        return trimmed.toLowerCase(Locale.ROOT);
    }

    private static String normaliseIpv6(String literal) {
        int zoneAt = literal.indexOf('%');
        var address = zoneAt < 0 ? literal : literal.substring(0, zoneAt);
        var zone = zoneAt < 0 ? "" : literal.substring(zoneAt);
        try {
            // In brackets the JDK accepts a literal or throws; without them some texts would be looked up as names.
            return InetAddress.getByName("[" + address + "]").getHostAddress() + zone;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + literal + "' is not an IPv6 address", e);
        }
    }

    static void checkPort(String what, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(what + " " + port + " is not within 1 to 65535");
        }
    }

    static boolean isWildcard(String host) {
        return host.equals("0.0.0.0") || host.equals(IPV6_WILDCARD);
    }

    static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
    }

    static String bracketed(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }
}
