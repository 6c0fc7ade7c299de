package dev.keymesh.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keymesh.sdk.wire.Budget;
import dev.keymesh.sdk.wire.CheckAnswer;
import dev.keymesh.sdk.wire.CheckRequest;
import dev.keymesh.sdk.wire.Event;
import dev.keymesh.sdk.wire.IssuedKey;
import dev.keymesh.sdk.wire.IssuedManagementKey;
import dev.keymesh.sdk.wire.IssuedWebhookEndpoint;
import dev.keymesh.sdk.wire.KeyBudget;
import dev.keymesh.sdk.wire.ManagementKey;
import dev.keymesh.sdk.wire.NewBudget;
import dev.keymesh.sdk.wire.NewKey;
import dev.keymesh.sdk.wire.NewManagementKey;
import dev.keymesh.sdk.wire.NewPermissionSet;
import dev.keymesh.sdk.wire.NewPrice;
import dev.keymesh.sdk.wire.NewProvider;
import dev.keymesh.sdk.wire.NewSettlement;
import dev.keymesh.sdk.wire.NewSpace;
import dev.keymesh.sdk.wire.NewWebhookEndpoint;
import dev.keymesh.sdk.wire.NewWorkspace;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.PermissionSet;
import dev.keymesh.sdk.wire.Policy;
import dev.keymesh.sdk.wire.PolicyWindow;
import dev.keymesh.sdk.wire.Price;
import dev.keymesh.sdk.wire.PriceCondition;
import dev.keymesh.sdk.wire.PriceOverride;
import dev.keymesh.sdk.wire.PriceRates;
import dev.keymesh.sdk.wire.PriceWindow;
import dev.keymesh.sdk.wire.Problem;
import dev.keymesh.sdk.wire.ProblemError;
import dev.keymesh.sdk.wire.Provider;
import dev.keymesh.sdk.wire.ProviderCredential;
import dev.keymesh.sdk.wire.ProviderTest;
import dev.keymesh.sdk.wire.RequestRecord;
import dev.keymesh.sdk.wire.SelfKey;
import dev.keymesh.sdk.wire.Space;
import dev.keymesh.sdk.wire.UsageRow;
import dev.keymesh.sdk.wire.ValidateRequest;
import dev.keymesh.sdk.wire.Validation;
import dev.keymesh.sdk.wire.ValidationContext;
import dev.keymesh.sdk.wire.VirtualKey;
import dev.keymesh.sdk.wire.WebhookAttempt;
import dev.keymesh.sdk.wire.WebhookDelivery;
import dev.keymesh.sdk.wire.WebhookEndpoint;
import dev.keymesh.sdk.wire.WebhookMessage;
import dev.keymesh.sdk.wire.WebhookRotation;
import dev.keymesh.sdk.wire.Whoami;
import dev.keymesh.sdk.wire.Workspace;
import jakarta.json.bind.JsonbException;
import java.io.ByteArrayInputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static final List<Class<? extends Record>> RECORDS = List.of(
            Budget.class,
            Event.class,
            IssuedKey.class,
            KeyBudget.class,
            NewBudget.class,
            NewKey.class,
            NewPrice.class,
            NewProvider.class,
            NewWorkspace.class,
            Policy.class,
            PolicyWindow.class,
            Price.class,
            PriceCondition.class,
            PriceOverride.class,
            PriceRates.class,
            PriceWindow.class,
            Problem.class,
            ProblemError.class,
            Provider.class,
            ProviderCredential.class,
            ProviderTest.class,
            RequestRecord.class,
            CheckAnswer.class,
            CheckRequest.class,
            IssuedManagementKey.class,
            ManagementKey.class,
            NewManagementKey.class,
            NewPermissionSet.class,
            NewSettlement.class,
            NewSpace.class,
            PermissionSet.class,
            SelfKey.class,
            Space.class,
            UsageRow.class,
            ValidateRequest.class,
            Validation.class,
            ValidationContext.class,
            VirtualKey.class,
            IssuedWebhookEndpoint.class,
            NewWebhookEndpoint.class,
            WebhookAttempt.class,
            WebhookDelivery.class,
            WebhookEndpoint.class,
            WebhookMessage.class,
            WebhookRotation.class,
            Whoami.class,
            Workspace.class);

    @Test
    void everyRecordIsReadAsItWasWritten() {
        long seed = new Random().nextLong();
        System.out.println("JsonTest seed " + seed);
        Samples samples = new Samples(seed);
        for (Class<? extends Record> type : RECORDS) {
            for (int i = 0; i < 50; i++) {
                Record record = samples.record(type);
                assertThat(Json.fromBytes(Json.toBytes(record), type)).isEqualTo(record);
            }
        }
        assertThat(samples.nulls()).isGreaterThan(1000);
        assertThat(samples.values()).isGreaterThan(1000);
    }

    @Test
    void everyMemberIsWrittenInItsPlaceAlsoWhenNull() {
        for (Class<? extends Record> type : RECORDS) {
            for (int i = 0; i < 5; i++) {
                Map<?, ?> json = ordered(Json.toBytes(new Samples(i).record(type)));
                assertThat(json.keySet().stream().map(Object::toString))
                        .as(type.getSimpleName())
                        .containsExactlyElementsOf(Arrays.stream(type.getRecordComponents())
                                .map(RecordComponent::getName)
                                .toList());
            }
        }
    }

    @Test
    void pageIsReadAsItWasWritten() {
        List<VirtualKey> keys =
                List.of(new Samples(1).record(VirtualKey.class), new Samples(2).record(VirtualKey.class));
        Page<VirtualKey> page = Page.before("opaque", keys);
        assertThat(Json.pageFromBytes(Json.toBytes(page), VirtualKey.class)).isEqualTo(page);
    }

    @Test
    void lastPageHasTheShapeOfTheContract() {
        assertThat(text(Page.last(List.of())))
                .isEqualTo("{\"data\":[],\"pagination\":{\"nextCursor\":null,\"hasMore\":false}}");
    }

    @Test
    void memberOfALaterVersionIsLeftOut() {
        byte[] json = bytes("{\"amount\":\"5\",\"currency\":\"USD\",\"period\":\"total\",\"unit\":{\"a\":[1]}}");
        assertThat(Json.fromBytes(json, KeyBudget.class)).isEqualTo(new KeyBudget("5", "USD", "total"));
    }

    @Test
    void whatIsNoJsonIsAnError() {
        String deep = "{\"title\":\"t\",\"fields\":{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}}";
        for (String json : List.of(
                "", "{", "[]", "null", "{\"title\":{}}", "{\"expiresAt\":\"tomorrow\"}", "{\"tags\":\"x\"}", deep)) {
            assertThatExceptionOfType(JsonbException.class)
                    .as(json.substring(0, Math.min(json.length(), 60)))
                    .isThrownBy(() -> Json.fromBytes(bytes(json), NewKey.class));
        }
    }

    @Test
    void bracketsInStringsAreNoNesting() {
        String title = "[{".repeat(1000) + "\\\"" + "[{".repeat(1000);
        assertThat(Json.fromBytes(bytes("{\"title\":\"" + title + "\"}"), NewKey.class)
                        .title())
                .hasSize(4001);
    }

    private static Map<?, ?> ordered(byte[] json) {
        return jakarta.json.Json.createReader(new ByteArrayInputStream(json)).readObject();
    }

    private static String text(Object value) {
        return new String(Json.toBytes(value), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
