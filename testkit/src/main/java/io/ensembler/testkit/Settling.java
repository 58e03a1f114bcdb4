package io.ensembler.testkit;

import io.ensembler.model.Address;
import io.ensembler.model.Configuration;
import io.ensembler.model.ConfigurationText;
import io.ensembler.model.EnsembleException;
import io.ensembler.model.Server;
import io.ensembler.testkit.runtime.ServerLook;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException;

/** Connects to an ensemble as any client could, and waits until it serves or has settled. Thread-safe. */
record Settling(Servers servers, Sessions sessions, Blueprint blueprint) {

    private static final Duration SETTLE_TIME = Duration.ofSeconds(30);
    private static final Duration SESSION_TIME = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 10;

    /** Returns the client addresses of the servers that run and are listed. */
    String connectString() {
        return reachable().stream()
                .flatMap(server -> server.endpoints().reachableClient().stream())
                .map(Address::toString)
                .collect(Collectors.joining(","));
    }

    /** Returns the servers that run, are listed and serve clients somewhere. */
    List<Server> reachable() {
        var looks = servers.looks();
        var reachable = Settlement.newestInForce(looks)
                .map(configuration -> configuration.ensemble().servers())
                .orElseGet(servers::all)
                .stream()
                .filter(server -> looks.containsKey(server.id()))
                .filter(server -> server.endpoints().reachableClient().isPresent())
                .toList();
        if (reachable.isEmpty()) {
            throw new EnsembleException("Cannot tell where to connect: no listed server runs." + servers.describe());
        }
        return reachable;
    }

    /** Commits a write and returns the configuration that the same session reads after it. */
    Configuration committed() {
        try (var session = sessions.open(connectString()).await(SESSION_TIME)) {
            session.write("committed").await();
            return ConfigurationText.parse(session.readConfiguration().await());
        } catch (KeeperException e) {
            throw new EnsembleException("No write was acknowledged: " + e.getMessage() + servers.describe(), e);
        } catch (InterruptedException e) {
            throw Servers.interrupted(e);
        }
    }

    /** Returns once an ensemble that has just been started serves, has its first write, and has settled. */
    void begin() {
        awaitServing();
        try (var session = sessions.open(firstClient()).await(SESSION_TIME)) {
            var created = session.createMarker();
            var granted = blueprint.grantReconfiguration()
                    ? Optional.of(session.grantReconfiguration())
                    : Optional.<Session.Answer<String>>empty();
            var configuration = session.readConfiguration();
            long written = created.await();
            if (granted.isPresent()) {
                awaitGranted(granted.get());
            }
            if (!blueprint.isStandalone()) {
                awaitFounded(ConfigurationText.parse(configuration.await()), written);
            }
        } catch (KeeperException e) {
            throw new EnsembleException(
                    "The first write was not acknowledged: " + e.getMessage() + servers.describe(), e);
        } catch (InterruptedException e) {
            throw Servers.interrupted(e);
        }
    }

    /** The leader, or another server if that one shows no configuration. */
    private String firstClient() {
        var reachable = reachable();
        var leader = Settlement.leaders(servers.looks()).findFirst();
        return reachable.stream()
                .filter(server -> blueprint.reconfigures(server.id()))
                .min(Comparator.comparing(server -> !leader.equals(Optional.of(server.id()))))
                .orElse(reachable.get(0))
                .endpoints()
                .reachableClient()
                .orElseThrow()
                .toString();
    }

    private void awaitGranted(Session.Answer<String> granted) throws KeeperException, InterruptedException {
        try {
            granted.await();
        } catch (KeeperException.NoAuthException e) {
            throw new EnsembleException(
                    "Cannot grant WRITE on /zookeeper/config, since the servers do not know our super identity: "
                            + servers.host().whyNotSuper() + ". Or build with grantReconfiguration(false).",
                    e);
        }
    }

    private void awaitFounded(Configuration committed, long written) {
        await(SETTLE_TIME, blueprint.runtime().millisBetweenLooks(), () -> settlement()
                .checkFounded(committed, written));
    }

    Settlement.Result.Settled awaitSettled(Duration timeLeft) {
        return await(timeLeft, POLL_MILLIS, this::check);
    }

    private interface Check {
        Settlement.Result make() throws InterruptedException;
    }

    private Settlement.Result.Settled await(Duration timeLeft, long millisBetween, Check check) {
        long deadline = System.nanoTime() + timeLeft.toNanos();
        try {
            while (true) {
                var result = check.make();
                if (result instanceof Settlement.Result.Settled settled) {
                    return settled;
                }
                if (deadline - System.nanoTime() <= 0) {
                    var reason = ((Settlement.Result.NotYet) result).reason();
                    throw new EnsembleException("The ensemble has not settled within " + timeLeft.toMillis() + " ms: "
                            + reason + "." + servers.describe());
                }
                Thread.sleep(millisBetween);
            }
        } catch (InterruptedException e) {
            throw Servers.interrupted(e);
        }
    }

    private void awaitServing() {
        long deadline = System.nanoTime() + SETTLE_TIME.toNanos();
        try {
            while (!servers.looks().values().stream().allMatch(ServerLook::serves)) {
                if (deadline - System.nanoTime() <= 0) {
                    throw new EnsembleException("The ensemble does not serve within " + SETTLE_TIME.toMillis() + " ms."
                            + servers.describe());
                }
                Thread.sleep(blueprint.runtime().millisBetweenLooks());
            }
        } catch (InterruptedException e) {
            throw Servers.interrupted(e);
        }
        if (!servers.exitRequests().isEmpty()) {
            throw new EnsembleException("The ensemble cannot start." + servers.describe());
        }
    }

    private Settlement.Result check() throws InterruptedException {
        if (!blueprint.isStandalone()) {
            return settlement().check();
        }
        var looks = servers.looks();
        return !looks.isEmpty() && looks.values().stream().allMatch(ServerLook::serves)
                ? new Settlement.Result.Settled(committed().ensemble())
                : new Settlement.Result.NotYet("the standalone server does not serve");
    }

    private Settlement settlement() {
        return new Settlement(sessions, servers.looks(), blueprint::reconfigures);
    }
}
