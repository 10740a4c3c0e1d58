package io.deltaport.template;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The chat templates of a model directory and the special tokens that they see. As transformers
 * finds them: {@code chat_template.jinja} and {@code additional_chat_templates/*.jinja}, else
 * {@code chat_template} of {@code tokenizer_config.json}, one text or a list of named ones.
 */
public final class ChatTemplates {

  private static final String DEFAULT = "default";
  private static final String TOOL_USE = "tool_use";
  private static final String JINJA = ".jinja";
  private static final long LARGEST = 100_000_000;
  private static final String CONFIG = "tokenizer_config.json";
  private static final String TEMPLATE = "chat_template" + JINJA;

  /** The files of a model directory that are read, beside {@code additional_chat_templates}. */
  public static final List<String> FILES = List.of(CONFIG, SpecialTokens.FILE, TEMPLATE);

  private final Path source;
  private final Map<String, ChatTemplate> templates;
  private final Map<String, String> specialTokens;

  private ChatTemplates(
      Path source, Map<String, ChatTemplate> templates, Map<String, String> specialTokens) {
    this.source = source;
    this.templates = Collections.unmodifiableMap(templates);
    this.specialTokens = Collections.unmodifiableMap(specialTokens);
  }

  /**
   * Reads and compiles the templates of a model directory, or the one of a {@code .jinja} file
   * (named {@code default}, without special tokens).
   *
   * @throws TemplateException where there is none, or a file or template is broken; the message
   *     names the file
   */
  public static ChatTemplates load(Path directoryOrFile) {
    if (!Files.isDirectory(directoryOrFile)) {
      ChatTemplate template = compile(directoryOrFile, DEFAULT, read(directoryOrFile));
      return new ChatTemplates(directoryOrFile, Map.of(DEFAULT, template), Map.of());
    }
    Path file = directoryOrFile.resolve(CONFIG);
    Map<?, ?> config = Files.exists(file) ? object(file) : Map.of();
    Map<String, ChatTemplate> templates = ofFiles(directoryOrFile);
    if (templates.isEmpty()) {
      templates = ofConfig(file, config.get("chat_template"));
    }
    if (templates.isEmpty()) {
      throw new TemplateException(
          Kind.FILE,
          directoryOrFile + ": no chat template (no " + TEMPLATE + ", none in " + CONFIG + ")");
    }
    return new ChatTemplates(
        directoryOrFile, templates, SpecialTokens.read(directoryOrFile, config));
  }

  /** The names of the templates; a single one is {@code default}. */
  public Set<String> names() {
    return templates.keySet();
  }

  /** The special tokens by name, such as {@code eos_token}. */
  public Map<String, String> specialTokens() {
    return specialTokens;
  }

  /** The template of this name, or null. */
  public @Nullable ChatTemplate template(String name) {
    return templates.get(name);
  }

  /**
   * Renders a request with the template that transformers picks: {@code tool_use} where there are
   * tools and such a template, else {@code default}; the special tokens are variables.
   *
   * @throws TemplateException where the template raises, or there is neither
   */
  public String render(ChatRequest request) {
    boolean toolUse = request.tools() != null && templates.containsKey(TOOL_USE);
    return render(request, toolUse ? TOOL_USE : DEFAULT);
  }

  /**
   * Renders a request with the template of this name; the special tokens are variables.
   *
   * @throws TemplateException where the template raises, or there is none of this name
   */
  public String render(ChatRequest request, String name) {
    ChatTemplate template = templates.get(name);
    if (template == null) {
      throw new TemplateException(
          Kind.FILE, source + ": no chat template \"" + name + "\", only " + templates.keySet());
    }
    Map<String, Object> variables = new LinkedHashMap<>(specialTokens);
    variables.putAll(request.variables());
    return template.render(
        new ChatRequest(
            request.messages(), request.tools(), request.documents(), variables, request.clock()));
  }

  private static Map<String, ChatTemplate> ofFiles(Path directory) {
    Map<String, ChatTemplate> templates = new LinkedHashMap<>();
    Path file = directory.resolve(TEMPLATE);
    if (Files.exists(file)) {
      templates.put(DEFAULT, compile(file, DEFAULT, read(file)));
    }
    Path more = directory.resolve("additional_chat_templates");
    if (Files.isDirectory(more)) {
      templates.putAll(ofFolder(more));
    }
    return templates;
  }

  private static Map<String, ChatTemplate> ofFolder(Path folder) {
    Map<String, ChatTemplate> templates = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + JINJA)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        name = name.substring(0, name.length() - JINJA.length());
        templates.put(name, compile(file, name, read(file)));
      }
    } catch (IOException e) {
      throw new TemplateException(Kind.FILE, folder + ": cannot be read: " + e, 0, 0, e);
    }
    return templates;
  }

  private static Map<String, ChatTemplate> ofConfig(Path file, @Nullable Object value) {
    Map<String, ChatTemplate> templates = new LinkedHashMap<>();
    if (value instanceof String text) {
      templates.put(DEFAULT, compile(file, DEFAULT, text));
    } else if (value instanceof List<?> list) {
      for (Object item : list) {
        if (item instanceof Map<?, ?> named
            && named.get("name") instanceof String name
            && named.get("template") instanceof String text) {
          templates.put(name, compile(file, name, text));
        } else {
          throw new TemplateException(
              Kind.FILE, file + ": chat_template holds what has no name and template");
        }
      }
    } else if (value != null) {
      throw new TemplateException(Kind.FILE, file + ": chat_template is neither text nor list");
    }
    return templates;
  }

  private static ChatTemplate compile(Path file, String name, String text) {
    try {
      return ChatTemplate.compile(text);
    } catch (TemplateException e) {
      throw e.in(DEFAULT.equals(name) ? file.toString() : file + " (" + name + ")");
    }
  }

  static Map<?, ?> object(Path file) {
    try {
      return RequestReader.object(read(file));
    } catch (TemplateException e) {
      throw new TemplateException(Kind.FILE, file + ": " + e.detail(), 0, 0, e);
    }
  }

  private static String read(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
        throw new TemplateException(
            Kind.FILE, file + ": a regular file of at most " + LARGEST + " bytes is expected");
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new TemplateException(Kind.FILE, file + ": cannot be read: " + e, 0, 0, e);
    }
  }
}
