package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Caller;
import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.access.Chains;
import dev.keymesh.gateway.access.KeyIndex;
import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.tenant.Spaces;
import dev.keymesh.policy.Decision;
import dev.keymesh.sdk.wire.CheckAnswer;
import dev.keymesh.sdk.wire.CheckAnswer.Reason;
import dev.keymesh.sdk.wire.CheckRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a key may use a model or a tool: {@code POST /api/v1/keys/check}; 200 for every answer, and not metered. */
public final class CheckApi implements Resource {
    private static final String PERMISSION = "policy.evaluate";

    private final KeyIndex keys;
    private final Chains chains;
    private final Spaces spaces;
    private final Inquiry inquiry;
    private final InstantSource clock;

    public CheckApi(KeyIndex keys, Chains chains, Spaces spaces, Inquiry inquiry, InstantSource clock) {
        this.keys = keys;
        this.chains = chains;
        this.spaces = spaces;
        this.inquiry = inquiry;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.shared("POST", "/api/v1/keys/check", PERMISSION, this::check)
                .asking()
                .narrowing());
    }

    private ApiResponse check(Call call) {
        CheckRequest wanted = call.body(CheckRequest.class);
        if (wanted.model() != null && wanted.tool() != null) {
            throw Rejection.invalid("/tool", "two_questions", "must not stand beside a model", "Ask twice.");
        }
        KeyIndex.Verdict verdict = named(call, wanted.key());
        List<Reason> reasons = switch (verdict) {
            case KeyIndex.Verdict.Malformed _ -> List.of(new Reason("key.malformed", null));
            case KeyIndex.Verdict.Known(var key) when call.reaches(key.space()) -> against(key, wanted);
            case KeyIndex.Verdict.Known _, KeyIndex.Verdict.Unknown _ -> List.of(new Reason("key.not_found", null));
        };
        return ApiResponse.ok(new CheckAnswer(reasons.isEmpty(), reasons));
    }

    /** By id or by secret; a virtual key names itself or a part of itself. */
    private KeyIndex.Verdict named(Call call, @Nullable String key) {
        if (call.caller() instanceof Caller.Virtual(var self)) {
            if (key == null) {
                return new KeyIndex.Verdict.Known(self);
            }
            if (find(key) instanceof KeyIndex.Verdict.Known(var known) && keys.isWithin(known.id(), self.id())) {
                return new KeyIndex.Verdict.Known(known);
            }
            throw Rejection.forbidden(PERMISSION);
        }
        if (key == null) {
            throw Rejection.invalid("/key", "missing", "is missing", "Name a virtual key by its id.");
        }
        return find(key);
    }

    private KeyIndex.Verdict find(String key) {
        if (!key.startsWith("key_")) {
            return keys.find(key);
        }
        VirtualKey known = keys.byId(key);
        return known == null ? KeyIndex.Verdict.UNKNOWN : new KeyIndex.Verdict.Known(known);
    }

    private List<Reason> against(VirtualKey key, CheckRequest wanted) {
        Instant now = clock.instant();
        String status = KeyView.status(key, now);
        if (!status.equals(VirtualKey.ACTIVE)) {
            return List.of(new Reason("key." + status, null));
        }
        if (spaces.isDisabled(key.space())) {
            return List.of(new Reason("space.disabled", key.space()));
        }
        if (wanted.model() != null && !key.uses().contains("gateway")) {
            return List.of(new Reason("key.use", "gateway"));
        }
        Chain chain = chains.of(key);
        Decision decision = inquiry.decide(
                chain, wanted.model(), wanted.tool(), chain.workspace().environment(), null, now);
        if (!decision.allowed()) {
            return decision.reasons().stream()
                    .map(reason -> new Reason(reason.code(), reason.value()))
                    .toList();
        }
        Limit spent = wanted.model() == null ? null : inquiry.spent(chain, now);
        return spent == null ? List.of() : List.of(new Reason("budget.exceeded", spent.scope()));
    }
}
