package dev.keymesh.gateway.dialect;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the form that a file is sent with: what the file is for, and, where it is for batches, its lines. */
public final class FileForm {
    /** The purpose of a file whose lines are requests. */
    public static final String BATCH = "batch";

    private static final Set<String> PURPOSES =
            Set.of(BATCH, "assistants", "vision", "user_data", "fine-tune", "evals");
    private static final MemberNames GUARDED = new MemberNames("purpose", "file");
    private static final int MOST_PARTS = 100;

    private final FormParts parts;
    private final BatchLines.@Nullable EachRequest each;
    private final Set<String> seen = new HashSet<>();
    private String purpose = "";

    private FileForm(FormParts parts, BatchLines.@Nullable EachRequest each) {
        this.parts = parts;
        this.each = each;
    }

    /** What it is for; a text that is none of the purposes is a refusal's. */
    public sealed interface Purpose {
        record Of(String purpose) implements Purpose {}

        record No(Refusal refusal) implements Purpose {}
    }

    /** Reads the purpose, which may stand behind the file. */
    public static Purpose purpose(Payload body, String boundary) throws IOException {
        try (InputStream in = new BufferedInputStream(body.stream(), 32_768)) {
            FileForm form = new FileForm(new FormParts(in, boundary), null);
            var _ = form.read();
            return new Purpose.Of(form.purpose);
        } catch (Unreadable e) {
            return new Purpose.No(refusal(e));
        }
    }

    /** Reads the lines of the file in a form whose purpose was read before; null, or why they cannot be a batch. */
    public static @Nullable Refusal lines(Payload body, String boundary, BatchLines.EachRequest each)
            throws IOException {
        try (InputStream in = new BufferedInputStream(body.stream(), 32_768)) {
            return new FileForm(new FormParts(in, boundary), each).read();
        } catch (Unreadable e) {
            return refusal(e);
        }
    }

    private static Refusal refusal(Unreadable e) {
        return Refusal.invalid(e.param.isEmpty() ? null : e.param, e.text);
    }

    private @Nullable Refusal read() throws IOException {
        parts.begin();
        for (int count = 1; parts.next(); count++) {
            if (count > MOST_PARTS) {
                throw new Unreadable("", "The form has more than " + MOST_PARTS + " parts.");
            }
            Refusal refusal = part();
            if (refusal != null) {
                return refusal;
            }
        }
        if (!PURPOSES.contains(purpose)) {
            throw new Unreadable(
                    "purpose",
                    "'purpose' must be one of "
                            + String.join(", ", PURPOSES.stream().sorted().toList()) + ".");
        }
        if (!seen.contains("file")) {
            throw new Unreadable("file", "'file' is missing.");
        }
        return null;
    }

    private @Nullable Refusal part() throws IOException {
        String name = parts.name();
        if (!GUARDED.has(name, "")) {
            parts.skip();
            return null;
        }
        boolean file = name.equals("file");
        if (!seen.add(name)) {
            throw new Unreadable(name, "The form has more than one part '" + name + "'. Send one.");
        }
        if (parts.isFile() != file) {
            throw new Unreadable(name, "'" + name + "' must be sent as a " + (file ? "file" : "field") + ".");
        }
        if (!file) {
            purpose = parts.value();
        } else if (each == null) {
            parts.skip();
        } else {
            try (InputStream content = parts.content()) {
                Refusal refusal = BatchLines.read(content, each);
                if (refusal != null) {
                    return refusal;
                }
            }
        }
        return null;
    }
}
