package dev.keymesh.sdk.wire;

import org.jspecify.annotations.Nullable;

/**
 * A provider to add: the body of {@code POST /api/v1/providers}.
 *
 * @param name unique, used in {@code /providers/NAME/...} and in prices
 * @param kind {@code openai}, {@code anthropic}, {@code openai-compatible}, {@code gemini}, {@code azure-openai},
 *     {@code bedrock} or {@code vertex}
 * @param baseUrl ends in {@code /v1} for kind openai, not for anthropic; null is the vendor's own address
 * @param credential the provider's secret; write-only
 * @param capField the member that caps the output where it is not the kind's own, e.g. {@code max_tokens}; null is the
 *     kind's own
 * @param enabled null is true
 */
public record NewProvider(
        String name,
        String kind,
        @Nullable String baseUrl,
        @Nullable String credential,
        @Nullable String capField,
        @Nullable Boolean enabled) {

    /** An enabled provider with its kind's own cap. */
    public static NewProvider of(String name, String kind, @Nullable String baseUrl, @Nullable String credential) {
        return new NewProvider(name, kind, baseUrl, credential, null, null);
    }

    @Override
    public String toString() {
        return "NewProvider[name=" + name + ", kind=" + kind + ", baseUrl=" + baseUrl + ", credential=(hidden)]";
    }
}
