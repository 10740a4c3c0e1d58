package io.deltaport.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON in, plain values or a {@link ChatRequest} out, numbers and NaN as Python's json reads them.
 */
final class RequestReader {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private RequestReader() {}

  static ChatRequest read(String json) {
    Map<?, ?> request = object(json);
    Object continued = request.get("continue_final_message");
    if (continued != null && !continued.equals(false)) {
      throw new TemplateException(Kind.UNSUPPORTED, "continue_final_message is not supported");
    }
    Map<String, Object> variables = new LinkedHashMap<>();
    Object kwargs = request.get("chat_template_kwargs");
    if (kwargs != null) {
      variables.putAll(PlainValues.object(kwargs, "chat_template_kwargs"));
    }
    Object prompt = request.get("add_generation_prompt");
    if (prompt != null) {
      variables.put("add_generation_prompt", prompt);
    }
    List<Map<String, Object>> messages = objects(request, "messages");
    if (messages == null) {
      throw new TemplateException(Kind.REQUEST, "the request has no \"messages\"");
    }
    return new ChatRequest(
        messages,
        objects(request, "tools"),
        objects(request, "documents"),
        variables,
        Clock.system(ZoneId.systemDefault()));
  }

  /** The values of a JSON object. */
  static Map<?, ?> object(String json) {
    Object value;
    try {
      value = MAPPER.readValue(json, Object.class);
    } catch (JsonProcessingException e) {
      throw new TemplateException(Kind.REQUEST, "broken JSON: " + e.getOriginalMessage(), 0, 0, e);
    }
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new TemplateException(Kind.REQUEST, "expected a JSON object");
  }

  private static @Nullable List<Map<String, Object>> objects(Map<?, ?> request, String key) {
    Object value = request.get(key);
    if (value == null) {
      return null;
    }
    if (value instanceof List<?> list) {
      return PlainValues.objects(list, key);
    }
    throw new TemplateException(Kind.REQUEST, "\"" + key + "\" is not a list");
  }
}
