package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.access.Chains;
import dev.keymesh.gateway.access.KeyIndex;
import dev.keymesh.gateway.access.NewVirtualKey;
import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.access.VirtualKeys;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.ledger.Period;
import dev.keymesh.gateway.ledger.Scopes;
import dev.keymesh.gateway.ledger.Unit;
import dev.keymesh.gateway.price.Usd;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.tenant.Rulebook;
import dev.keymesh.gateway.tenant.Workspaces;
import dev.keymesh.policy.Decision;
import dev.keymesh.policy.Grant;
import dev.keymesh.policy.Issuance;
import dev.keymesh.policy.PolicyEngine;
import dev.keymesh.policy.Reason;
import dev.keymesh.policy.Rules;
import dev.keymesh.sdk.wire.KeyBudget;
import dev.keymesh.sdk.wire.NewKey;
import dev.keymesh.sdk.wire.Policy;
import dev.keymesh.sdk.wire.ProblemError;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Issues virtual keys: no key is granted more than the chain above it allows. */
public final class KeyIssue {
    /** Of keys in one chain: each adds a grant to every decision and a balance to every hold. */
    private static final int DEEPEST = 8;

    private static final int UNPROCESSABLE = 422;

    private final VirtualKeys keys;
    private final KeyIndex index;
    private final Chains chains;
    private final Workspaces workspaces;
    private final PolicyEngine policy;
    private final Limits limits;
    private final InstantSource clock;
    private final KeyWishes wishes;

    public KeyIssue(
            VirtualKeys keys,
            KeyIndex index,
            Chains chains,
            Workspaces workspaces,
            PolicyEngine policy,
            Limits limits,
            InstantSource clock) {
        this.keys = keys;
        this.index = index;
        this.chains = chains;
        this.workspaces = workspaces;
        this.policy = policy;
        this.limits = limits;
        this.clock = clock;
        wishes = new KeyWishes(workspaces, clock);
    }

    /** A key at the top of a workspace, with what the workspace gives where it names nothing. */
    Ready top(Actor issuer, String space, KeyWish written) {
        String workspace = written.key().workspace();
        KeyWish wish = workspaces
                .get(space, workspace == null ? Workspaces.DEFAULT : workspace)
                .map(place -> written.taking(place.keyDefaults(), clock.instant()))
                .orElse(written);
        NewVirtualKey key = wishes.checked(space, wish.key());
        Limit budget = budget(wish.key());
        try {
            within(issuer, key, null);
        } catch (Rejection e) {
            throw wish.byDefault() && e.status == UNPROCESSABLE ? tooWide(key, e) : e;
        }
        return new Ready(key, budget);
    }

    private static Rejection tooWide(NewVirtualKey key, Rejection why) {
        return new Rejection(
                409,
                "conflict",
                "The keyDefaults of workspace '" + key.workspace() + "' allow more than its policy does: "
                        + why.errors.getFirst().pointer() + ". Change one of the two, or name a policy.",
                List.of());
    }

    /** A part of another key. */
    Ready child(Actor issuer, VirtualKey parent, KeyWish written) {
        NewKey wanted = written.key();
        NewVirtualKey key = childWishes(parent, wanted, parent.uses());
        String status = KeyView.status(parent, clock.instant());
        if (!status.equals(VirtualKey.ACTIVE)) {
            throw new Rejection(
                    409, "conflict", "The parent is " + status + ", so it can have no children.", List.of());
        }
        if (index.parents(parent).size() + 2 > DEEPEST) {
            throw new Rejection(
                    409,
                    "conflict",
                    "A chain has at most " + DEEPEST + " keys, and this one would be longer. Make it a child of"
                            + " a key higher up.",
                    List.of());
        }
        Limit budget = budget(wanted);
        within(issuer, key, parent);
        part(budget, parent);
        return new Ready(key, budget);
    }

    /** What a key is to be after a change. */
    NewVirtualKey changed(VirtualKey before, NewKey wanted) {
        NewKey checked = Objects.equals(before.expiresAt(), wanted.expiresAt()) ? withoutEnd(wanted) : wanted;
        VirtualKey parent = before.parent() == null ? null : index.byId(before.parent());
        NewVirtualKey key = parent == null
                ? wishes.checked(before.space(), checked)
                : childWishes(parent, checked, before.uses().equals(wanted.uses()) ? before.uses() : parent.uses());
        return key.until(wanted.expiresAt());
    }

    /** What a change grants anew must lie within the chain above, whatever that has become; the rest stays. */
    void judge(Call call, VirtualKey before, NewVirtualKey after) {
        NewVirtualKey more = after.beyond(before);
        if (more.policy() != null || more.expiresAt() != null) {
            within(call.actor(), more, before.parent() == null ? null : index.byId(before.parent()));
        }
    }

    private NewVirtualKey childWishes(VirtualKey parent, NewKey wanted, List<String> uses) {
        if (wanted.workspace() != null && !wanted.workspace().equals(parent.workspace())) {
            throw Rejection.invalid("/workspace", "mismatch", "must be the parent's: " + parent.workspace(), null);
        }
        return wishes.checked(parent.space(), wanted.withWorkspace(parent.workspace()), parent.id(), uses);
    }

    /** An end that stays may be in the past. */
    private static NewKey withoutEnd(NewKey key) {
        return new NewKey(
                key.title(),
                key.workspace(),
                key.fields(),
                null,
                key.owner(),
                key.tags(),
                key.externalId(),
                key.environment(),
                null,
                key.policy(),
                key.uses());
    }

    private void within(Actor issuer, NewVirtualKey key, @Nullable VirtualKey parent) {
        Rules wanted = key.policy() == null ? Rules.NONE : Rulebook.rules(key.policy());
        Decision decision = policy.decide(new Issuance(
                issuer.type(),
                issuer.id(),
                wanted,
                key.expiresAt(),
                parent == null ? null : parent.expiresAt(),
                above(key, parent)));
        if (decision.allowed()) {
            return;
        }
        if (decision.reasons().getFirst().code().startsWith("policy.")) {
            throw Rejection.unavailable("The policy did not answer, so nothing was issued. Try again.");
        }
        List<ProblemError> errors = decision.reasons().stream()
                .distinct()
                .map(reason -> excess(reason, key.policy()))
                .toList();
        throw new Rejection(
                422,
                "validation_failed",
                "The key would be allowed more than the chain above it: "
                        + errors.getFirst().pointer() + ".",
                errors);
    }

    private List<Grant> above(NewVirtualKey key, @Nullable VirtualKey parent) {
        if (parent == null) {
            return List.of(
                    workspaces.get(key.space(), key.workspace()).orElseThrow().grant());
        }
        return chains.of(parent).grants();
    }

    /** The policy names the member, and what of it after a colon. */
    private static ProblemError excess(Reason reason, @Nullable Policy policy) {
        String[] says = String.valueOf(reason.value()).split(": ", 2);
        String member = says[0];
        String place = says.length < 2 ? "" : "/" + place(member, says[1], policy);
        return new ProblemError(
                (member.equals("expiresAt") ? "/" : "/policy/") + member + place,
                reason.code(),
                "is more than the chain above allows" + (says.length < 2 ? "" : ": " + says[1]),
                "Ask for less, or leave it out to take what the chain allows.");
    }

    private static String place(String member, String value, @Nullable Policy policy) {
        List<String> list = policy == null
                ? null
                : switch (member) {
                    case "allowedModels" -> policy.allowedModels();
                    case "toolAllowlist" -> policy.toolAllowlist();
                    case "allowedModalities" -> policy.allowedModalities();
                    case "ipAllowlist" -> policy.ipAllowlist();
                    default -> null;
                };
        return list == null ? value : String.valueOf(list.indexOf(value));
    }

    private static @Nullable Limit budget(NewKey wanted) {
        KeyBudget budget = wanted.budget();
        if (budget == null) {
            return null;
        }
        Checks.currency(budget.currency(), "/budget/currency");
        Period period = Checks.period(budget.period(), "/budget/period");
        Long amount = budget.amount() == null ? null : (Long) Checks.usd(budget.amount(), "/budget/amount");
        return Limit.usd("", period, amount);
    }

    /** The ledger holds every budget of the chain; an amount that no key above has cannot be meant. */
    private void part(@Nullable Limit budget, VirtualKey parent) {
        Long amount = budget == null ? null : budget.amount();
        if (amount == null) {
            return;
        }
        Chain above = chains.of(parent);
        Stream.concat(above.parents().stream(), Stream.of(parent))
                .flatMap(key -> limits.of(Scopes.key(key.id())).stream())
                .filter(limit -> limit.unit() == Unit.USD
                        && limit.model().isEmpty()
                        && limit.provider().isEmpty()
                        && limit.amount() != null
                        && limit.amount() < amount)
                .findFirst()
                .ifPresent(limit -> {
                    throw Rejection.invalid(
                            "/budget/amount",
                            "grant.exceeds",
                            "is more than the " + limit.period().wire() + " budget of " + limit.scope() + ", "
                                    + Usd.format(limit.amount() == null ? 0 : limit.amount()) + " USD",
                            "Ask for a part of it, or leave the budget out: the parent's holds for its children.");
                });
    }

    VirtualKeys.Issued issue(Actor issuer, Ready ready) {
        return issueAll(issuer, List.of(ready), _ -> {}).getFirst();
    }

    /**
     * All of them, or none.
     *
     * @param also what else the same transaction writes
     */
    List<VirtualKeys.Issued> issueAll(Actor issuer, List<Ready> ready, Consumer<VirtualKeys.IssuedTx> also) {
        Instant now = clock.instant();
        return keys.issueAll(issuer, ready.stream().map(Ready::key).toList(), made -> {
            for (int i = 0; i < ready.size(); i++) {
                Limit budget = ready.get(i).budget();
                if (budget != null) {
                    String scope = Scopes.key(made.issued().get(i).key().id());
                    limits.put(made.tx(), Limit.usd(scope, budget.period(), budget.amount()), now);
                }
            }
            also.accept(made);
        });
    }

    /** A key that may be issued, and the budget that it starts with. */
    record Ready(NewVirtualKey key, @Nullable Limit budget) {}
}
