package dev.keymesh.server.fleet;

import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.KeymeshException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The changes that make an installation what a file says; the server judges all of them before the first is made. */
public final class Changes {
    private static final int OUTAGE = 500;

    private final Keymesh admin;
    private final List<Change> gone;
    private final List<Change> made;
    private final List<String> wrong;

    private Changes(Keymesh admin, List<Change> gone, List<Change> made, List<String> wrong) {
        this.admin = admin;
        this.gone = gone;
        this.made = made;
        this.wrong = wrong;
    }

    /**
     * Compares a file with what is there.
     *
     * @param environment where new providers' credentials may be
     * @param prune whether what the file does not list goes
     * @throws KeymeshException where the server cannot be asked, or the credential may not
     */
    public static Changes between(
            Declaration wanted, Keymesh admin, InstantSource clock, Map<String, String> environment, boolean prune) {
        Installation there = new Installation(admin, clock);
        Plan plan = Plan.of(wanted, there, provider -> credential(provider, environment));
        List<Change> gone = prune ? Prune.of(wanted, there) : List.of();
        Changes changes = new Changes(admin, gone, plan.changes(), new ArrayList<>(plan.wrong()));
        changes.made.forEach(changes::judge);
        return changes;
    }

    /** What the server would not take, each with its place in the file; nothing may be made then. */
    public List<String> wrong() {
        return wrong;
    }

    public boolean none() {
        return gone.isEmpty() && made.isEmpty();
    }

    /** How each is told: first what goes. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        gone.forEach(change -> lines.add(change.line()));
        made.forEach(change -> lines.add(change.line()));
        return lines;
    }

    /** Makes them, and tells each once it is made; what goes is told before anything is made, and goes last. */
    public void make(Consumer<String> told) {
        gone.forEach(change -> told.accept(change.line()));
        for (Change change : made) {
            make(change);
            told.accept(change.line());
        }
        gone.forEach(this::make);
    }

    private void make(Change change) {
        var _ = admin.exchange(change.method(), change.path(), bytes(change.body()));
    }

    private void judge(Change change) {
        Change.Check check = change.check();
        if (check == null) {
            return;
        }
        try {
            var _ = admin.exchange(check.method(), check.path() + "?dryRun=true", bytes(check.body()));
        } catch (KeymeshException e) {
            if (e.status() < 400 || e.status() >= OUTAGE) {
                throw e;
            }
            wrong.add(change.place() + ": " + change.line().substring(2) + ": " + e.getMessage());
        }
    }

    private static byte @Nullable [] bytes(@Nullable Map<String, @Nullable Object> body) {
        return body == null ? null : Json.toBytes(body);
    }

    private static String credential(Entry provider, Map<String, String> environment) {
        String variable = provider.text("credentialEnv");
        String file = provider.text("credentialFile");
        if ((variable == null) == (file == null)) {
            throw new Plan.NotTaken(
                    provider,
                    "is new, so name where its credential is: either credentialEnv, a variable of the environment, or"
                            + " credentialFile");
        }
        String credential = variable == null ? read(provider, String.valueOf(file)) : environment.get(variable);
        if (credential == null || credential.isBlank()) {
            throw new Plan.NotTaken(
                    provider,
                    "is new, and its credential is not in "
                            + (variable == null ? "the file " + file : "the variable " + variable));
        }
        return credential.strip();
    }

    private static String read(Entry provider, String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException | java.nio.file.InvalidPathException e) {
            throw new Plan.NotTaken(provider, "is new, and the file of its credential cannot be read: " + file);
        }
    }
}
