package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Caller;
import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.access.Chains;
import dev.keymesh.gateway.access.KeyIndex;
import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Period;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.tenant.Spaces;
import dev.keymesh.policy.Decision;
import dev.keymesh.sdk.wire.ValidateRequest;
import dev.keymesh.sdk.wire.Validation;
import dev.keymesh.sdk.wire.ValidationContext;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Validation: {@code POST /api/v1/keys/validate}; 200 for every verdict. */
public final class ValidateApi implements Resource {
    private final KeyIndex keys;
    private final Chains chains;
    private final Spaces spaces;
    private final Inquiry inquiry;
    private final Store store;
    private final InstantSource clock;

    public ValidateApi(KeyIndex keys, Chains chains, Spaces spaces, Inquiry inquiry, Store store, InstantSource clock) {
        this.keys = keys;
        this.chains = chains;
        this.spaces = spaces;
        this.inquiry = inquiry;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.shared("POST", "/api/v1/keys/validate", "keys.validate", this::validate)
                .asking()
                .narrowing());
    }

    private ApiResponse validate(Call call) {
        ValidateRequest wanted = call.body(ValidateRequest.class);
        if (wanted.key() == null) {
            throw Rejection.invalid("/key", "missing", "is missing", null);
        }
        KeyIndex.Verdict verdict = keys.find(wanted.key());
        if (call.caller() instanceof Caller.Virtual self
                && !(verdict instanceof KeyIndex.Verdict.Known known
                        && known.key().id().equals(self.key().id()))) {
            throw Rejection.forbidden("keys.validate");
        }
        return ApiResponse.ok(
                switch (verdict) {
                    case KeyIndex.Verdict.Malformed _ -> invalid(call, "MALFORMED", "This is not a whole key.");
                    case KeyIndex.Verdict.Known(var key)
                    when call.reaches(key.space()) -> known(call, key, wanted.context());
                    case KeyIndex.Verdict.Known _, KeyIndex.Verdict.Unknown _ ->
                        invalid(call, "NOT_FOUND", "There is no such key.");
                });
    }

    private Validation invalid(Call call, String code, String error) {
        return new Validation(false, code, error, null, count(0), null, call.requestId());
    }

    private Validation known(Call call, VirtualKey key, @Nullable ValidationContext context) {
        Chain chain = chains.of(key);
        Finding finding = judge(chain, context);
        Validation.Key shown =
                new Validation.Key(key.id(), key.title(), KeyView.status(key, clock.instant()), KeyView.fields(chain));
        boolean valid = finding.code.equals("VALID");
        return new Validation(valid, finding.code, finding.error, shown, count(1), null, call.requestId());
    }

    private Finding judge(Chain chain, @Nullable ValidationContext context) {
        VirtualKey key = chain.key();
        if (key.status().equals(VirtualKey.REVOKED)) {
            return new Finding("REVOKED", "This key was revoked on " + day(key.revokedAt()) + ".");
        }
        if (key.status().equals(VirtualKey.DISABLED)) {
            return new Finding("DISABLED", "This key is disabled.");
        }
        if (key.expired(clock.instant())) {
            return new Finding("EXPIRED", "This key expired on " + day(key.expiresAt()) + ".");
        }
        if (spaces.isDisabled(key.space())) {
            return new Finding("SPACE_DISABLED", "The space '" + key.space() + "' of this key is disabled.");
        }
        if (!key.uses().contains("validation")) {
            return new Finding("POLICY_DENIED", "This key is not for validation.");
        }
        Decision decision = decide(chain, context);
        return decision.allowed()
                ? budget(chain)
                : Finding.of(decision.reasons().getFirst().code());
    }

    private Finding budget(Chain chain) {
        Instant now = clock.instant();
        Limit spent = inquiry.spent(chain, now);
        if (spent == null) {
            return new Finding("VALID", null);
        }
        var resets = spent.period().resetsAt(Period.day(now));
        return new Finding(
                "BUDGET_EXCEEDED",
                "The " + spent.period().wire() + " budget of " + spent.scope() + " is spent"
                        + (resets == null ? "." : "; it resets at " + resets + "."));
    }

    private Decision decide(Chain chain, @Nullable ValidationContext context) {
        String own = chain.workspace().environment();
        if (context == null) {
            return inquiry.decide(chain, null, null, own, null, clock.instant());
        }
        return inquiry.decide(
                chain,
                context.model(),
                context.tool(),
                context.environment() == null ? own : context.environment(),
                address(context.ip()),
                clock.instant());
    }

    private static @Nullable InetAddress address(@Nullable String ip) {
        if (ip == null) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(ip);
        } catch (IllegalArgumentException e) {
            throw Rejection.invalid("/context/ip", "invalid_ip", "must be an IP address", null);
        }
    }

    private static String day(@Nullable Instant at) {
        return at == null
                ? "an unknown day"
                : at.atZone(ZoneOffset.UTC).toLocalDate().toString();
    }

    /** The month's counter, exact and immediate. */
    private long count(int more) {
        String month =
                clock.instant().atZone(ZoneOffset.UTC).toLocalDate().toString().substring(0, 7);
        return store.maintain(tx -> {
            tx.handle().execute("""
                    INSERT INTO meter (name, month, amount) VALUES ('validations', ?, ?)
                    ON CONFLICT (name, month) DO UPDATE SET amount = meter.amount + excluded.amount""", month, more);
            return tx.handle()
                    .createQuery("SELECT amount FROM meter WHERE name = 'validations' AND month = :month")
                    .bind("month", month)
                    .mapTo(Long.class)
                    .one();
        });
    }

    private record Finding(String code, @Nullable String error) {
        /** The table of validation codes by a decision's first reason. */
        static Finding of(String reason) {
            return switch (reason) {
                case "ip.not_allowed" -> new Finding("IP_NOT_ALLOWED", "This key may not be used from this address.");
                case "environment.mismatch" ->
                    new Finding("ENVIRONMENT_MISMATCH", "This key is not for this environment.");
                case "model.not_allowed", "model.denied" ->
                    new Finding("MODEL_NOT_ALLOWED", "This key may not use this model.");
                case "tool.not_allowed", "tool.denied", "tool.argument" ->
                    new Finding("TOOL_NOT_ALLOWED", "This key may not use this tool.");
                default -> new Finding("POLICY_DENIED", "The policy denies it: " + reason + ".");
            };
        }
    }
}
