package dev.keymesh.gateway.price;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import java.util.List;
import java.util.Optional;

/** Counts the tokens of texts as a vendor does. A vocabulary is read when it is first asked for; one takes 28 MB. */
public final class Tokens {
    private final EncodingRegistry encodings = Encodings.newLazyEncodingRegistry();

    /**
     * The tokens of all texts; -1 where the encoding is not known.
     *
     * @param encoding such as {@code o200k_base}
     */
    public long count(String encoding, List<String> texts) {
        Optional<Encoding> known = encodings.getEncoding(encoding);
        if (known.isEmpty()) {
            return -1;
        }
        long tokens = 0;
        for (String text : texts) {
            tokens += known.get().countTokensOrdinary(text);
        }
        return tokens;
    }
}
