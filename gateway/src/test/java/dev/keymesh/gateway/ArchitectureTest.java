package dev.keymesh.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The house of docs/architecture.md as rules. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.keymesh.gateway");

    @Test
    void packagesDependDownwardsOnly() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("http")
                .definedBy("..gateway.http..")
                .layer("page")
                .definedBy("..gateway.page..")
                .layer("api")
                .definedBy("..gateway.api..")
                .layer("call")
                .definedBy("..gateway.call..")
                .layer("alert")
                .definedBy("..gateway.alert..")
                .layer("dialect")
                .definedBy("..gateway.dialect..")
                .layer("provider")
                .definedBy("..gateway.provider..")
                .layer("price")
                .definedBy("..gateway.price..")
                .layer("store")
                .definedBy("..gateway.store..")
                .layer("trace")
                .definedBy("..gateway.trace..")
                .layer("metric")
                .definedBy("..gateway.metric..")
                .layer("ledger")
                .definedBy("..gateway.ledger..")
                .layer("access")
                .definedBy("..gateway.access..")
                .layer("tenant")
                .definedBy("..gateway.tenant..")
                .whereLayer("http")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("page")
                .mayOnlyBeAccessedByLayers("http")
                .whereLayer("api")
                .mayOnlyBeAccessedByLayers("http", "page")
                .whereLayer("call")
                .mayOnlyBeAccessedByLayers("http")
                .whereLayer("alert")
                .mayOnlyBeAccessedByLayers("http", "api", "call")
                .whereLayer("dialect")
                .mayOnlyBeAccessedByLayers("http", "api", "call")
                .whereLayer("provider")
                .mayOnlyBeAccessedByLayers("http", "api", "call", "alert", "dialect", "trace")
                .whereLayer("trace")
                .mayOnlyBeAccessedByLayers("call")
                .whereLayer("metric")
                .mayNotAccessAnyLayer()
                .whereLayer("access")
                .mayOnlyBeAccessedByLayers("http", "page", "api", "call", "alert", "dialect", "provider")
                .whereLayer("tenant")
                .mayOnlyBeAccessedByLayers("http", "api", "call", "alert", "dialect", "provider", "access")
                .whereLayer("price")
                .mayOnlyBeAccessedByLayers(
                        "http", "api", "call", "alert", "dialect", "provider", "access", "tenant", "trace")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.keymesh.gateway.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void jettyIsKnownToHttpAndCallOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..gateway.http..", "..gateway.call..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..")
                .check(CLASSES);
    }

    @Test
    void mailIsKnownToAlertsOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..gateway.alert..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jakarta.mail..")
                .check(CLASSES);
    }

    @Test
    void openTelemetryIsKnownToOneClassAndMicrometerToOnePackage() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.trace\\.Otlp(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.opentelemetry..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage("..gateway.metric..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.micrometer..", "io.prometheus..")
                .check(CLASSES);
    }

    @Test
    void theWasmRuntimeIsThePolicysOwn() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.dylibso.chicory..")
                .check(CLASSES);
    }

    @Test
    void timeIsInjected() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .check(CLASSES);
    }
}
