package dev.keymesh.policy;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the policy is asked.
 *
 * @param subjectType {@code virtual_key} or {@code management_key}
 * @param action {@code model.invoke}, {@code tools/call}, {@code tools/list} or {@code key.use}
 * @param outputCap output tokens that the caller asked for; null is none
 * @param grants one for each link of the scope chain that carries a policy
 */
public record Question(
        String subjectType,
        String subjectId,
        String action,
        Set<String> models,
        List<String> tools,
        Set<String> modalities,
        @Nullable Integer outputCap,
        String environment,
        @Nullable InetAddress ip,
        Instant at,
        List<Grant> grants) {}
