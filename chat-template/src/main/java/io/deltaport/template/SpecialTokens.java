package io.deltaport.template;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The named special tokens that a template sees, as {@code
 * PreTrainedTokenizerBase.special_tokens_map}: those of {@code tokenizer_config.json} and any other
 * of its {@code *_token} texts; {@code special_tokens_map.json} counts only where the former lists
 * no {@code added_tokens_decoder}.
 */
final class SpecialTokens {
  /** The file of them that older tokenizers have. */
  static final String FILE = "special_tokens_map.json";

  private static final List<String> NAMED =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  /** The tokenizer of the Qwen family has tokens where its configuration says nothing. */
  private static final List<String> QWEN_CLASSES = List.of("Qwen2Tokenizer", "Qwen2TokenizerFast");

  private static final List<String> QWEN_TOKENS = List.of("unk_token", "eos_token", "pad_token");

  private SpecialTokens() {}

  static Map<String, String> read(Path directory, Map<?, ?> config) {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String name : QWEN_TOKENS) {
      if (isQwen(config.get("tokenizer_class")) && !config.containsKey(name)) {
        tokens.put(name, "<|endoftext|>");
      }
    }
    collect(config, tokens);
    Path legacy = directory.resolve(FILE);
    if (!config.containsKey("added_tokens_decoder") && Files.exists(legacy)) {
      collect(ChatTemplates.object(legacy), tokens);
    }
    return tokens;
  }

  private static boolean isQwen(@Nullable Object tokenizerClass) {
    return tokenizerClass instanceof String name && QWEN_CLASSES.contains(name);
  }

  private static void collect(Map<?, ?> config, Map<String, String> tokens) {
    for (Map.Entry<?, ?> entry : config.entrySet()) {
      String name = String.valueOf(entry.getKey());
      String text = text(entry.getValue());
      if (text != null && (NAMED.contains(name) || name.endsWith("_token"))) {
        tokens.put(name, text);
      }
    }
    if (config.get("extra_special_tokens") instanceof Map<?, ?> more) {
      more.forEach(
          (name, value) -> {
            String text = text(value);
            if (text != null) {
              tokens.put(String.valueOf(name), text);
            }
          });
    }
  }

  /** A token is a text, or an object that holds it as its content. */
  private static @Nullable String text(@Nullable Object value) {
    if (value instanceof Map<?, ?> added) {
      return added.get("content") instanceof String content ? content : null;
    }
    return value instanceof String text ? text : null;
  }
}
