package dev.keymesh.gateway.dialect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
    private final BatchLines.EachRequest each;
    private final Set<String> seen = new HashSet<>();
    private String purpose = "";
    /** Why its lines cannot be a batch, if that is what they are for. */
    private @Nullable Refusal noBatch;

    private FileForm(FormParts parts, BatchLines.EachRequest each) {
        this.parts = parts;
        this.each = each;
    }

    /** What a form says. */
    public sealed interface Read {
        record File(String purpose) implements Read {}

        record No(Refusal refusal) implements Read {}
    }

    /**
     * Reads it once. The purpose may stand behind the file, so the lines are read until it is known that they are for
     * nothing.
     *
     * @param each gets the requests of a file; they count only if its purpose is {@link #BATCH}
     */
    public static Read read(Payload body, String boundary, BatchLines.EachRequest each) throws IOException {
        try (InputStream in = body.stream()) {
            FileForm form = new FileForm(new FormParts(in, boundary), each);
            form.read();
            Refusal refusal = form.noBatch;
            return refusal != null && form.purpose.equals(BATCH) ? new Read.No(refusal) : new Read.File(form.purpose);
        } catch (Unreadable e) {
            return new Read.No(Refusal.invalid(e.param.isEmpty() ? null : e.param, e.text));
        }
    }

    private void read() throws IOException {
        parts.begin();
        for (int count = 1; parts.next(); count++) {
            if (count > MOST_PARTS) {
                throw new Unreadable("", "The form has more than " + MOST_PARTS + " parts.");
            }
            part();
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
    }

    private void part() throws IOException {
        String name = parts.name();
        if (!GUARDED.has(name, "")) {
            parts.skip();
            return;
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
        } else if (seen.contains("purpose") && !purpose.equals(BATCH)) {
            parts.skip();
        } else {
            InputStream content = parts.content();
            noBatch = BatchLines.read(content, each);
            var _ = content.transferTo(OutputStream.nullOutputStream());
        }
    }
}
