package dev.keymesh.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.store.Batch;
import dev.keymesh.gateway.store.Command;
import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.Store;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One seeded run of random events through a real ledger on a real database, each of them told to the {@link Model} too. The
 * batches are given to the ledger one by one, in transactions of the run's own, so that a crash before and after a commit is
 * an event like any other.
 */
final class LedgerRun implements AutoCloseable {
    static final List<Scopes> CHAINS = List.of(
            Scopes.of("s", "a", "key_one"),
            Scopes.of("s", "a", "key_two"),
            Scopes.of("s", "b", "key_top"),
            Scopes.of("s", "b", List.of("key_top"), "key_low"));
    private static final List<String> PROVIDERS = List.of("openai", "mistral");
    private static final List<String> MODELS = List.of("large", "small");

    enum Kind {
        HOLD,
        HOLD_AHEAD,
        GROW,
        SHRINK,
        TOGETHER,
        SETTLE_LESS,
        SETTLE_EQUAL,
        SETTLE_MORE,
        CLOSE,
        WRITE,
        EXPIRE,
        LATE_SETTLE,
        DUPLICATE,
        ABANDON,
        LOWER_LIMIT,
        RAISE_LIMIT,
        REVOKE,
        UNSET,
        INCREASE,
        WINDOW_ROLL,
        CLOCK_STEP,
        CRASH,
        UNHEARD,
        RESTART;

        /** After a restart no hold is open. */
        boolean canPrecede(Kind next) {
            return !Set.of(CRASH, UNHEARD, RESTART).contains(this) || !NEED_A_HOLD.contains(next);
        }
    }

    private static final List<Kind> NEED_A_HOLD = List.of(
            Kind.HOLD_AHEAD,
            Kind.GROW,
            Kind.SHRINK,
            Kind.SETTLE_LESS,
            Kind.SETTLE_EQUAL,
            Kind.SETTLE_MORE,
            Kind.CLOSE,
            Kind.EXPIRE);

    /** What moves no clock and no budget, and charges no more than was held. */
    private static final Set<Kind> PASS_NO_LIMIT = Set.of(
            Kind.HOLD,
            Kind.HOLD_AHEAD,
            Kind.GROW,
            Kind.SHRINK,
            Kind.TOGETHER,
            Kind.SETTLE_LESS,
            Kind.SETTLE_EQUAL,
            Kind.CLOSE,
            Kind.EXPIRE,
            Kind.DUPLICATE,
            Kind.ABANDON,
            Kind.CRASH,
            Kind.UNHEARD,
            Kind.RESTART);

    final Model model = new Model();
    final List<String> trace = new ArrayList<>();
    private final Database database;
    private final Store store;
    private final Connection connection;
    private final Random random;
    private final List<Hold> live = new ArrayList<>();
    private final List<Hold> expired = new ArrayList<>();
    private final List<LedgerCommand.Late> finished = new ArrayList<>();
    private final Queue<Command> waiting = new ArrayDeque<>();
    private Limits limits;
    private Ledger ledger;
    private int ids;

    /**
     * A run on empty books.
     *
     * @param connection a writing one, without automatic commits
     */
    LedgerRun(Database database, Store store, Connection connection, long seed) {
        this.database = database;
        this.store = store;
        this.connection = connection;
        random = new Random(seed);
        limits = new Limits(store);
        ledger = open();
        raise();
        raise();
        raise();
    }

    private Ledger open() {
        return new Ledger(store, limits, () -> model.now, Runnable::run, "run_" + ids++);
    }

    /** Does one event, and checks everything. */
    Kind step() {
        Kind kind = possible(
                switch (random.nextInt(12)) {
                    case 0, 1, 2 -> Kind.HOLD;
                    case 3 -> pick(NEED_A_HOLD);
                    case 4 -> Kind.LATE_SETTLE;
                    default -> pick(List.of(Kind.values()));
                });
        trace.add(kind.name());
        Map<Limit.Id, Long> before = new HashMap<>();
        model.limits.forEach((id, limit) -> before.put(id, model.used(limit, model.today())));
        act(kind);
        LedgerRows.of(store).check(model);
        if (PASS_NO_LIMIT.contains(kind)) {
            model.limits.values().forEach(limit -> {
                Long amount = model.amount(limit);
                assertThat(model.used(limit, model.today()))
                        .as("I1: used of %s", limit)
                        .isLessThanOrEqualTo(
                                amount == null
                                        ? Long.MAX_VALUE
                                        : Math.max(amount, Objects.requireNonNull(before.get(limit.id()))));
            });
        }
        return kind;
    }

    private Kind possible(Kind kind) {
        if (NEED_A_HOLD.contains(kind)) {
            return live.isEmpty() ? Kind.HOLD : kind;
        }
        return switch (kind) {
            case LATE_SETTLE -> expired.isEmpty() ? Kind.WRITE : kind;
            case DUPLICATE -> finished.isEmpty() ? Kind.WRITE : kind;
            case LOWER_LIMIT, REVOKE, UNSET, INCREASE -> model.limits.isEmpty() ? Kind.RAISE_LIMIT : kind;
            default -> kind;
        };
    }

    private void act(Kind kind) {
        switch (kind) {
            case HOLD -> hold();
            case HOLD_AHEAD -> holdAhead();
            case GROW -> resize(pick(live), 1 + random.nextInt(30), random.nextInt(40) - 10);
            case SHRINK -> resize(pick(live), -random.nextInt(20), -random.nextInt(20));
            case TOGETHER -> together();
            case SETTLE_LESS, SETTLE_EQUAL, SETTLE_MORE -> settle(kind);
            case CLOSE -> close(take(live));
            case WRITE -> write();
            case EXPIRE -> expire(take(live));
            case LATE_SETTLE -> lateSettle(take(expired));
            case DUPLICATE -> duplicate();
            case ABANDON -> abandon();
            case LOWER_LIMIT -> lower();
            case RAISE_LIMIT -> raise();
            case REVOKE -> put(amount(pick(List.copyOf(model.limits.values())), 0L, null));
            case UNSET -> unset(pick(List.copyOf(model.limits.keySet())));
            case INCREASE -> increase(pick(List.copyOf(model.limits.values())));
            case WINDOW_ROLL -> model.now = model.now.plus(Duration.ofDays(pick(List.of(1, 1, 2, 7, 31))));
            case CLOCK_STEP -> model.now = model.now.plusSeconds(random.nextInt(200_000) - 100_000);
            case CRASH -> crash();
            case UNHEARD -> unheard();
            case RESTART -> restart();
        }
    }

    private void hold() {
        LedgerCommand.Take take = asked();
        Model.Entry entry = entry(take.request);
        Model.Verdict verdict = model.verdict(entry);
        apply(take);
        answered(take.decided, verdict, entry);
        if (take.decided instanceof HoldAnswer.Held held) {
            model.holds.put(take.call(), entry);
            live.add(held.hold());
            tightest(held.tightest(), entry);
        }
    }

    /** Decided while a settlement waits; what that frees is there for it all the same, and in what it is told is left. */
    private void holdAhead() {
        LedgerCommand.Settle settle = settlement(pick(List.of(Kind.SETTLE_LESS, Kind.SETTLE_EQUAL)), take(live));
        if (database.shared() || !settle.canWait()) {
            apply(settle);
            hold();
            return;
        }
        waiting.add(settle);
        hold();
        for (Command late = waiting.poll(); late != null; late = waiting.poll()) {
            apply((LedgerCommand) late);
        }
    }

    private void answered(@Nullable HoldAnswer answer, Model.Verdict verdict, Model.Entry asked) {
        assertThat(answer instanceof HoldAnswer.Held)
                .as("I1, I6: %s of %s, which %s", answer, asked, verdict)
                .isEqualTo(verdict == Model.Verdict.FITS);
        if (answer instanceof HoldAnswer.Refused refused) {
            assertThat(refused.temporary()).as("temporary").isEqualTo(verdict == Model.Verdict.TEMPORARY);
            assertThat(refused.amount()).isEqualTo(model.amount(refused.limit()));
            assertThat(refused.spent()).isEqualTo(model.spent(refused.limit(), model.first(asked)));
            assertThat(refused.held()).isEqualTo(model.held(refused.limit(), model.first(asked)));
        }
    }

    private void tightest(HoldAnswer.@Nullable Remaining told, Model.Entry entry) {
        List<Limit> on =
                model.on(entry).stream().filter(limit -> limit.amount() != null).toList();
        assertThat(told == null).isEqualTo(on.isEmpty());
        if (told != null) {
            Unit unit = on.stream().map(Limit::unit).sorted().findFirst().orElseThrow();
            long least = on.stream()
                    .filter(limit -> limit.unit() == unit)
                    .mapToLong(limit -> Objects.requireNonNull(model.amount(limit)) - model.used(limit, model.today()))
                    .min()
                    .orElseThrow();
            assertThat(told.amount()).as("left").isEqualTo(least);
        }
    }

    private void resize(Hold hold, long nanos, long tokens) {
        Model.Entry held = Objects.requireNonNull(model.holds.get(hold.id()));
        Amounts was = held.amounts();
        Amounts to = new Amounts(Math.max(0, was.nanos() + nanos), 1, Math.max(0, was.tokens() + tokens));
        Amounts more = to.less(was);
        boolean smaller = more.nanos() <= 0 && more.tokens() <= 0;
        Model.Verdict verdict = smaller ? Model.Verdict.FITS : model.verdict(held.with(more));
        hold.resizing();
        LedgerCommand.Resize resize = new LedgerCommand.Resize(hold, to, 0, answer -> {});
        int turn = random.nextInt(5);
        inTransaction(turn == 0, resize);
        answered(resize.decided, verdict, held);
        if (turn <= 1) {
            ledger.failed(List.of(resize), new SQLException(turn == 0 ? "rolled back" : "unheard"));
            verdict = turn == 0 ? Model.Verdict.LASTING : verdict;
        } else {
            ledger.committed(List.of(resize));
        }
        if (verdict == Model.Verdict.FITS) {
            model.holds.put(hold.id(), held.with(to));
            assertThat(turn == 1 || hold.amounts().equals(to)).isTrue();
        }
    }

    /** Some that come at once are decided in one batch, one after the other; also what ends a hold and was to make it smaller. */
    private void together() {
        List<LedgerCommand> batch = new ArrayList<>();
        List<Runnable> checks = new ArrayList<>();
        for (int i = 2 + random.nextInt(4); i > 0; i--) {
            if (live.isEmpty() || random.nextBoolean()) {
                takeIn(batch, checks);
                continue;
            }
            Hold hold = take(live);
            if (random.nextBoolean()) {
                shrinkIn(batch, checks, hold);
            }
            LedgerCommand.Settle settle = settlement(pick(List.of(Kind.SETTLE_LESS, Kind.SETTLE_EQUAL)), hold);
            batch.add(settle);
            if (random.nextInt(4) == 0) {
                batch.add(random.nextBoolean() ? settle : new LedgerCommand.Again(settle));
            }
        }
        ledger.committed(inTransaction(false, batch.toArray(LedgerCommand[]::new)));
        checks.forEach(Runnable::run);
    }

    private void takeIn(List<LedgerCommand> batch, List<Runnable> checks) {
        LedgerCommand.Take take = asked();
        Model.Entry entry = entry(take.request);
        Model.Verdict verdict = model.verdict(entry);
        if (verdict == Model.Verdict.FITS) {
            model.holds.put(take.call(), entry);
        }
        batch.add(take);
        checks.add(() -> {
            assertThat(take.decided instanceof HoldAnswer.Held).isEqualTo(verdict == Model.Verdict.FITS);
            if (take.decided instanceof HoldAnswer.Held held) {
                live.add(held.hold());
            }
        });
    }

    private void shrinkIn(List<LedgerCommand> batch, List<Runnable> checks, Hold hold) {
        Model.Entry held = Objects.requireNonNull(model.holds.get(hold.id()));
        Amounts to = new Amounts(
                below(held.amounts().nanos()), 1, below(held.amounts().tokens()));
        hold.resizing();
        LedgerCommand.Resize resize = new LedgerCommand.Resize(hold, to, 0, answer -> {});
        model.holds.put(hold.id(), held.with(to));
        batch.add(resize);
        checks.add(() -> assertThat(resize.decided).isInstanceOf(HoldAnswer.Held.class));
    }

    private void settle(Kind kind) {
        apply(settlement(kind, take(live)));
    }

    /** Settled in the model already. */
    private LedgerCommand.Settle settlement(Kind kind, Hold hold) {
        Model.Entry held = Objects.requireNonNull(model.holds.get(hold.id()));
        Amounts most = held.amounts();
        Amounts used = switch (kind) {
            case SETTLE_LESS -> new Amounts(below(most.nanos()), 1, below(most.tokens()));
            case SETTLE_MORE ->
                new Amounts(most.nanos() + 1 + random.nextInt(30), 1, most.tokens() + random.nextInt(9));
            default -> most;
        };
        boolean reported = kind == Kind.SETTLE_EQUAL || random.nextBoolean();
        LedgerCommand.Settle settle = new LedgerCommand.Settle(
                hold, call(hold.id(), held, used, reported ? "reported" : pick(List.of("estimated", "unknown"))));
        model.charge(hold.id(), held.with(charged(settle.record(), most)));
        finished.add(settle);
        return settle;
    }

    /** An estimate is charged no more than the dollars that are held, if any; where nothing is known, all tokens are. */
    private static Amounts charged(CallRecord call, Amounts held) {
        boolean unknown = call.settlement().equals("unknown");
        long cost = Objects.requireNonNull(call.cost());
        boolean bounded = held.nanos() > 0 && !call.settlement().equals("reported");
        long nanos = bounded ? Math.min(cost, held.nanos()) : cost;
        return new Amounts(nanos, 1, unknown ? held.tokens() : call.inputTokens() + call.outputTokens());
    }

    private void close(Hold hold) {
        Model.Entry held = Objects.requireNonNull(model.holds.remove(hold.id()));
        LedgerCommand.Late end = random.nextBoolean()
                ? new LedgerCommand.Release(hold)
                : new LedgerCommand.Settle(hold, call(hold.id(), held, Amounts.NONE, "none"));
        apply(end);
        if (end instanceof LedgerCommand.Settle) {
            model.charge(hold.id(), held.with(Amounts.NONE));
        }
        finished.add(end);
    }

    private void write() {
        LedgerCommand.Take take = asked();
        Model.Entry entry = entry(take.request);
        LedgerCommand.Write write = new LedgerCommand.Write(call(take.call(), entry, take.request.bound(), "reported"));
        apply(write);
        model.charge(take.call(), entry);
        finished.add(write);
    }

    /** Another node took the hold and beats no more. */
    private void expire(Hold hold) {
        store.maintain(tx -> tx.handle().execute("UPDATE hold SET instance = 'gone' WHERE id = ?", hold.id()));
        List<LedgerCommand.Settle> orphans = store.read(handle -> Orphans.find(handle, model.now));
        assertThat(orphans).hasSize(1);
        apply(orphans.getFirst());
        model.chargeWhatIsHeld(List.of(hold.id()));
        expired.add(hold);
    }

    private void lateSettle(Hold hold) {
        Model.Entry charged = Objects.requireNonNull(model.charges.get(hold.id()));
        Amounts used = new Amounts(random.nextInt(60), 1, 3);
        LedgerCommand.Settle late = new LedgerCommand.Settle(hold, call(hold.id(), charged, used, "reported"));
        apply(late);
        model.charges.put(
                hold.id() + "c",
                charged.with(new Amounts(
                        used.nanos() - charged.amounts().nanos(),
                        0,
                        used.tokens() - charged.amounts().tokens())));
        finished.add(late);
    }

    private void duplicate() {
        LedgerCommand.Late again = pick(finished);
        apply(again instanceof LedgerCommand.Settle && random.nextBoolean() ? again : new LedgerCommand.Again(again));
    }

    /** Nobody waits for the answer when it comes: nothing was forwarded, so nothing stays held. */
    private void abandon() {
        LedgerCommand.Take take = asked();
        inTransaction(false, take);
        assertThat(take.claim()).isTrue();
        ledger.committed(List.of(take));
        store.barrier();
    }

    private void crash() {
        LedgerCommand command = live.isEmpty() || random.nextBoolean() ? asked() : equal(pick(live));
        var _ = inTransaction(true, command);
        restart();
    }

    /** The commit went through, and its answer did not: what is tried again is there already. */
    private void unheard() {
        LedgerCommand command = live.isEmpty() || random.nextBoolean() ? asked() : equal(pick(live));
        ledger.failed(inTransaction(false, command), new SQLException("unheard"));
        if (command instanceof LedgerCommand.Settle settle) {
            model.chargeWhatIsHeld(List.of(settle.call()));
            live.remove(settle.hold());
            finished.add(settle);
        }
        restart();
    }

    private LedgerCommand.Settle equal(Hold hold) {
        Model.Entry held = Objects.requireNonNull(model.holds.get(hold.id()));
        return new LedgerCommand.Settle(hold, call(hold.id(), held, held.amounts(), "reported"));
    }

    private void restart() {
        ledger.close();
        store.barrier();
        limits = new Limits(store);
        ledger = open();
        model.chargeWhatIsHeld(List.copyOf(model.holds.keySet()));
        expired.addAll(live);
        live.clear();
    }

    private void lower() {
        Limit limit = pick(List.copyOf(model.limits.values()));
        long used = model.used(limit, model.today());
        put(amount(limit, used == 0 ? 1 : below(used), limit.increase()));
    }

    /** A budget that is there gets more, or a new one is set. */
    private void raise() {
        if (!model.limits.isEmpty() && random.nextBoolean()) {
            Limit limit = pick(List.copyOf(model.limits.values()));
            put(amount(limit, model.used(limit, model.today()) + 1 + random.nextInt(80), limit.increase()));
            return;
        }
        Scopes chain = pick(CHAINS);
        boolean narrow = random.nextInt(3) == 0;
        Unit unit = pick(List.of(Unit.values()));
        put(new Limit(
                pick(chain.all()),
                narrow && random.nextBoolean() ? pick(PROVIDERS) : "",
                narrow ? pick(MODELS) : "",
                unit,
                pick(List.of(Period.values())),
                unit == Unit.REQUESTS ? 1L + random.nextInt(12) : 1L + random.nextInt(300),
                Limit.THRESHOLDS,
                null));
    }

    private void increase(Limit limit) {
        Instant until = model.now.plusSeconds(random.nextInt(172_800));
        put(amount(limit, limit.amount(), new Limit.Increase(1 + random.nextInt(50), until)));
    }

    private static Limit amount(Limit limit, @Nullable Long amount, Limit.@Nullable Increase increase) {
        return new Limit(
                limit.scope(),
                limit.provider(),
                limit.model(),
                limit.unit(),
                limit.period(),
                amount,
                limit.thresholds(),
                increase);
    }

    private void put(Limit limit) {
        store.maintain(tx -> {
            limits.put(tx, limit, model.now);
            return true;
        });
        model.limits.put(limit.id(), limit);
    }

    private void unset(Limit.Id id) {
        assertThat(store.<Boolean>maintain(tx -> limits.delete(tx, id))).isTrue();
        model.limits.remove(id);
    }

    /** Often as much as a budget has left, or one more. */
    private LedgerCommand.Take asked() {
        Scopes chain = pick(CHAINS);
        String provider = pick(PROVIDERS);
        String called = pick(MODELS);
        Model.Entry any = new Model.Entry(chain, provider, called, model.today(), Amounts.NONE);
        List<Limit> on = model.on(any);
        long nanos = random.nextInt(40);
        long tokens = random.nextInt(40);
        if (!on.isEmpty() && random.nextBoolean()) {
            Limit edge = pick(on);
            long left = Math.max(0, Objects.requireNonNull(model.amount(edge)) - model.used(edge, model.today()))
                    + random.nextInt(2);
            nanos = edge.unit() == Unit.USD ? left : nanos;
            tokens = edge.unit() == Unit.TOKENS ? left : tokens;
        }
        return new LedgerCommand.Take(
                new HoldRequest(
                        "req_" + ids++, chain, provider, called, "chat", "prc_1", new Amounts(nanos, 1, tokens)),
                0,
                answer -> {});
    }

    private Model.Entry entry(HoldRequest request) {
        return new Model.Entry(request.scopes(), request.provider(), request.model(), model.today(), request.bound());
    }

    private CallRecord call(String id, Model.Entry entry, Amounts used, String settlement) {
        return TestCalls.of(
                id, entry.scopes(), entry.provider(), entry.model(), "completed", used, settlement, model.now);
    }

    private void apply(LedgerCommand command) {
        ledger.committed(inTransaction(false, command));
    }

    /** What was decided in it. */
    private List<Command> inTransaction(boolean rolledBack, Command... commands) {
        Batch batch = new Batch(new ArrayList<>(List.of(commands)), waiting);
        try {
            for (String first : database.begin().stream().toList()) {
                try (var statement = connection.createStatement()) {
                    statement.execute(first);
                }
            }
            ledger.apply(connection, batch);
            if (rolledBack) {
                connection.rollback();
            } else {
                connection.commit();
            }
            return batch.commands();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private long below(long most) {
        return most == 0 ? 0 : random.nextLong(most);
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private <T> T take(List<T> from) {
        return from.remove(random.nextInt(from.size()));
    }

    @Override
    public void close() {
        ledger.close();
    }
}
