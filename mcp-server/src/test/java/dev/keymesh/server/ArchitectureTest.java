package dev.keymesh.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The house of docs/architecture.md as rules. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.keymesh.server");

    @Test
    void theMcpSdkIsKnownToItsOwnPackageOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..server.mcp.sdk..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.modelcontextprotocol..", "reactor..", "com.fasterxml..")
                .check(CLASSES);
    }

    @Test
    void jettyIsKnownToTheHttpTransportOnly() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.mcp\\.(Mcp)?Http.*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..")
                .check(CLASSES);
    }

    @Test
    void mcpKnowsNothingOfTheCommands() {
        noClasses()
                .that()
                .resideInAPackage("..server.mcp..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..server.cli..")
                .check(CLASSES);
    }
}
