package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.ledger.Verification;
import dev.keymesh.gateway.store.Backup;
import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.Snapshot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of the embedded database, taken under load or torn by accident. */
class BackupTest {
    @TempDir
    private Path folder;

    @Test
    void aBackupUnderLoadIsWholeAndItsBooksAreRight() throws Exception {
        Path data = folder.resolve("data");
        List<Path> copies = new ArrayList<>();
        AtomicLong slowest = new AtomicLong();
        try (TestGateway gateway = new TestGateway(data)) {
            TestGateway.Key key = gateway.issue("100.00");
            Load load = new Load(gateway, key, slowest);
            Thread.sleep(2_000);
            slowest.set(0);
            for (int i = 0; i < 4; i++) {
                Thread.sleep(400);
                Path copy = folder.resolve("copy-" + i);
                Backup.write(data.resolve("keymesh.db"), copy);
                copies.add(copy);
            }
            load.stop();
        }
        System.out.println("BackupTest: slowest call beside a backup " + slowest.get() / 1_000_000 + " ms");
        // 200 ms on a machine of its own; what it waits for here is the other tests' disk.
        assertThat(slowest.get()).isLessThan(2_000_000_000L);
        for (Path copy : copies) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                    .isEqualTo("rw-------");
            Backup.refuseDamaged(copy);
            Verification.Report report = verify(copy);
            assertThat(report.wrong()).isEmpty();
            assertThat(report.calls()).isPositive();
        }
        assertThatThrownBy(() -> Backup.write(data.resolve("keymesh.db"), copies.getFirst()))
                .hasMessageContaining("already");
    }

    @Test
    void aRestoredGatewayAnswersAndItsBooksGoOn() throws Exception {
        Path data = folder.resolve("data");
        Path copy = folder.resolve("copy");
        String root;
        TestGateway.Key key;
        try (TestGateway gateway = new TestGateway(data)) {
            root = gateway.root;
            key = gateway.issue("100.00");
            gateway.chat(key.secret(), TestGateway.body(10, ""));
            Backup.write(data.resolve("keymesh.db"), copy);
            gateway.chat(key.secret(), TestGateway.body(10, ""));
        }
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.writeString(other.resolve("keymesh.db-wal"), "a stale log");
        assertThat(Backup.restore(copy, other.resolve("keymesh.db"), false, "x", restored -> {}))
                .isNull();
        assertThat(other.resolve("keymesh.db-wal")).doesNotExist();
        Files.copy(data.resolve("master.key"), other.resolve("master.key"));
        Files.writeString(other.resolve("root.key"), root);
        try (Gateway gateway = Gateway.open(GatewayConfig.embedded(other), InstantSource.system())) {
            assertThat(gateway.port()).isPositive();
        }
        assertThat(verify(other.resolve("keymesh.db")).wrong()).isEmpty();
        assertThat(verify(other.resolve("keymesh.db")).calls()).isEqualTo(1);
        assertThatThrownBy(() -> Backup.restore(copy, other.resolve("keymesh.db"), false, "x", restored -> {}))
                .hasMessageContaining("--force");
        Path aside = Backup.restore(copy, other.resolve("keymesh.db"), true, "x", restored -> {});
        assertThat(aside).exists();
    }

    @Test
    void aFileIsRestoredWithWhatOnlyItsLogHolds() throws Exception {
        Path data = folder.resolve("data");
        Path file = Files.createDirectories(folder.resolve("crashed")).resolve("keymesh.db");
        Path log = file.resolveSibling("keymesh.db-wal");
        try (TestGateway gateway = new TestGateway(data)) {
            TestGateway.Key key = gateway.issue("100.00");
            for (int i = 0; i < 7; i++) {
                assertThat(chat(gateway, key)).isEqualTo(200);
            }
            // A call is answered before it is written.
            long end = System.nanoTime() + 5_000_000_000L;
            while (verify(data.resolve("keymesh.db")).calls() < 7) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.sleep(20);
            }
            tear(data.resolve("keymesh.db"), file, true, new Random(0));
            assertThat(Files.size(log)).isGreaterThan(LOG_HEAD + moved(data.resolve("keymesh.db")) * FRAME);
        }
        byte[] before = Files.readAllBytes(file);
        Path restored = Files.createDirectories(folder.resolve("restored")).resolve("keymesh.db");
        List<Long> checked = new ArrayList<>();
        assertThat(Backup.restore(
                        file,
                        restored,
                        false,
                        "x",
                        copy -> checked.add(verify(copy).calls())))
                .isNull();
        assertThat(checked).containsExactly(7L);
        assertThat(verify(restored).calls()).isEqualTo(7);
        assertThat(verify(restored).wrong()).isEmpty();
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(log).isNotEmptyFile();
    }

    @Test
    void aCopyThatIsRefusedLeavesAllAsItWas() throws Exception {
        Path data = folder.resolve("data");
        Path copy = folder.resolve("copy");
        try (TestGateway gateway = new TestGateway(data)) {
            chat(gateway, gateway.issue("100.00"));
            Backup.write(data.resolve("keymesh.db"), copy);
        }
        assertThatThrownBy(() -> Backup.restore(copy, data.resolve("keymesh.db"), true, "x", restored -> {
                    throw new dev.keymesh.gateway.store.StoreException("not these books");
                }))
                .hasMessage("not these books");
        assertThat(data.resolve("keymesh.db.restoring")).doesNotExist();
        assertThat(data.resolve("keymesh.db.before-x")).doesNotExist();
        assertThat(verify(data.resolve("keymesh.db")).calls()).isEqualTo(1);
    }

    /** A cut log loses its end, never its order: what is left is one earlier state. */
    @Test
    void aTornCopyIsAnEarlierStateAndNeverAWrongOne() throws Exception {
        long seed = System.nanoTime();
        System.out.println("BackupTest seed " + seed);
        Random random = new Random(seed);
        Path data = folder.resolve("data");
        try (TestGateway gateway = new TestGateway(data)) {
            TestGateway.Key key = gateway.issue("100.00");
            Load load = new Load(gateway, key, new AtomicLong());
            for (int i = 0; i < 8; i++) {
                Thread.sleep(random.nextInt(300));
                long answered = load.answered();
                Path torn = Files.createDirectories(folder.resolve("torn-" + i)).resolve("keymesh.db");
                boolean whole = i % 2 == 0;
                tear(data.resolve("keymesh.db"), torn, whole, random);
                try (Gateway opened =
                        Gateway.open(GatewayConfig.embedded(withKey(data, torn)), InstantSource.system())) {
                    assertThat(opened.port()).isPositive();
                }
                Verification.Report report = verify(torn);
                assertThat(report.wrong()).as("seed %s, copy %s", seed, i).isEmpty();
                assertThat(report.holds()).isZero();
                if (whole) {
                    assertThat(report.calls()).isGreaterThanOrEqualTo(answered);
                }
            }
            load.stop();
        }
    }

    private static Path withKey(Path data, Path database) throws IOException {
        Path home = database.resolveSibling("");
        Files.copy(data.resolve("master.key"), home.resolve("master.key"));
        return home;
    }

    /**
     * The file and its log of one moment. The log is cut where it may be: what a checkpoint has moved into the file was on
     * the disk before.
     */
    private static void tear(Path database, Path torn, boolean whole, Random random) throws IOException {
        Path log = database.resolveSibling("keymesh.db-wal");
        Path copy = torn.resolveSibling("keymesh.db-wal");
        String before;
        int moved;
        do {
            Files.deleteIfExists(torn);
            Files.deleteIfExists(copy);
            before = moment(database, log);
            Files.copy(database, torn);
            Files.copy(log, copy);
            moved = moved(database);
        } while (!moment(database, log).equals(before));
        if (!whole) {
            try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
                long keep = Math.min(file.length(), LOG_HEAD + moved * FRAME);
                file.setLength(keep + random.nextLong(file.length() - keep + 1));
            }
        }
    }

    private static final long LOG_HEAD = 32;
    private static final long FRAME = 24 + 4_096;
    /** Where the index of the log says how many frames are in the file (sqlite.org/walformat.html). */
    private static final int BACKFILL_AT = 96;

    private static String moment(Path database, Path log) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(log.toFile(), "r")) {
            byte[] head = new byte[(int) Math.min(LOG_HEAD, open.length())];
            open.readFully(head);
            return Files.getLastModifiedTime(database) + " "
                    + java.util.HexFormat.of().formatHex(head);
        }
    }

    private static int moved(Path database) throws IOException {
        try (RandomAccessFile open =
                new RandomAccessFile(database.resolveSibling("keymesh.db-shm").toFile(), "r")) {
            open.seek(BACKFILL_AT);
            byte[] frames = new byte[4];
            open.readFully(frames);
            return java.nio.ByteBuffer.wrap(frames)
                    .order(java.nio.ByteOrder.nativeOrder())
                    .getInt();
        }
    }

    @Test
    void aDamagedFileIsRefusedAtTheStartWithItsReason() throws Exception {
        Path data = folder.resolve("data");
        try (TestGateway gateway = new TestGateway(data)) {
            gateway.chat(gateway.issue("1.00").secret(), TestGateway.body(10, ""));
        }
        Path file = data.resolve("keymesh.db");
        byte[] sound = Files.readAllBytes(file);
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(sound.length / 2);
        }
        refused(data, "is damaged and is not served");
        byte[] flipped = sound.clone();
        int page = 4_096 * 5;
        flipped[page] ^= 0x40;
        Files.write(file, flipped);
        refused(data, "is damaged and is not served");
        Files.writeString(file, "this is no database, but a text that somebody put in its place");
        refused(data, "is damaged and is not served");
        Files.write(file, sound);
        try (Gateway gateway = Gateway.open(GatewayConfig.embedded(data), InstantSource.system())) {
            assertThat(gateway.port()).isPositive();
        }
    }

    private static void refused(Path data, String why) {
        assertThatThrownBy(() -> Gateway.open(GatewayConfig.embedded(data), InstantSource.system())
                        .close())
                .isInstanceOf(dev.keymesh.gateway.store.StoreException.class)
                .hasMessageContaining(why);
    }

    /** Needs a small file system of its own, which only root can mount. */
    @Test
    void aFullDiskRefusesCallsForwardsNothingAndHeals() throws Exception {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        Assumptions.assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=8m", "none", disk.toString()));
        try (TestGateway gateway = new TestGateway(disk.resolve("data"))) {
            TestGateway.Key key = gateway.issue("100.00");
            assertThat(chat(gateway, key)).isEqualTo(200);
            Path filler = disk.resolve("filler");
            fill(filler);
            // What is left of the last page of the log may take a call or two.
            int status = 200;
            for (int i = 0; i < 200 && status == 200; i++) {
                status = chat(gateway, key);
            }
            assertThat(status).isEqualTo(503);
            long forwarded = gateway.provider.calls.get();
            for (int i = 0; i < 5; i++) {
                assertThat(chat(gateway, key)).isEqualTo(503);
            }
            assertThat(gateway.provider.calls).hasValue(forwarded);
            Files.delete(filler);
            long end = System.nanoTime() + 5_000_000_000L;
            while (chat(gateway, key) != 200) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.sleep(100);
            }
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private static int chat(TestGateway gateway, TestGateway.Key key) {
        return gateway.chat(key.secret(), TestGateway.body(10, "")).statusCode();
    }

    private static void fill(Path filler) throws IOException {
        byte[] block = new byte[1 << 12];
        try (var out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("space");
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static Verification.Report verify(Path database) {
        return Snapshot.read(
                Database.sqlite(database, Durability.POWER),
                handle -> Verification.run(handle, InstantSource.system().instant(), step -> {}));
    }

    /** Eight clients that call without a pause. */
    private static final class Load {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicLong answered = new AtomicLong();
        private final List<Thread> clients = new ArrayList<>();

        Load(TestGateway gateway, TestGateway.Key key, AtomicLong slowest) {
            for (int i = 0; i < 8; i++) {
                clients.add(Thread.startVirtualThread(() -> {
                    while (!stop.get()) {
                        long start = System.nanoTime();
                        if (chat(gateway, key) == 200) {
                            answered.incrementAndGet();
                        }
                        slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
                    }
                }));
            }
        }

        long answered() {
            return answered.get();
        }

        void stop() throws InterruptedException {
            stop.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }
    }
}
