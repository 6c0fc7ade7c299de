package dev.keymesh.gateway.store;

/**
 * What an administrative write does, as the event log tells it.
 *
 * @param action the permission's name, such as {@code keys.revoke}
 * @param target the id or scope that is changed
 * @param data JSON of what is worth telling; never a secret
 */
public record Act(String action, String target, String data) {
    public Act(String action, String target) {
        this(action, target, "{}");
    }
}
