package dev.keymesh.gateway.page;

import dev.keymesh.sdk.WireRequest;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The way in and out: a management key against a cookie. */
final class SignIn {
    static final String PATH = "/sign-in";
    static final String OUT = "/sign-out";

    private final Sessions sessions;
    private final Shell shell;
    private final Backoff backoff;

    SignIn(Sessions sessions, Shell shell, InstantSource clock) {
        this.sessions = sessions;
        this.shell = shell;
        backoff = new Backoff(clock);
    }

    PageResponse show(Form query) {
        return form(200, null, query.text("next"));
    }

    PageResponse enter(PageRequest request, Form form, @Nullable Session before) {
        String next = form.text("next");
        long wait = backoff.seconds(request.address());
        if (wait > 0) {
            String text = "Too many wrong keys came from your address. Try again in " + wait + " s.";
            return form(429, text, next).with("Retry-After", Long.toString(wait));
        }
        String key = form.text("key");
        Optional<Sessions.Opened> opened = key.isEmpty() ? Optional.empty() : sessions.open(key);
        if (opened.isEmpty()) {
            backoff.failed(request.address());
            return form(key.isEmpty() ? 422 : 403, why(key), next);
        }
        backoff.succeeded(request.address());
        if (before != null) {
            sessions.end(before);
        }
        return PageResponse.to(local(next))
                .with("Set-Cookie", cookie(opened.get().token(), request.secure()));
    }

    PageResponse leave(PageRequest request, Session session) {
        sessions.end(session);
        return PageResponse.to(PATH).with("Set-Cookie", cookie("", request.secure()) + "; Max-Age=0");
    }

    /** To the form, and back afterwards. */
    static PageResponse first(PageRequest request) {
        boolean page = request.method().equals("GET") && !request.path().equals("/");
        String wanted = request.query().isEmpty() ? request.path() : request.path() + "?" + request.query();
        String to = page ? PATH + "?next=" + WireRequest.segment(wanted) : PATH;
        // A script cannot see where a redirect leads, and would put the form into the middle of a page.
        return request.header("hx-request").isEmpty()
                ? PageResponse.to(to)
                : new PageResponse(401, Map.of("HX-Redirect", PATH), new byte[0]);
    }

    private static String why(String key) {
        if (key.isEmpty()) {
            return "Write a management key.";
        }
        return key.startsWith("km-")
                ? "This is a virtual key, which calls models. Sign in with a management key, kma-..."
                : "No management key that is good reads like this. It may be cut, expired or revoked.";
    }

    /** A path of ours: the browser must not be sent elsewhere by a link to the form. */
    private static String local(String next) {
        return next.matches("/ui/[A-Za-z0-9/_.~%?=&:+-]*") ? next : "/";
    }

    static String cookie(String token, boolean secure) {
        return Pages.COOKIE + "=" + token + "; Path=/; HttpOnly; SameSite=Strict" + (secure ? "; Secure" : "");
    }

    private PageResponse form(int status, @Nullable String fault, String next) {
        return shell.page(status, "sign-in", new View(shell.frame("Sign in", PATH, null, null), fault, next));
    }

    /** What the form shows. */
    record View(Frame frame, @Nullable String fault, String next) {}
}
