package dev.keymesh.gateway.provider;

import java.util.List;

/** Asks a provider for its own list of models. */
public interface ModelSource {
    /** Waits for the answer; never throws for what a provider did. */
    Listing models(Provider provider);

    /**
     * What came back.
     *
     * @param status 0 when there was no answer
     * @param detail what went wrong, in words; empty when nothing did
     */
    record Listing(int status, List<String> models, String detail) {
        public boolean ok() {
            return status == 200 && detail.isEmpty();
        }
    }
}
