package dev.keymesh.gateway.dialect;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one object of a message is made of: by its type and by its members, for providers go by either. */
final class Part {
    private static final Set<String> TEXT = Set.of(
            "text",
            "input_text",
            "output_text",
            "refusal",
            "thinking",
            "redacted_thinking",
            "reasoning",
            "tool_use",
            "tool_result",
            "tool_reference",
            "function",
            "function_call",
            "function_call_output",
            "search_result",
            "summary_text",
            "reasoning_text",
            "compaction");
    /** Items of a response's input whose text is all in the body; what they hold besides is noted by its own members. */
    private static final Set<String> ITEMS = Set.of(
            "message",
            "reasoning",
            "compaction",
            "item_reference",
            "function_call",
            "function_call_output",
            "custom_tool_call",
            "custom_tool_call_output",
            "tool_search_call",
            "tool_search_output",
            "additional_tools",
            "configuration_update",
            "computer_call",
            "computer_call_output",
            "file_search_call",
            "web_search_call",
            "code_interpreter_call",
            "local_shell_call",
            "local_shell_call_output",
            "shell_call",
            "shell_call_output",
            "apply_patch_call",
            "apply_patch_call_output",
            "mcp_list_tools",
            "mcp_approval_request",
            "mcp_approval_response",
            "mcp_call",
            "program",
            "program_output");
    /** Items of tools that the vendor ran: it completes one by its id from what it keeps, whatever the body says. */
    private static final Set<String> VENDOR_RUN =
            Set.of("web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call", "mcp_call");

    private Set<String> found = Set.of();
    private boolean source;

    @Nullable
    String type;

    /** Of a {@code source}: {@code image/png}. */
    @Nullable
    String mediaType;

    boolean text;

    boolean content;

    boolean id;

    /** Has an {@code encrypted_content} that is not empty: the whole of it is in the body. */
    boolean encrypted;

    /** Of an item: what it offers. */
    List<Tool> tools = List.of();

    /** Has a member of this name, which is not null. */
    void keyed(String member) {
        String modality = switch (member) {
            case "image", "images", "image_url", "input_image" -> "image";
            case "audio", "audio_url", "input_audio" -> "audio";
            case "video", "video_url", "input_video" -> "video";
            case "file", "file_id", "file_data", "file_url", "input_file", "document", "container_upload" -> "file";
            default -> null;
        };
        if (modality != null) {
            add(modality);
        }
    }

    /** Has a {@code source} that is an object. */
    void sourced(@Nullable String media) {
        source = true;
        if (media != null && !media.startsWith("text/")) {
            int slash = media.indexOf('/');
            String kind = slash < 0 ? media : media.substring(0, slash);
            add(
                    switch (kind) {
                        case "image", "audio", "video" -> kind;
                        default -> "file";
                    });
        }
    }

    /**
     * What it carries besides text.
     *
     * @param content whether it stands in a {@code content}, where a type that is not known may be anything
     */
    Set<String> modalities(boolean content) {
        String typed = type == null ? null : ofType(type);
        if (typed != null) {
            add(typed);
        } else if (source && found.isEmpty()) {
            add("file");
        }
        if (content && found.isEmpty() && !isText()) {
            add("other");
        }
        return found;
    }

    /** What an item of a response's input carries; one without a type is a message. */
    Set<String> ofItem() {
        boolean known = type == null || ITEMS.contains(type);
        return modalities(!known);
    }

    /** What the item is called where it stands for input that the provider keeps; null when it is all in the body. */
    @Nullable
    String reference() {
        if (type == null) {
            return content ? null : "item_reference";
        }
        boolean kept = switch (type) {
            case "item_reference" -> true;
            case "reasoning", "compaction" -> id && !encrypted;
            default -> id && VENDOR_RUN.contains(type);
        };
        return kept ? type : null;
    }

    private static @Nullable String ofType(String type) {
        return switch (type) {
            case "image", "image_url", "input_image", "computer_screenshot", "image_generation_call" -> "image";
            case "audio", "audio_url", "input_audio" -> "audio";
            case "video", "video_url", "input_video" -> "video";
            case "file", "document", "input_file", "container_upload" -> "file";
            default -> null;
        };
    }

    private boolean isText() {
        if (type == null) {
            return text;
        }
        return TEXT.contains(type)
                || type.endsWith("_tool_use")
                || type.endsWith("_result")
                || type.endsWith("_result_error");
    }

    private void add(String modality) {
        if (found.isEmpty()) {
            found = new TreeSet<>();
        }
        found.add(modality);
    }
}
