package dev.keymesh.sdk.wire;

/**
 * A new credential for a provider: the body of {@code POST /api/v1/providers/{id}/rotate}.
 *
 * @param credential the provider's secret; write-only
 */
public record ProviderCredential(String credential) {
    @Override
    public String toString() {
        return "ProviderCredential[credential=(hidden)]";
    }
}
