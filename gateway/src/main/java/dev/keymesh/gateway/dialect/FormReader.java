package dev.keymesh.gateway.dialect;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the facts of a form (RFC 7578) in one strict pass; files pass by and are not kept. What two readers could take
 * apart differently is refused: no text around the parts, the boundary nowhere but between them, one part of a name.
 */
public final class FormReader {
    /** RFC 2046, section 5.1.1. */
    private static final Predicate<String> BOUNDARY = Pattern.compile(
                    "[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
            .asMatchPredicate();

    private static final Pattern TYPE =
            Pattern.compile("multipart/form-data\\s*;\\s*boundary=(?:\"([^\"\\\\]*)\"|([^\"\\s;,]+))\\s*;?\\s*", 2);

    private static final MemberNames GUARDED = new MemberNames("model", "stream", "n");
    private static final int MOST_PARTS = 1_000;

    private final Operation operation;
    private final Payload body;
    private final FormParts parts;
    private String model = "";
    private boolean stream;
    private long answers = 1;
    private int files;
    private long texts;

    private FormReader(Operation operation, Payload body, String boundary, InputStream in) {
        this.operation = operation;
        this.body = body;
        parts = new FormParts(in, boundary);
    }

    /** The boundary that a content type names, or empty where it is not that of a form or is not plain. */
    public static String boundary(String contentType) {
        Matcher type = TYPE.matcher(contentType.strip());
        if (!type.matches()) {
            return "";
        }
        String boundary = type.group(1) == null ? type.group(2) : type.group(1);
        return BOUNDARY.test(boundary) ? boundary : "";
    }

    /** The content type that says the same as the one that was read, and nothing else. */
    public static String contentType(String boundary) {
        return "multipart/form-data; boundary=\"" + boundary + "\"";
    }

    /** The facts, or a refusal that says what is wrong and where. May block where the payload is in a file. */
    public static Parsed read(Operation operation, Payload body, String boundary) {
        try (InputStream in = body.stream()) {
            return new FormReader(operation, body, boundary, in).read();
        } catch (Unreadable e) {
            return Refusal.invalid(e.param.isEmpty() ? null : e.param, e.text);
        } catch (IOException e) {
            return Refusal.unavailable("Keymesh could not read back what it kept of this request. Try again.");
        }
    }

    private Facts read() throws IOException {
        parts.begin();
        Set<String> seen = new java.util.HashSet<>();
        for (int count = 1; parts.next(); count++) {
            if (count > MOST_PARTS) {
                throw new Unreadable("", "The form has more than " + MOST_PARTS + " parts.");
            }
            part(seen);
        }
        if (model.isEmpty()) {
            throw new Unreadable("model", "'model' is missing. Name the model to call in a field of the form.");
        }
        return facts();
    }

    private void part(Set<String> seen) throws IOException {
        String name = parts.name();
        String plain = name.endsWith("[]") ? name.substring(0, name.length() - 2) : name;
        if (!GUARDED.has(plain, "")) {
            passed(name, parts.skip());
            return;
        }
        if (!plain.equals(name)) {
            throw new Unreadable(plain, "'" + name + "' is a list. Send one part '" + plain + "'.");
        }
        if (parts.isFile()) {
            throw new Unreadable(name, "'" + name + "' is sent as a file. Send it as a field.");
        }
        if (!seen.add(name)) {
            throw new Unreadable(name, "The form has more than one part '" + name + "'. Send one.");
        }
        field(name, parts.value());
    }

    /** Of a file its bytes say nothing: a picture and a sound are so many tokens as they are large or long. */
    private void passed(String name, long bytes) {
        if (parts.isFile() || MediaFacts.isFile(name)) {
            files++;
        } else {
            texts += bytes;
        }
    }

    private void field(String name, String value) {
        switch (name) {
            case "model" -> model = Scalars.checkedModel(value, name);
            case "stream" -> {
                if (!value.equals("true") && !value.equals("false")) {
                    throw new Unreadable(name, "'stream' must be true or false.");
                }
                stream = value.equals("true");
            }
            default -> {
                if (!value.matches("[1-9][0-9]{0,8}")) {
                    throw new Unreadable(name, "'n' must be an integer from 1 to 999999999.");
                }
                answers = Long.parseLong(value);
            }
        }
    }

    private Facts facts() {
        boolean pictures = operation.billing() == Operation.Billing.IMAGES;
        return new Facts(
                operation,
                model,
                false,
                Set.of(model),
                stream,
                null,
                null,
                answers,
                List.of(),
                0,
                0,
                0,
                MediaFacts.modalities(operation),
                false,
                pictures ? files : 0,
                pictures || files == 0 ? List.of() : List.of(MediaFacts.AUDIO),
                pictures ? 0 : files,
                List.of(),
                null,
                false,
                Facts.UsageOption.ABSENT,
                java.util.Map.of(),
                (int) texts,
                body.length(),
                body.length(),
                0);
    }
}
