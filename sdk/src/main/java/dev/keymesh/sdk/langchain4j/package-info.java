/** LangChain4j tools under a key's tool allowlist; needs {@code dev.langchain4j:langchain4j} beside the SDK. */
@NullMarked
package dev.keymesh.sdk.langchain4j;

import org.jspecify.annotations.NullMarked;
