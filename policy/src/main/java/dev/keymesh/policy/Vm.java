package dev.keymesh.policy;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.ValType;
import dev.keymesh.policy.wasm.PolicyModule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One instance of the compiled policy; used by one thread, thrown away after any exception. */
final class Vm {
    /** 64 KiB each: a decision that needs more is a denial. */
    private static final int FIRST_PAGES = 10;

    private static final int MOST_PAGES = 256;
    private static final int BUILTINS = 5;

    private final ByteArrayMemory memory = new ByteArrayMemory(new MemoryLimits(FIRST_PAGES, MOST_PAGES));
    private final ExportFunction eval;
    private final long data;
    private final long heap;

    Vm() {
        Instance instance = Instance.builder(PolicyModule.load())
                .withMachineFactory(PolicyModule::create)
                .withImportValues(imports())
                .build();
        eval = instance.export("opa_eval");
        byte[] none = {'{', '}'};
        long text = instance.export("opa_malloc").apply(none.length)[0];
        memory.write((int) text, none);
        data = instance.export("opa_json_parse").apply(text, none.length)[0];
        heap = instance.export("opa_heap_ptr_get").apply()[0];
    }

    /** The result set as JSON text; each evaluation starts from the same heap. */
    String evaluate(int entrypoint, byte[] input) {
        int need = Math.toIntExact(heap) + input.length;
        int pages = need / 65_536 + 1;
        if (pages > memory.pages() && memory.grow(pages - memory.pages()) < 0) {
            throw new IllegalStateException("The input does not fit into the policy's memory.");
        }
        memory.write(Math.toIntExact(heap), input);
        long result = eval.apply(0, entrypoint, data, heap, input.length, heap + input.length, 0)[0];
        return memory.readCString((int) result, StandardCharsets.UTF_8);
    }

    private ImportValues imports() {
        List<HostFunction> functions = new ArrayList<>();
        functions.add(new HostFunction("env", "opa_abort", type(1, false), (instance, args) -> {
            throw new IllegalStateException("opa_abort: " + memory.readCString((int) args[0]));
        }));
        functions.add(new HostFunction("env", "opa_println", type(1, false), (instance, args) -> new long[0]));
        for (int i = 0; i < BUILTINS; i++) {
            functions.add(new HostFunction("env", "opa_builtin" + i, type(i + 2, true), (instance, args) -> {
                throw new IllegalStateException("The bundle asks for a builtin that Keymesh does not serve.");
            }));
        }
        return ImportValues.builder()
                .addMemory(new ImportMemory("env", "memory", memory))
                .addFunction(functions.toArray(HostFunction[]::new))
                .build();
    }

    private static FunctionType type(int parameters, boolean answers) {
        return FunctionType.of(
                Collections.nCopies(parameters, ValType.I32), answers ? List.of(ValType.I32) : List.of());
    }
}
