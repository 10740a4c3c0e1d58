package io.deltaport.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is drawn from the masks of a schema, another implementation of schemas accepts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchemaWalkTest {
  private static final int WALKS = 40;

  private ChatTiny chat;

  @BeforeAll
  void open() {
    chat = new ChatTiny();
  }

  @AfterAll
  void close() {
    if (chat != null) {
      chat.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"object\"}",
        "{\"type\": \"string\", \"minLength\": 3, \"maxLength\": 6}",
        "{\"type\": \"string\", \"pattern\": \"^[a-f]{2,4}(-[0-9]+)?$\"}",
        "{\"type\": \"string\", \"format\": \"date\"}",
        "{\"type\": \"string\", \"format\": \"uuid\"}",
        "{\"type\": \"string\", \"format\": \"ipv4\"}",
        "{\"type\": \"integer\", \"minimum\": -17, \"exclusiveMaximum\": 401}",
        "{\"type\": \"number\", \"exclusiveMinimum\": 0.25, \"maximum\": 3}",
        "{\"type\": \"integer\", \"multipleOf\": 7, \"minimum\": 0, \"maximum\": 100000}",
        "{\"enum\": [\"red\", 3, null, {\"a\": [1, 2]}, \"\\u00e9\\n\"]}",
        "{\"const\": {\"a\": \"b\"}}",
        "{\"type\": [\"boolean\", \"null\"]}",
        "{\"type\": \"array\", \"items\": {\"type\": \"integer\"}, \"minItems\": 2, \"maxItems\": 4}",
        "{\"type\": \"array\", \"prefixItems\": [{\"const\": 1}, {\"type\": \"string\"}], \"items\": false}",
        "{\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", \"items\": {\"type\": \"boolean\"}}]}",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\"}, \"b\": {\"type\": \"integer\"},"
            + " \"c\": {\"enum\": [\"x\", \"y\"]}}, \"required\": [\"b\"], \"additionalProperties\": false}",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"null\"}}, \"additionalProperties\":"
            + " {\"type\": \"number\"}}",
        "{\"type\": \"object\", \"patternProperties\": {\"^n_[a-z]+$\": {\"type\": \"integer\"}},"
            + " \"additionalProperties\": false, \"minProperties\": 1}",
        "{\"allOf\": [{\"type\": \"object\", \"properties\": {\"a\": {\"minimum\": 3}}}, {\"type\": \"object\","
            + " \"properties\": {\"a\": {\"type\": \"integer\", \"maximum\": 5}}, \"required\": [\"a\"]}]}",
        "{\"$ref\": \"#/$defs/tree\", \"$defs\": {\"tree\": {\"type\": \"object\", \"properties\": {\"value\":"
            + " {\"type\": \"integer\"}, \"left\": {\"$ref\": \"#/$defs/tree\"}, \"right\": {\"$ref\":"
            + " \"#/$defs/tree\"}}, \"required\": [\"value\"], \"additionalProperties\": false}}}"
      })
  void everyOutputIsValid(String schema) {
    Schema judge =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema);
    Random random = new Random(20);
    try (Grammar grammar = chat.compiler.compile(new GrammarSource.JsonSchema(schema))) {
      for (int walk = 0; walk < WALKS; walk++) {
        int[] ids = chat.output(grammar, random.nextInt(30), random);
        String text = Grammars.text(chat.tokens, ids);
        assertEquals(
            List.of(),
            judge.validate(
                text,
                InputFormat.JSON,
                context -> context.executionConfig(c -> c.formatAssertionsEnabled(true))),
            text);
      }
    }
  }
}
