import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.server.DataFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * What {@code keymesh serve} does with a data folder on a free port, at another time: {@code ServeAt FOLDER MOVED [URL]}, where
 * MOVED is how far its clock is moved, as {@code PT-12H}, and URL is the database where it is not the folder's own.
 */
public final class ServeAt {
    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        Duration moved = Duration.parse(arguments[1]);
        String url = arguments.length > 2 ? arguments[2] : null;
        DataFolder folder = DataFolder.own(data);
        Gateway gateway = Gateway.open(
                new GatewayConfig(data, "127.0.0.1", 0, url, Durability.POWER, null, null, GatewayConfig.IDLE_TIMEOUT),
                () -> Instant.now().plus(moved));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            gateway.close();
            folder.close();
        }));
        folder.announce(gateway.address());
        Thread.currentThread().join();
    }
}
