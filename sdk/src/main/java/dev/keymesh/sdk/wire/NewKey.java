package dev.keymesh.sdk.wire;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A virtual key to issue: the body of {@code POST /api/v1/spaces/{space}/keys}. Only the title is required.
 *
 * @param workspace the workspace's slug; null is {@code default}
 * @param fields the user's own members, stored and returned untouched; null is none
 * @param expiresAt null never expires
 * @param owner who answers for the key, e.g. a mail address
 * @param externalId the user's own name for it
 * @param environment null is the workspace's
 * @param budget null sets none
 * @param policy null restricts nothing beyond the chain above
 * @param uses {@code gateway}, {@code validation}; null is both
 */
public record NewKey(
        String title,
        @Nullable String workspace,
        @Nullable Map<String, Object> fields,
        @Nullable Instant expiresAt,
        @Nullable String owner,
        @Nullable List<String> tags,
        @Nullable String externalId,
        @Nullable String environment,
        @Nullable KeyBudget budget,
        @Nullable Policy policy,
        @Nullable List<String> uses) {

    /** A key of this title in workspace {@code default}, to be narrowed with the methods below. */
    public static NewKey titled(String title) {
        return new NewKey(title, null, null, null, null, null, null, null, null, null, null);
    }

    /** The same with this workspace. */
    public NewKey withWorkspace(String workspace) {
        return new NewKey(
                title, workspace, fields, expiresAt, owner, tags, externalId, environment, budget, policy, uses);
    }

    /** The same with this fields. */
    public NewKey withFields(Map<String, Object> fields) {
        return new NewKey(
                title, workspace, fields, expiresAt, owner, tags, externalId, environment, budget, policy, uses);
    }

    /** The same with this expiry. */
    public NewKey withExpiresAt(Instant expiresAt) {
        return new NewKey(
                title, workspace, fields, expiresAt, owner, tags, externalId, environment, budget, policy, uses);
    }

    /** The same with this owner. */
    public NewKey withOwner(String owner) {
        return new NewKey(
                title, workspace, fields, expiresAt, owner, tags, externalId, environment, budget, policy, uses);
    }

    /** The same with this tags. */
    public NewKey withTags(List<String> tags) {
        return new NewKey(
                title, workspace, fields, expiresAt, owner, tags, externalId, environment, budget, policy, uses);
    }

    /** The same with this external id. */
    public NewKey withExternalId(String externalId) {
        return new NewKey(
                title, workspace, fields, expiresAt, owner, tags, externalId, environment, budget, policy, uses);
    }

    /** The same with this environment. */
    public NewKey withEnvironment(String environment) {
        return new NewKey(
                title, workspace, fields, expiresAt, owner, tags, externalId, environment, budget, policy, uses);
    }

    /** The same with this budget. */
    public NewKey withBudget(KeyBudget budget) {
        return new NewKey(
                title, workspace, fields, expiresAt, owner, tags, externalId, environment, budget, policy, uses);
    }

    /** The same with this policy. */
    public NewKey withPolicy(Policy policy) {
        return new NewKey(
                title, workspace, fields, expiresAt, owner, tags, externalId, environment, budget, policy, uses);
    }

    /** The same with this uses. */
    public NewKey withUses(List<String> uses) {
        return new NewKey(
                title, workspace, fields, expiresAt, owner, tags, externalId, environment, budget, policy, uses);
    }
}
