package dev.keymesh.gateway.page;

import dev.keymesh.gateway.api.InProcess;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.sdk.KeymeshException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dashboard: finds the session and the page, guards what changes something, and turns refusals into pages. */
public final class Pages {
    /** The name of the session's cookie. */
    public static final String COOKIE = "keymesh_session";

    private static final Logger LOG = LoggerFactory.getLogger(Pages.class);
    private static final String CSRF = "csrf";
    private static final Map<String, String> SECURITY = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                    + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "same-origin",
            "Cross-Origin-Opener-Policy",
            "same-origin");

    private final InProcess rest;
    private final Sessions sessions;
    private final Runnable catchUp;
    private final List<PageRoute> routes;
    private final Shell shell;
    private final SignIn signIn;

    /**
     * All of it.
     *
     * @param catchUp looks for what other nodes did; throws where that cannot be
     */
    public Pages(InProcess rest, Sessions sessions, InstantSource clock, Runnable catchUp) {
        this.rest = rest;
        this.sessions = sessions;
        this.catchUp = catchUp;
        List<Section> sections = sections(clock);
        routes = routes(sections);
        shell = new Shell(
                sections.stream().map(Section::tab).filter(Objects::nonNull).toList());
        signIn = new SignIn(sessions, shell, clock);
    }

    /** The parts of the dashboard, in the order of the navigation. */
    private static List<Section> sections(InstantSource clock) {
        return List.of(
                new Overview(clock),
                new Keys(),
                new KeyForm(),
                new KeyActs(),
                new Workspaces(),
                new SpaceSwitch(),
                new Budgets(),
                new Providers(),
                new Prices(),
                new Requests(),
                new Events());
    }

    /** Whether a path is the dashboard's. */
    public static boolean own(String path) {
        return path.equals("/")
                || path.equals("/ui")
                || path.startsWith("/ui/")
                || path.equals(SignIn.PATH)
                || path.equals(SignIn.OUT)
                || path.startsWith(Assets.PATH);
    }

    /** Every route that there is. */
    static List<PageRoute> routes(InstantSource clock) {
        return routes(sections(clock));
    }

    private static List<PageRoute> routes(List<Section> sections) {
        // A path that is written out goes before one with parameters.
        return sections.stream()
                .flatMap(section -> section.routes().stream())
                .sorted(Comparator.comparing(route -> route.pattern().contains("*")))
                .toList();
    }

    public PageResponse handle(PageRequest request) {
        PageResponse answer = answer(request);
        Map<String, String> headers = new HashMap<>(answer.headers());
        headers.putAll(SECURITY);
        return new PageResponse(answer.status(), headers, answer.body(), answer.live());
    }

    private PageResponse answer(PageRequest request) {
        Session session = null;
        try {
            if (request.path().startsWith(Assets.PATH)) {
                return shell.assets().answer(request);
            }
            session = session(request);
            return visited(request, session);
        } catch (Refused e) {
            return refused(e, request, session);
        } catch (KeymeshException e) {
            return refused(Refused.of(e), request, session);
        } catch (StoreException e) {
            LOG.warn("A page was refused: {}", e.getMessage());
            return refused(unavailable(), request, session);
        } catch (RuntimeException e) {
            String id = Ids.next("req");
            LOG.error("Page {} of {} ended by a bug.", id, request, e);
            Refused bug = new Refused(500, "Keymesh failed", "Tell whoever runs it this request id: " + id);
            return refused(bug, request, session);
        }
    }

    private PageResponse refused(Refused refused, PageRequest request, @Nullable Session session) {
        return refused.status == 401 ? SignIn.first(request) : shell.failure(refused, request.path(), session);
    }

    private static Refused unavailable() {
        return new Refused(503, "Keymesh is not available", "The store does not answer. Try again in a second.");
    }

    private @Nullable Session session(PageRequest request) {
        catchUp.run();
        return sessions.find(request.session()).orElse(null);
    }

    private PageResponse visited(PageRequest request, @Nullable Session session) {
        boolean post = request.method().equals("POST");
        if (!post && !request.method().equals("GET")) {
            throw new Refused(405, "This page does not take " + method(request), "Open it with GET.");
        }
        Form form = post ? form(request) : Form.EMPTY;
        Form query = Form.parse(request.query());
        if (request.path().equals(SignIn.PATH)) {
            return post
                    ? signIn.enter(request, form, session)
                    : session == null ? signIn.show(query) : PageResponse.to("/");
        }
        if (session == null) {
            return SignIn.first(request);
        }
        if (post) {
            ownForm(form, session);
        }
        if (request.path().equals(SignIn.OUT) && post) {
            return signIn.leave(request, session);
        }
        return routed(request, session, query, form);
    }

    private PageResponse routed(PageRequest request, Session session, Form query, Form form) {
        for (PageRoute route : routes) {
            List<String> params = route.method().equals(request.method()) ? route.match(request.path()) : null;
            if (params == null) {
                continue;
            }
            boolean may = route.permission().isEmpty()
                    || session.caller().permissions().contains(route.permission());
            if (!may) {
                throw Refused.forbidden(route.permission());
            }
            return route.handler()
                    .apply(new Visit(
                            request,
                            session,
                            params,
                            query,
                            form,
                            rest.as(session.caller()),
                            path -> rest.follow(path, () -> sessions.lasting(request.session())),
                            shell));
        }
        throw Refused.notFound();
    }

    private static Form form(PageRequest request) {
        if (request.bodyTooLarge()) {
            throw new Refused(413, "This form is too large", "Write less into it.");
        }
        if (isForeign(request)) {
            throw new Refused(403, "This form came from another site", "Open the page here and send its form again.");
        }
        String type = request.header("content-type").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!request.body().isEmpty() && !type.equals("application/x-www-form-urlencoded")) {
            throw new Refused(415, "This is no form", "Send application/x-www-form-urlencoded.");
        }
        return Form.parse(request.body());
    }

    /** Whether a browser says that another site's page sent the form; what is no browser says nothing. */
    private static boolean isForeign(PageRequest request) {
        String site = request.header("sec-fetch-site");
        if (!site.isEmpty()) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        String origin = request.header("origin");
        if (origin.isEmpty()) {
            return false;
        }
        try {
            return !Objects.equals(URI.create(origin).getRawAuthority(), request.header("host"));
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private static void ownForm(Form form, Session session) {
        byte[] given = form.raw(CSRF).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(given, session.csrf().getBytes(StandardCharsets.UTF_8))) {
            throw new Refused(
                    403, "This form is not of your session", "Open the page again and send its form once more.");
        }
    }

    /** Of a request's method, only what is known is repeated. */
    private static String method(PageRequest request) {
        return Stream.of("PUT", "PATCH", "DELETE", "OPTIONS")
                .filter(request.method()::equals)
                .findFirst()
                .orElse("this method");
    }
}
