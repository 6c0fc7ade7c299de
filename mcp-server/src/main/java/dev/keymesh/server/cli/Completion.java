package dev.keymesh.server.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keymesh completion}: what makes a shell complete commands and options. */
@Command(
        name = "completion",
        description = {
            "Prints what makes bash or zsh complete commands and options.",
            "For this shell alone: source <(./keymesh completion bash)"
        },
        mixinStandardHelpOptions = true)
final class Completion implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private String shell = "";

    @Override
    public Integer call() {
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw new ParameterException(spec.commandLine(), "'" + shell + "' is not known. Name bash or zsh.");
        }
        // One script is for both: in zsh it loads what makes bash's completions work.
        spec.commandLine()
                .getOut()
                .println(AutoComplete.bash("keymesh", spec.root().commandLine()));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
