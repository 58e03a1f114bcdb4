package io.ensembler.testkit.ledger;

import io.ensembler.report.TrafficReport.Violation;
import io.ensembler.testkit.ledger.Write.Kind;
import io.ensembler.testkit.ledger.Write.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One promise broken in a history that keeps all. */
enum Damage {
    ENTRY_GONE(Violation.LOST_WRITE) {
        @Override
        Optional<History> to(History history) {
            return entry(history, Kind.ADD, Outcome.ACKNOWLEDGED)
                    .map(place -> withEntries(history, place.look(), entries -> entries.remove(place.name())));
        }
    },
    REGISTER_WENT_BACK(Violation.LOST_WRITE) {
        @Override
        Optional<History> to(History history) {
            return twoRegisterWrites(history).map(pair -> withRegister(history, pair.writer(), value(pair.earlier())));
        }
    },
    REGISTER_GONE(Violation.LOST_WRITE) {
        @Override
        Optional<History> to(History history) {
            return twoRegisterWrites(history).map(pair -> withRegister(history, pair.writer(), Value.ABSENT));
        }
    },
    VERSION_GIVEN_TWICE(Violation.LOST_WRITE) {
        @Override
        Optional<History> to(History history) {
            return twoRegisterWrites(history)
                    .map(pair -> withWrite(
                            history,
                            pair.writer(),
                            answered(
                                    pair.later(),
                                    pair.later().zxid(),
                                    pair.earlier().version())));
        }
    },
    VERSION_TAKEN_BY_A_WRITE_WITHOUT_ANSWER(Violation.LOST_WRITE) {
        @Override
        Optional<History> to(History history) {
            return register(history, Write::isAmbiguous).flatMap(found -> lastTwo(
                            history, write -> write.kind().writesRegister())
                    .filter(pair -> pair.writer() == found.writer())
                    .map(pair -> {
                        var taken = value(pair.earlier());
                        return withNewSession(history, found.writer(), withVersion(found.later(), taken.version()));
                    }));
        }
    },
    TWO_VALUES_OF_A_VERSION_READ(Violation.CONTRADICTION) {
        @Override
        Optional<History> to(History history) {
            return twoWithoutAnswer(history).map(pair -> {
                long version = look(history, pair.writer()).register().version() + 1;
                var once = withNewSession(history, pair.writer(), withVersion(pair.earlier(), version));
                return withNewSession(once, pair.writer(), withVersion(pair.later(), version));
            });
        }
    },
    TWO_VALUES_OF_A_VERSION_HELD(Violation.CONTRADICTION) {
        @Override
        Optional<History> to(History history) {
            return twoWithoutAnswer(history).map(pair -> {
                long version = look(history, pair.writer()).register().version() + 1;
                var looks = new ArrayList<>(history.looks());
                looks.add(new Look("one", pair.writer(), withVersion(pair.earlier(), version), List.of()));
                looks.add(new Look("two", pair.writer(), withVersion(pair.later(), version), List.of()));
                return copy(history, history.writes(), history.reads(), looks);
            });
        }
    },
    TRIMMED_ENTRY_BACK(Violation.LOST_WRITE) {
        @Override
        Optional<History> to(History history) {
            for (int writer = 0; writer < history.writes().size(); writer++) {
                var writes = history.writes().get(writer);
                for (var write : writes) {
                    if (write.kind() == Kind.TRIM && write.isAcknowledged()) {
                        var trimmed = writes.get(write.trims());
                        var name = Entry.prefix(trimmed.number(), trimmed.nonce())
                                + "%010d".formatted(Math.max(0, trimmed.version()));
                        return Optional.of(withEntries(history, look(history, writer), entries -> entries.add(name)));
                    }
                }
            }
            return Optional.empty();
        }
    },
    TRANSACTIONS_SWAPPED(Violation.WRITE_OUT_OF_ORDER) {
        @Override
        Optional<History> to(History history) {
            return twoRegisterWrites(history).map(pair -> {
                var first = withWrite(
                        history,
                        pair.writer(),
                        answered(
                                pair.earlier(),
                                pair.later().zxid(),
                                pair.earlier().version()));
                return withWrite(
                        first,
                        pair.writer(),
                        answered(
                                pair.later(),
                                pair.earlier().zxid(),
                                pair.later().version()));
            });
        }
    },
    TRANSACTION_GIVEN_TWICE(Violation.WRITE_OUT_OF_ORDER) {
        @Override
        Optional<History> to(History history) {
            return twoRegisterWrites(history)
                    .map(pair -> withWrite(
                            history,
                            pair.writer(),
                            answered(
                                    pair.later(),
                                    pair.earlier().zxid(),
                                    pair.later().version())));
        }
    },
    SEQUENCE_GIVEN_TWICE(Violation.WRITE_OUT_OF_ORDER) {
        @Override
        Optional<History> to(History history) {
            return lastTwo(history, write -> write.kind() == Kind.ADD)
                    .map(pair -> withWrite(
                            history,
                            pair.writer(),
                            answered(
                                    pair.later(),
                                    pair.later().zxid(),
                                    pair.earlier().version())));
        }
    },
    OWN_WRITE_NOT_READ(Violation.READ_WENT_BACK) {
        @Override
        Optional<History> to(History history) {
            return twoRegisterWrites(history).map(pair -> {
                var write = pair.later();
                var own = new ArrayList<>(history.reads().get(pair.writer()));
                own.removeIf(read -> read.completed() >= write.invoked());
                long at = write.completed();
                var initial = new Value(Value.INITIAL, 0, 1, 0);
                own.add(new Read(Read.Kind.REGISTER, pair.writer(), write.session(), at, at, at + 1, true, initial));
                return withReads(history, pair.writer(), own);
            });
        }
    },
    SESSION_WENT_BACK(Violation.READ_WENT_BACK) {
        @Override
        Optional<History> to(History history) {
            return read(
                            history,
                            read -> read.kind() != Read.Kind.EPHEMERAL
                                    && read.value().version() > 0)
                    .map(place -> {
                        var read = history.reads().get(place.client()).get(place.index());
                        var before = new Value(Value.INITIAL, 0, 1, 0);
                        return afterRead(history, place, with(read, before));
                    });
        }
    },
    OTHER_REGISTER_OLDER_THAN_WHAT_WAS_SEEN(Violation.READ_WENT_BACK) {
        @Override
        Optional<History> to(History history) {
            return register(history, Write::isAcknowledged).flatMap(older -> {
                for (int writer = older.writer() + 1; writer < history.writes().size(); writer++) {
                    for (var write : history.writes().get(writer)) {
                        if (write.isAcknowledged()
                                && write.kind().writesRegister()
                                && write.zxid() > older.earlier().zxid()) {
                            var seen = withNewSession(history, writer, value(write));
                            return Optional.of(withRead(seen, older.writer(), 0, new Value(Value.INITIAL, 0, 1, 0)));
                        }
                    }
                }
                return Optional.empty();
            });
        }
    },
    FOREIGN_VALUE_READ(Violation.UNKNOWN_VALUE) {
        @Override
        Optional<History> to(History history) {
            return read(history, read -> read.kind() != Read.Kind.EPHEMERAL).map(place -> {
                var read = history.reads().get(place.client()).get(place.index());
                var value = read.value();
                return withRead(history, place, with(read, new Value(0, 42, value.zxid(), value.version())));
            });
        }
    },
    NONCE_OF_NOBODY_READ(Violation.UNKNOWN_VALUE) {
        @Override
        Optional<History> to(History history) {
            return read(history, read -> read.value().number() >= 0).map(place -> {
                var read = history.reads().get(place.client()).get(place.index());
                var value = read.value();
                return withRead(
                        history,
                        place,
                        with(read, new Value(value.number(), ~value.nonce(), value.zxid(), value.version())));
            });
        }
    },
    FOREIGN_VALUE_HELD(Violation.UNKNOWN_VALUE) {
        @Override
        Optional<History> to(History history) {
            var last = look(history, 0).register();
            return Optional.of(
                    withRegister(history, 0, new Value(Value.FOREIGN, 0, last.zxid() + 1, last.version() + 1)));
        }
    },
    FOREIGN_ENTRY_HELD(Violation.UNKNOWN_VALUE) {
        @Override
        Optional<History> to(History history) {
            return Optional.of(
                    withEntries(history, look(history, 0), entries -> entries.add("somebody-else-0000000001")));
        }
    },
    REFUSED_BUT_APPLIED(Violation.UNKNOWN_VALUE) {
        @Override
        Optional<History> to(History history) {
            return register(history, write -> write.outcome() == Outcome.REFUSED)
                    .map(found -> {
                        var last = look(history, found.writer()).register();
                        var write = found.later();
                        return withRegister(
                                history,
                                found.writer(),
                                new Value(write.number(), write.nonce(), last.zxid() + 1, last.version() + 1));
                    });
        }
    },
    REFUSED_BUT_CREATED(Violation.UNKNOWN_VALUE) {
        @Override
        Optional<History> to(History history) {
            return write(history, write -> write.kind() == Kind.ADD && write.outcome() == Outcome.REFUSED)
                    .map(found -> withEntries(
                            history,
                            look(history, found.writer()),
                            entries -> entries.add(Entry.prefix(
                                            found.later().number(),
                                            found.later().nonce()) + "1234567890")));
        }
    },
    ANSWER_CONTRADICTED(Violation.UNKNOWN_VALUE) {
        @Override
        Optional<History> to(History history) {
            return register(history, Write::isAcknowledged).map(found -> {
                var last = look(history, found.writer()).register();
                var write = found.later();
                return withRegister(
                        history,
                        found.writer(),
                        new Value(write.number(), write.nonce(), last.zxid() + 1, last.version() + 1));
            });
        }
    },
    READ_BEFORE_SENT(Violation.UNKNOWN_VALUE) {
        @Override
        Optional<History> to(History history) {
            return read(
                            history,
                            read -> read.kind() != Read.Kind.EPHEMERAL
                                    && read.value().number() >= 0
                                    && read.invoked() > 2_000)
                    .map(place -> {
                        var read = history.reads().get(place.client()).get(place.index());
                        return withRead(
                                history,
                                place,
                                new Read(read.kind(), read.writer(), read.session(), 0, 0, 0, true, read.value()));
                    });
        }
    },
    VERSION_OF_NOBODY(Violation.UNKNOWN_VALUE) {
        @Override
        Optional<History> to(History history) {
            return register(history, Write::isAcknowledged)
                    .map(found -> withWrite(
                            history,
                            found.writer(),
                            answered(
                                    found.later(),
                                    found.later().zxid(),
                                    found.later().version() + 1_000_000)));
        }
    },
    ENTRY_TWICE(Violation.DUPLICATE_CREATE) {
        @Override
        Optional<History> to(History history) {
            return entry(history, Kind.ADD, Outcome.ACKNOWLEDGED)
                    .map(place -> withEntries(
                            history,
                            place.look(),
                            entries -> entries.add(
                                    place.name().substring(0, place.name().length() - 10) + "1234567890")));
        }
    },
    EPHEMERAL_GONE(Violation.EPHEMERAL_GONE) {
        @Override
        Optional<History> to(History history) {
            return read(
                            history,
                            read -> read.kind() == Read.Kind.EPHEMERAL
                                    && read.value().number() == Value.INITIAL)
                    .map(place -> withRead(
                            history,
                            place,
                            with(history.reads().get(place.client()).get(place.index()), Value.ABSENT)));
        }
    };

    private final Violation expected;

    Damage(Violation expected) {
        this.expected = expected;
    }

    Violation expected() {
        return expected;
    }

    /** Returns the damaged history, or empty if this one has nothing to damage so. */
    abstract Optional<History> to(History history);

    interface Edit {
        void edit(List<String> entries);
    }

    interface WriteTest {
        boolean test(Write write);
    }

    interface ReadTest {
        boolean test(Read read);
    }

    record EntryPlace(Look look, String name) {}

    record ReadPlace(int client, int index) {}

    record WritePlace(int writer, Write earlier, Write later) {}

    static Value value(Write write) {
        return new Value(write.number(), write.nonce(), write.zxid(), write.version());
    }

    static Look look(History history, int writer) {
        return history.looks().stream()
                .filter(look -> look.writer() == writer)
                .findFirst()
                .orElseThrow();
    }

    static Optional<EntryPlace> entry(History history, Kind kind, Outcome outcome) {
        for (var look : history.looks()) {
            for (var name : look.entries()) {
                var writes = history.writes().get(look.writer());
                var write = writes.get(Entry.of(name).number());
                boolean trimmed = writes.stream().anyMatch(other -> other.trims() == write.number() && other.mayHold());
                if (write.kind() == kind && write.outcome() == outcome && !trimmed) {
                    return Optional.of(new EntryPlace(look, name));
                }
            }
        }
        return Optional.empty();
    }

    static Optional<WritePlace> register(History history, WriteTest test) {
        return write(history, write -> write.kind().writesRegister() && test.test(write));
    }

    static Optional<WritePlace> write(History history, WriteTest test) {
        for (int writer = 0; writer < history.writes().size(); writer++) {
            for (var write : history.writes().get(writer)) {
                if (test.test(write)) {
                    return Optional.of(new WritePlace(writer, write, write));
                }
            }
        }
        return Optional.empty();
    }

    static Optional<WritePlace> twoRegisterWrites(History history) {
        return lastTwo(history, write -> write.kind().writesRegister());
    }

    static Optional<WritePlace> twoWithoutAnswer(History history) {
        for (int writer = 0; writer < history.writes().size(); writer++) {
            var found = history.writes().get(writer).stream()
                    .filter(write -> write.isAmbiguous() && write.kind().writesRegister())
                    .toList();
            if (found.size() > 1) {
                return Optional.of(new WritePlace(writer, found.get(0), found.get(1)));
            }
        }
        return Optional.empty();
    }

    static Optional<WritePlace> lastTwo(History history, WriteTest test) {
        for (int writer = 0; writer < history.writes().size(); writer++) {
            var found = history.writes().get(writer).stream()
                    .filter(write -> write.isAcknowledged() && test.test(write))
                    .toList();
            if (found.size() > 1) {
                return Optional.of(new WritePlace(writer, found.get(found.size() - 2), found.get(found.size() - 1)));
            }
        }
        return Optional.empty();
    }

    static Optional<ReadPlace> read(History history, ReadTest test) {
        for (int client = 0; client < history.reads().size(); client++) {
            for (int i = 0; i < history.reads().get(client).size(); i++) {
                var read = history.reads().get(client).get(i);
                if (read.answered() && test.test(read)) {
                    return Optional.of(new ReadPlace(client, i));
                }
            }
        }
        return Optional.empty();
    }

    static Write answered(Write write, long zxid, long version) {
        return new Write(
                write.number(),
                write.kind(),
                write.nonce(),
                write.session(),
                write.due(),
                write.invoked(),
                write.completed(),
                Outcome.ACKNOWLEDGED,
                "",
                zxid,
                version,
                write.trims());
    }

    static Read with(Read read, Value value) {
        return new Read(
                read.kind(), read.writer(), read.session(), read.due(), read.invoked(), read.completed(), true, value);
    }

    static History withWrite(History history, int writer, Write write) {
        var writes = new ArrayList<List<Write>>(history.writes());
        var own = new ArrayList<>(writes.get(writer));
        own.set(write.number(), write);
        writes.set(writer, own);
        return copy(history, writes, history.reads(), history.looks());
    }

    static History withRead(History history, ReadPlace place, Read read) {
        var own = new ArrayList<>(history.reads().get(place.client()));
        own.set(place.index(), read);
        return withReads(history, place.client(), own);
    }

    static History afterRead(History history, ReadPlace place, Read read) {
        var own = new ArrayList<>(history.reads().get(place.client()));
        own.add(place.index() + 1, read);
        return withReads(history, place.client(), own);
    }

    static History withReads(History history, int client, List<Read> own) {
        var reads = new ArrayList<List<Read>>(history.reads());
        reads.set(client, own);
        return copy(history, history.writes(), reads, history.looks());
    }

    /** The last client reads a register in the end, in a new session. */
    static History withNewSession(History history, int writer, Value value) {
        return withRead(history, writer, 1, value);
    }

    /** The last client reads a register in the end, so many sessions later than it read before. */
    static History withRead(History history, int writer, int sessions, Value value) {
        int client = history.reads().size() - 1;
        var own = new ArrayList<>(history.reads().get(client));
        int session = sessions + (own.isEmpty() ? 1 : own.get(own.size() - 1).session());
        long at = history.end();
        own.add(new Read(Read.Kind.REGISTER, writer, session, at, at, at + 1, true, value));
        return withReads(history, client, own);
    }

    /** What a write that was not answered would have left, had it got this version. */
    static Value withVersion(Write write, long version) {
        return new Value(write.number(), write.nonce(), Long.MAX_VALUE - write.number(), version);
    }

    static History withRegister(History history, int writer, Value value) {
        var look = look(history, writer);
        return withLook(history, look, new Look(look.server(), writer, value, look.entries()));
    }

    static History withEntries(History history, Look look, Edit edit) {
        var entries = new ArrayList<>(look.entries());
        edit.edit(entries);
        return withLook(history, look, new Look(look.server(), look.writer(), look.register(), entries));
    }

    private static History withLook(History history, Look old, Look changed) {
        var looks = history.looks().stream()
                .map(look -> look.equals(old) ? changed : look)
                .toList();
        return copy(history, history.writes(), history.reads(), looks);
    }

    private static History copy(History history, List<List<Write>> writes, List<List<Read>> reads, List<Look> looks) {
        return new History(
                history.path(),
                history.minimumRate(),
                history.end(),
                writes,
                reads,
                history.marks(),
                history.stalls(),
                looks);
    }
}
