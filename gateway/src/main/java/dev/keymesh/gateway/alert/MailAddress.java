package dev.keymesh.gateway.alert;

import java.util.regex.Pattern;

/**
 * A mail address in its plain form: no display name, no comment, no quoted part, nothing that could end a header's line or
 * begin a second address.
 */
public final class MailAddress {
    private static final int LONGEST = 254;
    private static final Pattern PLAIN = Pattern.compile(
            "[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

    private MailAddress() {}

    public static boolean is(String text) {
        return text.length() <= LONGEST && PLAIN.matcher(text).matches();
    }
}
