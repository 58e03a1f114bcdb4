package io.ensembler.testkit.runtime;

import io.ensembler.model.Address;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.ServerMode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apiguardian.api.API;

/** What a server answers on its client port. An answer that does not come within a second or two is none. Immutable. */
@API(status = API.Status.INTERNAL, since = "0.1")
public record FourLetterWords(Address client) {

    private static final int CONNECT_MILLIS = 1_000;
    private static final int READ_MILLIS = 2_000;
    private static final String MEMBERSHIP = "membership:";

    /** Returns whether anything answers. */
    public boolean isThere() {
        return ask("ruok").filter("imok"::equals).isPresent();
    }

    /** Returns what the server says of itself. */
    public ServerLook look() {
        var srvr = ask("srvr");
        var mode = srvr.flatMap(answer -> value(answer, "Mode: ")).flatMap(FourLetterWords::mode);
        if (mode.isEmpty()) {
            return ServerLook.nothing();
        }
        long zxid = srvr.flatMap(answer -> value(answer, "Zxid: 0x"))
                .map(hexadecimal -> Long.parseUnsignedLong(hexadecimal, 16))
                .orElse(-1L);
        return new ServerLook(mode, true, zxid, inForce());
    }

    /** Returns the configuration that the server says it acts by; empty if it tells none. */
    public Optional<Configuration> inForce() {
        return ask("conf").flatMap(FourLetterWords::membership);
    }

    private static Optional<ServerMode> mode(String word) {
        return Arrays.stream(ServerMode.values())
                .filter(mode -> mode.toString().equals(word))
                .findFirst();
    }

    private static Optional<Configuration> membership(String conf) {
        int begin = conf.indexOf(MEMBERSHIP);
        if (begin < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(ConfigurationText.parse(
                    conf.substring(begin + MEMBERSHIP.length()).strip()));
        } catch (EnsembleException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> value(String answer, String prefix) {
        return answer.lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .findFirst();
    }

    private Optional<String> ask(String word) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(client.host(), client.port()), CONNECT_MILLIS);
            socket.setSoTimeout(READ_MILLIS);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            return Optional.of(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
