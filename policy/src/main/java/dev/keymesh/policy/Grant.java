package dev.keymesh.policy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one link of the scope chain allows, compiled once from its rules; every grant of a chain must allow. */
public final class Grant {
    private static final JsonFactory JSON = new JsonFactory();

    private final String link;
    private final Rules rules;
    private final String environment;
    private final String json;
    private final String revision;
    private final @Nullable List<AddressRange> ranges;

    private Grant(String link, Rules rules, @Nullable String environment) {
        this.link = link;
        this.rules = rules;
        this.environment = environment == null ? "*" : environment;
        ranges = rules.ipAllowlist() == null
                ? null
                : rules.ipAllowlist().stream().map(AddressRange::of).toList();
        json = members();
        revision = hash(json + ranges + rules.windows());
    }

    /**
     * The grant of a link.
     *
     * @param link such as {@code workspace:default/acme} or {@code key:key_...}
     * @param environment the one that this link is for; null is any
     * @throws IllegalArgumentException that names the member and says what to write
     */
    public static Grant of(String link, Rules rules, @Nullable String environment) {
        return new Grant(link, rules, environment);
    }

    public String link() {
        return link;
    }

    public Rules rules() {
        return rules;
    }

    /** Changes when what is allowed changes. */
    public String revision() {
        return revision;
    }

    boolean ipAllowed(@Nullable InetAddress ip) {
        return ranges == null || (ip != null && ranges.stream().anyMatch(range -> range.contains(ip)));
    }

    boolean open(Instant at) {
        List<Window> windows = rules.windows();
        return windows == null || windows.stream().anyMatch(window -> window.open(at.atZone(ZoneOffset.UTC)));
    }

    boolean coversRange(AddressRange range) {
        return ranges == null || ranges.stream().anyMatch(mine -> mine.covers(range));
    }

    boolean coversWindow(Window window) {
        return rules.windows() == null || window.within(rules.windows());
    }

    /** The members that do not depend on the request, ready to be written. */
    String json() {
        return json;
    }

    private String members() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator to = JSON.createGenerator(out)) {
            to.writeStartObject();
            to.writeObjectFieldStart("models");
            Matcher.allow(rules.allowedModels(), "allowedModels").write(to, "allow");
            Matcher.deny(rules.deniedModels(), "deniedModels").write(to, "deny");
            to.writeEndObject();
            to.writeObjectFieldStart("tools");
            Matcher.allow(rules.toolAllowlist(), "toolAllowlist").write(to, "allow");
            Matcher.deny(rules.deniedTools(), "deniedTools").write(to, "deny");
            to.writeEndObject();
            Matcher.allow(rules.allowedModalities(), "allowedModalities").write(to, "modalities");
            to.writeStringField("environment", environment);
            Wire.number(to, "max_output", rules.maxOutputTokens());
            Wire.number(to, "default_output", rules.defaultMaxOutputTokens());
            to.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String object = out.toString(StandardCharsets.UTF_8);
        return object.substring(0, object.length() - 1);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
