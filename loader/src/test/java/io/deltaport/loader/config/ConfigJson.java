package io.deltaport.loader.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.json.StrictJson;
import java.io.StringReader;

/** Configs for tests, in JSON with single quotes. */
final class ConfigJson {
  private ConfigJson() {}

  /** The object that a text with single quotes means. */
  static ObjectNode json(String text) {
    return StrictJson.object("test", new StringReader(text.replace('\'', '"')));
  }
}
