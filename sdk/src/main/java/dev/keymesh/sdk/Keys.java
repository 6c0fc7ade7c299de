package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.BulkKey;
import dev.keymesh.sdk.wire.BulkKeys;
import dev.keymesh.sdk.wire.CheckAnswer;
import dev.keymesh.sdk.wire.CheckRequest;
import dev.keymesh.sdk.wire.IssuedKey;
import dev.keymesh.sdk.wire.NewKey;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.ValidateRequest;
import dev.keymesh.sdk.wire.Validation;
import dev.keymesh.sdk.wire.ValidationContext;
import dev.keymesh.sdk.wire.VirtualKey;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The virtual keys of one space. */
public final class Keys {
    private final Api api;
    private final String space;

    Keys(Api api, String space) {
        this.api = api;
        this.space = space;
    }

    /** The keys of this space; what is asked by a key's id reaches every space of the credential. */
    public Keys in(String space) {
        return new Keys(api, space);
    }

    /** Asks whether this key is good; every verdict is an answer, also the worst. */
    public Validation validate(String secret) {
        return validate(new ValidateRequest(secret, null));
    }

    /** Asks whether this key is good for this use. */
    public Validation validate(String secret, ValidationContext context) {
        return validate(new ValidateRequest(secret, context));
    }

    /** Asks the same with a request of one's own. */
    public Validation validate(ValidateRequest request) {
        return api.post("/api/v1/keys/validate", request, Validation.class);
    }

    /** Asks whether a key may use a model or a tool; counts nothing. */
    public CheckAnswer check(CheckRequest request) {
        return api.post("/api/v1/keys/check", request, CheckAnswer.class);
    }

    /** Issues a part of a key: no more than the parent may do and spend, and ended with it. */
    public IssuedKey issueChild(String parent, NewKey key) {
        return api.post(key(parent) + "/children", Members.stated(key), IssuedKey.class);
    }

    /**
     * Issues a key; its secret is in this answer and never again. What is null is left out, so that the workspace's
     * {@code keyDefaults} stand for it.
     */
    public IssuedKey issue(NewKey key) {
        return api.post(keys(), Members.stated(key), IssuedKey.class);
    }

    /**
     * The same without some of the workspace's {@code keyDefaults}.
     *
     * @param without the names of members that are to be none, such as {@code budget} or {@code expiresAt}
     */
    public IssuedKey issue(NewKey key, List<String> without) {
        Map<String, @Nullable Object> body = Members.stated(key);
        without.forEach(name -> body.putIfAbsent(name, null));
        return api.post(keys(), body, IssuedKey.class);
    }

    /** Issues keys together, all or none; where one cannot be issued, the problem names each that is wrong. */
    public Page<BulkKey> issueAll(BulkKeys keys) {
        Map<String, @Nullable Object> body = Members.stated(keys);
        body.put("keys", keys.keys().stream().map(Members::stated).toList());
        return api.postPage(keys() + "/bulk", body, BulkKey.class);
    }

    /**
     * The space's keys, newest first, revoked ones included.
     *
     * @param query filtered by {@code status environment workspace parent owner externalId tag q expiresBefore lastUsedBefore}
     */
    public Page<VirtualKey> list(Query query) {
        return api.page(keys() + query, VirtualKey.class);
    }

    /** The key of this id. */
    public VirtualKey get(String id) {
        return api.get(key(id), VirtualKey.class);
    }

    /** Changes single members of a key. */
    public VirtualKey patch(String id, Patch patch) {
        return api.patch(key(id), patch, VirtualKey.class);
    }

    /** Ends a key and all its parts for good; the next call with it is refused. */
    public VirtualKey revoke(String id) {
        return api.post(key(id) + "/revoke", null, VirtualKey.class);
    }

    /** Refuses a key's calls until it is enabled. */
    public VirtualKey disable(String id) {
        return api.post(key(id) + "/disable", null, VirtualKey.class);
    }

    /** Takes back {@link #disable}. */
    public VirtualKey enable(String id) {
        return api.post(key(id) + "/enable", null, VirtualKey.class);
    }

    private String keys() {
        return "/api/v1/spaces/" + WireRequest.segment(space) + "/keys";
    }

    private static String key(String id) {
        return "/api/v1/keys/" + WireRequest.segment(id);
    }
}
