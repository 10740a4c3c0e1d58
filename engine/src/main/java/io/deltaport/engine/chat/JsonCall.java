package io.deltaport.engine.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call written as {@code {"name": …, "arguments": {…}}}. It is told of when it is whole: what
 * turns out to be no such object is text.
 */
final class JsonCall implements CallBody {
  private final CallEvents events;
  private final StringBuilder body = new StringBuilder();
  private int searched;

  JsonCall(CallEvents events) {
    this.events = events;
  }

  @Override
  public Optional<String> add(String piece) {
    body.append(piece);
    int end = body.indexOf(ChatTag.CALL_END.text(), searched);
    while (end >= 0) {
      int after = end + ChatTag.CALL_END.text().length();
      Read read = Read.of(body.substring(0, end));
      if (read.isWhole()) {
        tell(read);
        return Optional.of(body.substring(after));
      }
      if (!endsInString(end)) {
        events.text(ChatTag.CALL.text() + body.substring(0, after));
        return Optional.of(body.substring(after));
      }
      searched = after;
      end = body.indexOf(ChatTag.CALL_END.text(), searched);
    }
    searched = Math.max(searched, body.length() - ChatTag.CALL_END.text().length() + 1);
    return Optional.empty();
  }

  @Override
  public String finish() {
    Read read = Read.of(body.toString());
    if (read.isWhole()) {
      tell(read);
    } else if (read.cut && read.name != null && read.arguments >= 0) {
      events.start(read.name);
      events.arguments(body.substring(read.arguments));
    } else {
      return ChatTag.CALL.text() + body;
    }
    return "";
  }

  private void tell(Read read) {
    events.start(String.valueOf(read.name));
    events.arguments(read.json);
    events.end();
  }

  /** Whether the body up to there ends inside a string, where a tag is no tag. */
  private boolean endsInString(int end) {
    boolean inside = false;
    for (int i = 0; i < end; i++) {
      char c = body.charAt(i);
      if (inside && c == '\\') {
        i++;
      } else if (c == '"') {
        inside = !inside;
      }
    }
    return inside;
  }

  /** What could be read of a call. */
  private static final class Read {
    private @Nullable String name;

    /** The arguments, once they are whole. */
    private String json = "{}";

    /** Where arguments begin that are an object; -1 = nowhere yet. */
    private int arguments = -1;

    /** The text ends before the object does. */
    private boolean cut;

    private boolean wrong;

    static Read of(String body) {
      Read read = new Read();
      try (JsonParser parser = JsonText.FACTORY.createParser(body)) {
        read.object(parser, body);
      } catch (JsonEOFException e) {
        read.cut = true;
      } catch (IOException e) {
        read.wrong = true;
      }
      return read;
    }

    boolean isWhole() {
      return name != null && !cut && !wrong;
    }

    private void object(JsonParser parser, String body) throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        wrong = true;
        return;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        JsonToken value = parser.nextToken();
        if (key.equals("name") && value == JsonToken.VALUE_STRING) {
          name = parser.getText();
        } else if (key.equals("arguments")) {
          arguments(parser, value, body);
        } else {
          parser.skipChildren();
        }
      }
      wrong |= parser.nextToken() != null;
    }

    private void arguments(JsonParser parser, @Nullable JsonToken value, String body)
        throws IOException {
      if (value == JsonToken.START_OBJECT) {
        arguments = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        json = body.substring(arguments, (int) parser.currentLocation().getCharOffset());
      } else if (value == JsonToken.VALUE_STRING) {
        json = parser.getText().isBlank() ? "{}" : parser.getText().strip();
        wrong |= !JsonText.isObject(json);
      } else {
        wrong |= value != JsonToken.VALUE_NULL;
        parser.skipChildren();
      }
    }
  }
}
