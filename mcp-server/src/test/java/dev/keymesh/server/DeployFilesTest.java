package dev.keymesh.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.http.Edge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The files of {@code examples/deploy} as far as they can be judged without what they are for: they are YAML, hang together,
 * and fit what the program takes. {@code examples/deploy/check} runs what can be run.
 */
class DeployFilesTest {
    private static final Path DEPLOY = Path.of("..", "examples", "deploy");
    private static final Path KUBERNETES = DEPLOY.resolve("kubernetes");
    private static final Map<String, String> VERSIONS = Map.of(
            "ConfigMap", "v1",
            "Secret", "v1",
            "Service", "v1",
            "Deployment", "apps/v1",
            "PodDisruptionBudget", "policy/v1",
            "NetworkPolicy", "networking.k8s.io/v1",
            "Kustomization", "kustomize.config.k8s.io/v1beta1");

    @TempDir
    private Path folder;

    @Test
    void everyManifestNamesAKindOfItsVersionAndIsListed() throws IOException {
        List<String> resources = list(read(KUBERNETES.resolve("kustomization.yaml")), "resources");
        try (Stream<Path> files = Files.list(KUBERNETES)) {
            List<Path> all = files.toList();
            assertThat(all).hasSizeGreaterThan(5);
            for (Path file : all) {
                Map<String, Object> manifest = read(file);
                String kind = text(manifest, "kind");
                assertThat(text(manifest, "apiVersion")).as(file.toString()).isEqualTo(VERSIONS.get(kind));
                String name = file.getFileName().toString();
                boolean listed = !kind.equals("Kustomization") && !kind.equals("Secret");
                assertThat(resources.contains(name)).as(name).isEqualTo(listed);
                if (!kind.equals("Kustomization")) {
                    assertThat(text(at(manifest, "metadata"), "name")).isEqualTo("keymesh");
                }
            }
        }
    }

    @Test
    void theDeploymentIsLockedDownAndLeavesTimeToDrain() throws IOException {
        Map<String, Object> spec = at(read(KUBERNETES.resolve("deployment.yaml")), "spec");
        Map<String, Object> pod = at(spec, "template", "spec");
        assertThat((Integer) spec.get("replicas")).isGreaterThanOrEqualTo(2);
        assertThat(at(pod, "securityContext")).containsEntry("runAsNonRoot", true);
        Map<String, Object> container = first(pod, "containers");
        assertThat(at(container, "securityContext"))
                .containsEntry("readOnlyRootFilesystem", true)
                .containsEntry("allowPrivilegeEscalation", false);
        assertThat(path(container, "livenessProbe")).isEqualTo("/livez");
        assertThat(path(container, "readinessProbe")).isEqualTo("/readyz");
        assertThat(mounted(container)).isEqualTo(named(pod, "volumes"));

        String config = text(at(read(KUBERNETES.resolve("configmap.yaml")), "data"), "keymesh.yaml");
        Edge.Drain drain = ProcessConfig.read(Files.writeString(folder.resolve("k.yaml"), config))
                .drain();
        assertThat(drain.lead()).isPositive();
        assertThat((Integer) pod.get("terminationGracePeriodSeconds"))
                .isGreaterThanOrEqualTo((int) drain.deadline().toSeconds() + 5);
    }

    @Test
    void whatSelectsPodsSelectsThoseOfTheDeploymentAndTheServiceFindsItsPort() throws IOException {
        Map<String, Object> spec = at(read(KUBERNETES.resolve("deployment.yaml")), "spec");
        Map<String, Object> labels = at(spec, "template", "metadata", "labels");
        assertThat(at(spec, "selector", "matchLabels")).isEqualTo(labels);
        assertThat(at(read(KUBERNETES.resolve("poddisruptionbudget.yaml")), "spec", "selector", "matchLabels"))
                .isEqualTo(labels);
        assertThat(at(read(KUBERNETES.resolve("networkpolicy.yaml")), "spec", "podSelector", "matchLabels"))
                .isEqualTo(labels);
        Map<String, Object> service = at(read(KUBERNETES.resolve("service.yaml")), "spec");
        assertThat(at(service, "selector")).isEqualTo(labels);
        Map<String, Object> port = first(first(at(spec, "template", "spec"), "containers"), "ports");
        assertThat(first(service, "ports")).containsEntry("targetPort", port.get("name"));
    }

    @Test
    void theTemplateOfTheSecretHoldsNoneAndHasWhatTheDeploymentReads() throws IOException {
        Map<String, Object> secrets = at(read(KUBERNETES.resolve("secret.template.yaml")), "stringData");
        assertThat(secrets.values()).containsOnly("");
        String deployment = Files.readString(KUBERNETES.resolve("deployment.yaml"));
        secrets.keySet().forEach(name -> assertThat(deployment).contains("/run/secrets/keymesh/" + name));
    }

    @Test
    void composeDeclaresWhatItUsesAndNginxIsWhomTheNodesTrust() throws IOException {
        Map<String, Object> compose = read(DEPLOY.resolve("compose.yaml"));
        Map<String, Object> services = at(compose, "services");
        for (String name : services.keySet()) {
            Map<String, Object> service = at(services, name);
            // The merge key is Docker's to resolve.
            Map<String, Object> node = service.containsKey("<<") ? at(service, "<<") : service;
            assertThat(text(node, "image")).as("no registry's host").doesNotContain("/");
            assertThat(at(compose, "secrets").keySet())
                    .containsAll(node.containsKey("secrets") ? list(node, "secrets") : List.of());
            if (service.containsKey("<<")) {
                assertThat(node).containsEntry("read_only", true).containsEntry("cap_drop", List.of("ALL"));
                String volume = list(service, "volumes").getFirst();
                assertThat(at(compose, "volumes")).containsKey(volume.substring(0, volume.indexOf(':')));
            }
        }
        ProcessConfig config = ProcessConfig.read(DEPLOY.resolve("keymesh.yaml"));
        assertThat(config.trustedProxies())
                .containsExactly(text(at(services, "nginx", "networks", "inside"), "ipv4_address"));
        Duration grace = Duration.parse(
                "PT" + text(at(compose, "x-node"), "stop_grace_period").toUpperCase(java.util.Locale.ROOT));
        assertThat(grace).isGreaterThan(config.drain().deadline().plusSeconds(5));
    }

    @Test
    void theServiceOfSystemdLeavesTimeToDrainAndLetsTheCompilerWork() throws IOException {
        String unit = Files.readString(DEPLOY.resolve("keymesh.service"));
        assertThat(unit)
                .contains("TimeoutStopSec=45", "MemoryDenyWriteExecute=no", "DynamicUser=yes", "ProtectSystem=strict");
    }

    private static List<String> mounted(Map<String, Object> container) {
        return named(container, "volumeMounts");
    }

    private static List<String> named(Map<String, Object> of, String member) {
        List<String> names = new ArrayList<>();
        for (Object each : (List<?>) member(of, member)) {
            names.add(text(map(each), "name"));
        }
        return names;
    }

    private static String path(Map<String, Object> container, String probe) {
        return text(at(container, probe, "httpGet"), "path");
    }

    private static Map<String, Object> read(Path file) throws IOException {
        LoadSettings settings =
                LoadSettings.builder().setAllowDuplicateKeys(false).build();
        return map(new Load(settings).loadFromString(Files.readString(file)));
    }

    private static Map<String, Object> at(Map<String, Object> of, String... path) {
        Map<String, Object> here = of;
        for (String name : path) {
            assertThat(here).containsKey(name);
            here = map(member(here, name));
        }
        return here;
    }

    private static Map<String, Object> first(Map<String, Object> of, String member) {
        return map(((List<?>) member(of, member)).getFirst());
    }

    private static List<String> list(Map<String, Object> of, String member) {
        return ((List<?>) member(of, member)).stream().map(String.class::cast).toList();
    }

    private static String text(Map<String, Object> of, String member) {
        return (String) member(of, member);
    }

    private static Object member(Map<String, Object> of, String name) {
        return Objects.requireNonNull(of.get(name), name);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }
}
