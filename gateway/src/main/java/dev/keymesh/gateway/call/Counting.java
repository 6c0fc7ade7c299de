package dev.keymesh.gateway.call;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keymesh.gateway.dialect.CountBody;
import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.dialect.PlainText;
import dev.keymesh.gateway.price.CallSize;
import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.price.Tokens;
import dev.keymesh.gateway.provider.Provider;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how large a call's input is where its bytes are too rough a bound: by the tokens of its plain text, or by the
 * vendor's own free count. Blocks, so never on the path of a call that fits.
 */
final class Counting {
    private static final String OPENAIS = "o200k_base";
    /** Beyond it counting takes longer than a caller likes to wait. */
    private static final int LONGEST = Payload.MAX_IN_MEMORY;

    private static final long WAIT_MILLIS = 2_000;

    private final Tokens tokens = new Tokens();
    private final Upstream upstream;
    /** One at a time: counting takes a core. */
    private final Semaphore turns = new Semaphore(1);
    /** The keys that had a vendor's count within the last second. */
    private final Cache<String, Boolean> asked = Caffeine.newBuilder()
            .expireAfterWrite(Duration.ofSeconds(1))
            .maximumSize(10_000)
            .build();

    Counting(Upstream upstream) {
        this.upstream = upstream;
    }

    /** The call's size with its input counted, or null where it cannot be. */
    @Nullable
    CallSize counted(Facts facts, Payload body, Provider provider, Price price, String key) {
        if (facts.length() > LONGEST) {
            return null;
        }
        try {
            return provider.kind() == ProviderKind.ANTHROPIC
                    ? asked(facts, body, provider, key)
                    : local(facts, body, provider.kind(), price);
        } catch (IOException | RuntimeException e) {
            // The call may have ended meanwhile, and its body with it; or the vendor does not answer.
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private @Nullable CallSize local(Facts facts, Payload body, ProviderKind kind, Price price)
            throws IOException, InterruptedException {
        String encoding = price.encoding() != null ? price.encoding() : kind == ProviderKind.OPENAI ? OPENAIS : null;
        if (encoding == null || !turns.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
            return null;
        }
        try {
            PlainText text = PlainText.of(body);
            long count = tokens.count(encoding, text.parts());
            return count < 0 ? null : facts.size().withBytes((int) (facts.length() - text.bytes() + count));
        } finally {
            turns.release();
        }
    }

    /** Anthropic counts messages, and neither what its own tools read nor what a further model does. */
    private @Nullable CallSize asked(Facts facts, Payload body, Provider provider, String key)
            throws IOException, InterruptedException {
        boolean countable = facts.operation() == Operation.MESSAGES
                && facts.serverToolUses() == 0
                && facts.models().size() == 1;
        if (!countable || asked.asMap().putIfAbsent(key, true) != null) {
            return null;
        }
        long count = upstream.count(provider, CountBody.of(body), WAIT_MILLIS);
        return count < 0 ? null : facts.size().counted(count);
    }
}
