package dev.keymesh.sdk.wire;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one member of a request.
 *
 * @param pointer an RFC 6901 pointer into the body, or the name of a query parameter; null where it is about neither
 * @param fix what to write instead; null where nobody can tell
 */
public record ProblemError(
        @Nullable String pointer,
        String code,
        String detail,
        @Nullable String fix) implements Serializable {}
