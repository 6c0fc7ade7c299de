package dev.keymesh.gateway;

import dev.keymesh.gateway.access.Chains;
import dev.keymesh.gateway.access.Claims;
import dev.keymesh.gateway.access.KeyFormat;
import dev.keymesh.gateway.access.KeyIndex;
import dev.keymesh.gateway.access.ManagementKeys;
import dev.keymesh.gateway.access.NewVirtualKey;
import dev.keymesh.gateway.access.Pepper;
import dev.keymesh.gateway.access.PermissionSets;
import dev.keymesh.gateway.access.VirtualKeys;
import dev.keymesh.gateway.alert.Deliveries;
import dev.keymesh.gateway.alert.Dispatcher;
import dev.keymesh.gateway.alert.Endpoints;
import dev.keymesh.gateway.alert.KeyWatch;
import dev.keymesh.gateway.alert.Rejections;
import dev.keymesh.gateway.api.Api;
import dev.keymesh.gateway.api.BudgetView;
import dev.keymesh.gateway.api.BudgetsApi;
import dev.keymesh.gateway.api.BulkApi;
import dev.keymesh.gateway.api.CallFeed;
import dev.keymesh.gateway.api.CheckApi;
import dev.keymesh.gateway.api.EventsApi;
import dev.keymesh.gateway.api.InProcess;
import dev.keymesh.gateway.api.Inquiry;
import dev.keymesh.gateway.api.KeyIssue;
import dev.keymesh.gateway.api.KeyView;
import dev.keymesh.gateway.api.KeysApi;
import dev.keymesh.gateway.api.ManagementKeysApi;
import dev.keymesh.gateway.api.MetricsApi;
import dev.keymesh.gateway.api.PermissionSetsApi;
import dev.keymesh.gateway.api.PricesApi;
import dev.keymesh.gateway.api.ProvidersApi;
import dev.keymesh.gateway.api.Replays;
import dev.keymesh.gateway.api.RequestsApi;
import dev.keymesh.gateway.api.SelfApi;
import dev.keymesh.gateway.api.SpacesApi;
import dev.keymesh.gateway.api.UsageApi;
import dev.keymesh.gateway.api.ValidateApi;
import dev.keymesh.gateway.api.WebhookDeliveriesApi;
import dev.keymesh.gateway.api.WebhookEndpointsApi;
import dev.keymesh.gateway.api.WhoamiApi;
import dev.keymesh.gateway.api.WorkspacesApi;
import dev.keymesh.gateway.call.Admission;
import dev.keymesh.gateway.call.Authenticator;
import dev.keymesh.gateway.call.BatchWatch;
import dev.keymesh.gateway.call.Batches;
import dev.keymesh.gateway.call.CallMeters;
import dev.keymesh.gateway.call.LiveCalls;
import dev.keymesh.gateway.call.ModelCalls;
import dev.keymesh.gateway.call.ModelList;
import dev.keymesh.gateway.call.ObjectCalls;
import dev.keymesh.gateway.call.Overdrawn;
import dev.keymesh.gateway.call.Upstream;
import dev.keymesh.gateway.call.WebhookClient;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.http.HttpServer;
import dev.keymesh.gateway.http.Mount;
import dev.keymesh.gateway.http.Readiness;
import dev.keymesh.gateway.ledger.Keeping;
import dev.keymesh.gateway.ledger.Ledger;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.metric.Metric;
import dev.keymesh.gateway.metric.Scrapes;
import dev.keymesh.gateway.page.Pages;
import dev.keymesh.gateway.page.Sessions;
import dev.keymesh.gateway.price.PriceRows;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.provider.Provider;
import dev.keymesh.gateway.provider.ProviderObjects;
import dev.keymesh.gateway.provider.Providers;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.AesSealer;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.MasterKey;
import dev.keymesh.gateway.store.PrivateFile;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.tenant.Accounts;
import dev.keymesh.gateway.tenant.Spaces;
import dev.keymesh.gateway.tenant.Workspaces;
import dev.keymesh.gateway.trace.AccessLog;
import dev.keymesh.gateway.trace.Traces;
import dev.keymesh.policy.PolicyEngine;
import dev.keymesh.sdk.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A running Keymesh, composed from the store upwards and closed in reverse. */
public final class Gateway implements AutoCloseable {
    private final Deque<AutoCloseable> closing = new ArrayDeque<>();
    private final HttpServer server;
    private final Transport transport;

    private Gateway(GatewayConfig config, InstantSource own, @Nullable Mount mcp) throws BindException {
        Store store = closed(Store.open(config.database(), own));
        InstantSource clock = store.clock();
        MasterKey master = masterKey(config, store);
        AesSealer sealer = new AesSealer(master);
        sealer.belongTo(store);
        Workspaces workspaces = new Workspaces(store);
        workspaces.bootstrap(clock.instant());
        Spaces spaces = new Spaces(store, workspaces);
        KeyFormat format = new KeyFormat("km-");
        Pepper pepper = new Pepper(master);
        KeyIndex index = new KeyIndex(format, pepper);
        VirtualKeys keys = new VirtualKeys(store, index, format, pepper, clock);
        PermissionSets sets = new PermissionSets(store);
        ManagementKeys managementKeys = new ManagementKeys(store, pepper, sets, clock, config.rootKey());
        firstKeys(config, managementKeys, keys);
        Chains chains = new Chains(workspaces, index);
        PriceRows prices = new PriceRows(store, clock);
        Providers providers = new Providers(store, sealer, demo());
        PolicyEngine policy = closed(PolicyEngine.open(2));
        Limits limits = new Limits(store);
        server = new HttpServer(config.host(), config.port(), config.idleTimeout(), config.edge(), clock);
        server.startThreads();
        closing.push(server::stopThreads);
        // As many threads as cores: what follows a hold never blocks, and fewer threads find their caches warm.
        ExecutorService answers = Executors.newFixedThreadPool(
                Runtime.getRuntime().availableProcessors(),
                Thread.ofPlatform().name("keymesh-answer-", 0).factory());
        closing.push(answers);
        Ledger ledger = closed(new Ledger(store, limits, clock, answers, Ids.next("run")));
        Keeping keeping = closed(Keeping.start(store, ledger, config.retention(), clock));
        Claims claims = new Claims(store, sealer, pepper, index, clock);
        keeping.also(claims::sweep);
        CallMeters meters = new CallMeters(prices::knows);
        ledger.onEnded(meters::ended);
        Traces traces = closed(new Traces(config.observed().spans(), providers));
        LiveCalls live = closed(new LiveCalls());
        keys.onRefused(key -> live.end(
                key.id(),
                Refusal.unauthenticated(
                        "key_" + key.status(), "This key was " + key.status() + " while it was used.")));
        spaces.onDisabled(space -> live.endSpace(space.id(), Refusal.spaceDisabled(space.id())));
        Upstream upstream =
                closed(new Upstream(server.executor(), server.scheduler(), server.buffers(), HttpServer.SELECTORS));
        ProviderObjects objects = new ProviderObjects(store);
        Batches batches = new Batches(ledger, objects, providers, upstream, clock);
        Authenticator authenticator = new Authenticator(index, chains, spaces, clock);
        Admission admission = new Admission(policy, providers, prices, limits, ledger, upstream, live, clock);
        ModelCalls calls = new ModelCalls(
                authenticator,
                admission,
                ledger,
                live,
                upstream,
                new ModelList(providers, prices, policy, upstream, clock),
                new ObjectCalls(store, policy, providers, prices, limits, ledger, upstream, objects, batches, clock),
                config.data(),
                clock,
                store,
                new Rejections(store, clock),
                meters,
                traces);
        MetricsApi metrics = new MetricsApi(closed(new Scrapes(Measured.all(
                List.of(meters.metrics(), ledger.metrics(), store.metrics(), live.metrics(), Measured.policy(policy)),
                List.of(calls.bodyBytes(), traces.metric(), accessLines(config, ledger)),
                Map.of(
                        "writer", store::queued,
                        "policy", policy::queued,
                        "http", server::queued,
                        "spans", traces::queued)))));
        closed(BatchWatch.start(store, batches));
        Overdrawn lowered = closed(new Overdrawn(store, limits, live, clock));
        closed(KeyWatch.start(store, index, clock));
        Endpoints endpoints = new Endpoints(store, sealer);
        Deliveries deliveries = new Deliveries(store);
        WebhookClient webhooks = closed(new WebhookClient(
                server.executor(),
                server.scheduler(),
                server.buffers(),
                config.alerts().allowPrivateWebhooks()));
        Dispatcher alerts = closed(Dispatcher.start(
                store, endpoints, deliveries, webhooks, config.alerts().mail(), clock));
        KeyView keyView = new KeyView(keys, workspaces, clock);
        BudgetView budgetView = new BudgetView(store, clock);
        KeyIssue keyIssue = new KeyIssue(keys, index, chains, workspaces, policy, limits, clock);
        CallFeed feed = closed(new CallFeed(store, clock));
        ledger.onEnded(call -> feed.wrote(call.id()));
        Inquiry inquiry = new Inquiry(policy, limits, store);
        Api api = new Api(
                List.of(
                        new WhoamiApi(new Accounts(store)),
                        new SpacesApi(spaces, clock),
                        new WorkspacesApi(spaces, workspaces, clock),
                        new PermissionSetsApi(sets, clock),
                        new ManagementKeysApi(managementKeys, sets, spaces, clock),
                        new SelfApi(keys, chains, keyView, limits, budgetView, store),
                        new CheckApi(index, chains, spaces, inquiry, clock),
                        new ValidateApi(index, chains, spaces, inquiry, store, clock),
                        new KeysApi(keys, spaces, keyIssue, keyView, clock),
                        new BulkApi(spaces, keyIssue, claims, clock),
                        new ProvidersApi(providers, upstream, clock),
                        new PricesApi(prices, clock),
                        new BudgetsApi(store, limits, keys, workspaces, spaces, budgetView, clock, lowered),
                        new UsageApi(keys, store, clock),
                        new RequestsApi(store, ledger.corrections(), feed),
                        new WebhookEndpointsApi(endpoints, alerts, spaces, config.alerts(), clock),
                        new WebhookDeliveriesApi(endpoints, deliveries, alerts, clock),
                        new EventsApi(store),
                        metrics),
                managementKeys,
                index,
                spaces,
                new Replays(store, sealer, clock),
                clock,
                store);
        store.follow(new Reloads(spaces, workspaces, keys, sets, managementKeys, providers, prices, limits, lowered));
        InProcess rest = new InProcess(api);
        transport = rest;
        Pages pages = new Pages(rest, new Sessions(store, managementKeys, clock), clock, store::catchUp);
        closed(server).open(calls, api, pages, claims, mcp, readiness(store, policy), metrics);
        policy.warmUp();
    }

    /**
     * Opens a gateway on a data folder that the caller owns.
     *
     * @throws BindException when the port is taken
     * @throws dev.keymesh.gateway.store.StoreException when the data cannot be used, with the reason
     */
    public static Gateway open(GatewayConfig config, InstantSource clock) throws BindException {
        return open(config, clock, null);
    }

    /** The same, with this on {@code /mcp}. */
    public static Gateway open(GatewayConfig config, InstantSource clock, @Nullable Mount mcp) throws BindException {
        try {
            Files.createDirectories(config.data());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Gateway(config, clock, mcp);
    }

    public int port() {
        return server.port();
    }

    /** The REST API without a network, for the SDK's client in this process. */
    public Transport transport() {
        return transport;
    }

    /** Where a process of this machine reaches it, in plain HTTP. */
    public String address() {
        return server.address();
    }

    /** Where others reach it. */
    public String publicAddress() {
        return server.publicAddress();
    }

    /** Ends at once what a close still waits for. */
    public void hurry() {
        server.hurry();
    }

    private static Readiness readiness(Store store, PolicyEngine policy) {
        return new Readiness(List.of(
                new Readiness.Condition("what other nodes wrote was not read for 3 s", store::fresh),
                // Not asked of a database that is away, which would be waited for.
                new Readiness.Condition("the store takes no writes", () -> !store.fresh() || store.takesWrites()),
                new Readiness.Condition("the policy decides nothing", policy::answers)));
    }

    private <T extends AutoCloseable> T closed(T part) {
        closing.push(part);
        return part;
    }

    /** The access log, where it is asked for; what is counted of it. */
    private Metric accessLines(GatewayConfig config, Ledger ledger) {
        if (!config.observed().accessLog()) {
            return AccessLog.none();
        }
        AccessLog lines = closed(new AccessLog());
        ledger.onEnded(lines::ended);
        return lines.metric();
    }

    private static MasterKey masterKey(GatewayConfig config, Store store) {
        if (config.masterKey() != null) {
            return MasterKey.parse(config.masterKey(), "KEYMESH_MASTER_KEY");
        }
        boolean fresh = store.read(h -> h.createQuery("SELECT COUNT(*) FROM master_key_check")
                        .mapTo(Integer.class)
                        .one())
                == 0;
        return MasterKey.file(config.data().resolve("master.key"), fresh);
    }

    /** The first start leaves a root key and a first virtual key in files that only their owner may read. */
    private static void firstKeys(GatewayConfig config, ManagementKeys managementKeys, VirtualKeys keys) {
        if (config.rootKey() != null || !managementKeys.none()) {
            return;
        }
        Path data = config.data();
        try {
            String first = keys.issue(
                            Actor.SYSTEM,
                            NewVirtualKey.titled(Workspaces.DEFAULT, Workspaces.DEFAULT, "First key"),
                            _ -> {})
                    .secret();
            PrivateFile.write(data.resolve("first.key"), first);
            PrivateFile.write(
                    data.resolve("root.key"),
                    managementKeys
                            .issue(Actor.SYSTEM, "Root", "admin", null, null)
                            .secret());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Provider demo() {
        return new Provider(
                "prv_demo",
                "demo",
                ProviderKind.DEMO,
                "http://demo.invalid",
                "demo",
                "demo",
                null,
                true,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    /** What takes calls first, what writes them down last; a part that fails to close does not keep the others open. */
    @Override
    public void close() {
        IllegalStateException failure = null;
        while (!closing.isEmpty()) {
            try {
                closing.pop().close();
            } catch (Throwable e) {
                failure = failure == null ? new IllegalStateException("Keymesh did not stop cleanly.", e) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
