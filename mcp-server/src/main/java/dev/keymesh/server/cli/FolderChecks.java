package dev.keymesh.server.cli;

import dev.keymesh.server.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the doctor sees on this machine: the data folder, its files, its owner and the room that is left. */
final class FolderChecks {
    private static final List<String> PRIVATE = List.of("root.key", "first.key", "master.key", "server.json");
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);
    private static final long MIB = 1 << 20;
    private static final long LITTLE_MIB = 1024;

    private final Path folder;
    private final List<Finding> findings = new ArrayList<>();

    FolderChecks(Path folder) {
        this.folder = folder;
    }

    /** Looks; {@code owned} says whether the gateway that is asked is to be the folder's owner. */
    List<Finding> look(boolean owned) {
        if (!Files.exists(folder)) {
            findings.add(
                    owned
                            ? Finding.wrong("There is no data folder " + folder + ".", START)
                            : Finding.note("There is no data folder " + folder + " on this machine.", null));
            return findings;
        }
        if (!Files.isDirectory(folder) || !Files.isReadable(folder) || !Files.isWritable(folder)) {
            findings.add(Finding.wrong(
                    "The data folder " + folder + " cannot be read and written by you.",
                    "Run this as the user that runs Keymesh, or give the folder to you: chown."));
            return findings;
        }
        findings.add(Finding.ok("The data folder " + folder + " can be read and written."));
        modes();
        room();
        if (owned) {
            owner();
        }
        return findings;
    }

    private static final String START =
            "Start it: ./keymesh serve. Or name another folder with --data or KEYMESH_DATA.";

    private void modes() {
        int before = findings.size();
        for (String name : PRIVATE) {
            Path file = folder.resolve(name);
            try {
                if (Files.exists(file)
                        && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                    findings.add(Finding.wrong(
                            "The file " + file + " can be read or written by others, and it is a secret.",
                            "Take that away: chmod 600 " + file + ". Replace what others may have read."));
                }
            } catch (IOException | UnsupportedOperationException e) {
                findings.add(Finding.note("The permissions of " + file + " cannot be told.", null));
            }
        }
        if (findings.size() == before) {
            findings.add(Finding.ok("The files with keys are their owner's alone."));
        }
    }

    private void room() {
        try {
            long free = Files.getFileStore(folder).getUsableSpace() / MIB;
            findings.add(
                    free < LITTLE_MIB
                            ? Finding.wrong(
                                    "Only " + free + " MiB are left on the disk of the data folder.",
                                    "Make room: without any, calls are refused.")
                            : Finding.ok(free / LITTLE_MIB + " GiB are left on the disk of the data folder."));
        } catch (IOException e) {
            findings.add(Finding.note("How much room the disk has cannot be told.", null));
        }
    }

    private void owner() {
        DataFolder.owner(folder)
                .ifPresentOrElse(
                        address -> findings.add(Finding.ok("The folder's owner lives and listens at " + address + ".")),
                        () -> findings.add(
                                Files.exists(folder.resolve("server.json"))
                                        ? Finding.wrong("The folder's owner has died.", START)
                                        : Finding.wrong("Nobody runs a gateway on the folder.", START)));
    }
}
