package io.deltaport.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import io.deltaport.template.options.TemplateLimits;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hostile templates. The module's tests run in 100 MB, so that a template that takes more fails its
 * test.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LimitsTest {

  private static final String FOREVER =
      "{% for a in range(100000) %}{% for b in range(100000) %}{% for c in range(100000) %}BODY"
          + "{% endfor %}{% endfor %}{% endfor %}";

  private static TemplateException failure(String template) {
    Map<String, Value> variables =
        Map.of("long", StrValue.of("a".repeat(200_000)), "word", StrValue.of("lorem ipsum "));
    return assertThrows(
        TemplateException.class,
        () -> ChatTemplate.compile(template).render(variables, Goldens.CLOCK));
  }

  private static void assertLimit(String template) {
    TemplateException thrown = failure(template);
    assertEquals(Kind.LIMIT, thrown.kind(), thrown.getMessage());
    assertTrue(thrown.line() > 0, thrown.getMessage());
  }

  @ParameterizedTest
  @DisplayName("loops without end stop, whatever they do")
  @ValueSource(
      strings = {
        "",
        "{% set x = a + b * c %}",
        "{{ 'x' }}",
        "{{ [a, b, c]|tojson }}",
        "{% set x = 1.1 ~ 2.2 %}",
        "{% set x = 'é' * 100 %}",
        "{% set x = long|upper %}",
        "{% set x = long.split('a') %}",
        "{% set x = long|list %}",
        "{% set x = long|wordcount %}",
        "{% set x = long.find('b') %}",
        "{% set x = 'b' in long %}",
        "{% set x = long == long ~ 'b' %}",
        "{% set x = long[1:] %}",
        "{% set x = long[5] %}",
        "{% set x = long|replace('a', '') %}",
        "{% set x = long|length %}",
        "{% set x = long|title %}",
        "{% set x = range(1000)|sum %}",
        "{% set x = range(1000)|sort(reverse=true) %}",
        "{% set x = range(1000)|map('string')|join %}",
        "{% set x = dict(a=1, b=2) %}",
        "{% set x = long|urlencode %}",
        "{% set x = '%s' % long %}",
        "{% set x = '{}'.format(long) %}",
        "{% set x = strftime_now('%c') %}",
        "{% continue %}"
      })
  void endlessLoops(String body) {
    assertLimit(FOREVER.replace("BODY", body));
  }

  @Test
  void endlessOutput() {
    assertLimit(FOREVER.replace("BODY", "{{ word * 1000 }}"));
  }

  @Test
  void rangeOfABillion() {
    assertEquals(Kind.OVERFLOW, failure("{{ range(10**9)|list }}").kind());
    assertEquals(Kind.OVERFLOW, failure("{% for i in range(0, 10**30, 2) %}{% endfor %}").kind());
  }

  @ParameterizedTest
  @DisplayName("texts and lists that grow without bound")
  @ValueSource(
      strings = {
        "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
        "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s * 2 %}{% endfor %}",
        "{% set ns = namespace(s=['ab']) %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s='a') %}{% for i in range(99) %}{% set ns.s = ns.s|replace('a', 'aa') %}{% endfor %}",
        "{% set ns = namespace(s='a') %}{% for i in range(99) %}{% set ns.s = (ns.s, ns.s)|join %}{% endfor %}",
        "{% set ns = namespace(s='a') %}{% for i in range(99) %}{% set ns.s = ns.s.join([ns.s, ns.s]) %}{% endfor %}",
        "{% set ns = namespace(s='a') %}{% for i in range(99) %}{% set ns.s = '%s%s' % (ns.s, ns.s) %}{% endfor %}",
        "{% set ns = namespace(s='a') %}{% for i in range(99) %}{% set ns.s = '{0}{0}'.format(ns.s) %}{% endfor %}",
        "{% set ns = namespace(s='a') %}{% for i in range(99) %}{% set b %}{{ ns.s }}{{ ns.s }}{% endset %}{% set ns.s = b %}{% endfor %}",
        "{% set ns = namespace(l=[]) %}{% for i in range(99999) %}{% set ns.l = ns.l + [long ~ i] %}{% endfor %}",
        "{% set ns = namespace(l=[]) %}{% for i in range(99999) %}{% set ns.l = ns.l + [i] %}{% endfor %}",
        "{% set ns = namespace(d={}) %}{% for i in range(99999) %}{% set ns.d = dict(ns.d, **{'k' ~ i: i}) %}{% endfor %}",
        "{% set ns = namespace(s='漢é') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
        "{% set ns = namespace(s='漢é') %}{% for i in range(99) %}{% set ns.s = (ns.s, 'x', ns.s)|join %}{% endfor %}",
        "{% set ns = namespace(s='漢é') %}{% for i in range(99) %}{% set ns.s = ns.s|replace('é', 'éé') %}{% endfor %}",
        "{% set ns = namespace(l=[]) %}{% for i in range(99) %}{% set ns.l = [ns.l, range(100000)|list] %}{% endfor %}",
        "{% set ns = namespace(l=[]) %}{% for i in range(99) %}{% set ns.l = [ns.l, long|list|map('length')|list] %}{% endfor %}",
        "{% set ns = namespace(l=[]) %}{% for i in range(99) %}{% set ns.l = [ns.l, long|list|map(attribute='upper')|list] %}{% endfor %}",
        "{% set ns = namespace(l=[]) %}{% for i in range(99) %}{% set ns.l = [ns.l, long|list|map(attribute='nothing')|list] %}{% endfor %}",
        "{% set ns = namespace(l=[]) %}{% for i in range(99) %}{% set ns.l = [ns.l, range(90000)|map('float')|list] %}{% endfor %}",
        "{{ 'a' * 10**9 }}",
        "{{ 'a' * 10**30 }}",
        "{{ [1] * 10**9 }}",
        "{{ 'a'|center(10**9) }}",
        "{{ 'a'.ljust(10**9) }}",
        "{{ 'a'.zfill(10**9) }}",
        "{{ '\\t'.expandtabs(10**9) }}",
        "{{ 'a'|indent(10**9, true) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%*d' % (10**9, 1) }}",
        "{{ '%.999999999f' % 1 }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ '{:.999999999f}'.format(1.5) }}",
        "{{ [[[[1]]]]|tojson(indent=10**9) }}",
        "{{ [1]|batch(10**9, 0)|list }}",
        "{{ [1]|slice(10**9)|list }}",
        "{{ long|list|map('list')|list|string * 99 }}",
        "{{ long.split('a')|map('string')|list|tojson(indent=9999) }}"
      })
  void growth(String template) {
    assertLimit(template);
  }

  @ParameterizedTest
  @DisplayName("integers that grow without bound")
  @ValueSource(
      strings = {
        "{{ 9 ** 99999999 }}",
        "{{ 10 ** (10 ** 30) }}",
        "{% set ns = namespace(n=3) %}{% for i in range(99) %}{% set ns.n = ns.n * ns.n %}{% endfor %}",
        "{% set ns = namespace(n=1) %}{% for i in range(99999) %}{% set ns.n = ns.n + ns.n %}{% endfor %}"
      })
  void integers(String template) {
    assertLimit(template);
  }

  @Test
  void longIntegersAreNotPrinted() {
    assertEquals(Kind.VALUE, failure("{{ 2 ** 20000 }}").kind());
    assertEquals("0", render("{{ ('9' * 5000)|int }}"));
  }

  @ParameterizedTest
  @DisplayName("values made of themselves are exponentially larger than they look")
  @ValueSource(
      strings = {
        "{{ ns.t == ns.u }}",
        "{{ ns.t < ns.u }}",
        "{{ {ns.t: 1} }}",
        "{{ {ns.t: 1}[ns.u] }}",
        "{{ ns.t }}",
        "{{ ns.t|tojson }}",
        "{{ ns.t|string }}",
        "{{ ns.t in [ns.u] }}",
        "{{ [ns.t, ns.u]|unique|list }}",
        "{{ [ns.t, ns.u]|sort }}"
      })
  void sharedStructure(String use) {
    assertLimit(
        "{% set ns = namespace(t=(1, 2), u=(1, 2)) %}{% for i in range(60) %}{% set ns.t = (ns.t, ns.t) %}"
            + "{% set ns.u = (ns.u, ns.u) %}{% endfor %}"
            + use);
  }

  @ParameterizedTest
  @DisplayName("calls without end")
  @ValueSource(
      strings = {
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f(n) %}{{ f(n + 1) ~ f(n + 1) }}{% endmacro %}{{ f(1) }}",
        "{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f() %}{% call f() %}{% endcall %}{{ caller }}{% endmacro %}{{ f() }}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% set ns = namespace() %}{% set ns.me = ns %}{{ ns }}",
        "{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
        "{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l|tojson }}",
        "{% set ns = namespace(l=[], k=[]) %}{% for i in range(9999) %}{% set ns.l = [ns.l] %}{% set ns.k = [ns.k] %}{% endfor %}{{ ns.l == ns.k }}"
      })
  void recursion(String template) {
    assertEquals(Kind.RECURSION, failure(template).kind());
  }

  @Test
  @DisplayName("each call may nest as deep as the template")
  void recursionOfDeepBodies() {
    String deep = "(".repeat(45) + "f()" + ")".repeat(45);
    String nested = "{% if true %}".repeat(45) + "{{ " + deep + " }}" + "{% endif %}".repeat(45);
    TemplateException thrown = failure("{% macro f() %}" + nested + "{% endmacro %}{{ f() }}");
    assertEquals(Kind.RECURSION, thrown.kind());
  }

  @ParameterizedTest
  @DisplayName("templates that nest or chain without end are not read")
  @ValueSource(
      strings = {
        "{{ OPEN1CLOSE }}", "{{ NOT 1 }}", "{{ MINUS1 }}", "{{ LIST }}", "{% IFS %}", "{{ 1SUM }}",
        "{{ 1AND }}", "{{ xDOTS }}", "{{ xPIPES }}", "{{ xCALLS }}", "{{ 1IFELSE }}",
            "{% set TARGET = 1 %}"
      })
  void nesting(String pattern) {
    int n = 20_000;
    String template =
        pattern
            .replace("OPEN1CLOSE", "(".repeat(n) + "1" + ")".repeat(n))
            .replace("NOT", "not ".repeat(n))
            .replace("MINUS", "-".repeat(n))
            .replace("LIST", "[".repeat(n) + "]".repeat(n))
            .replace("{% IFS %}", "{% if 1 %}".repeat(n) + "{% endif %}".repeat(n))
            .replace("SUM", "+1".repeat(n))
            .replace("AND", " and 1".repeat(n))
            .replace("DOTS", ".a".repeat(n))
            .replace("PIPES", "|trim".repeat(n))
            .replace("CALLS", "()".repeat(n))
            .replace("IFELSE", " if 1 else 1".repeat(n))
            .replace("TARGET", "(".repeat(n) + "x" + ")".repeat(n));
    assertLimit(template);
  }

  @Test
  void longTemplates() {
    assertEquals(
        Kind.LIMIT,
        assertThrows(TemplateException.class, () -> ChatTemplate.compile("x".repeat(1_000_001)))
            .kind());
    assertEquals(500_000, render("{#" + " ".repeat(499_000) + "#}" + "y".repeat(500_000)).length());
    assertEquals(Kind.SYNTAX, failure("{{ " + "9".repeat(900_000) + " }}").kind());
    assertEquals(Kind.SYNTAX, failure("{{ '" + "a".repeat(900_000)).kind());
    assertEquals(Kind.SYNTAX, failure("{% raw %}" + "{%".repeat(400_000)).kind());
  }

  @ParameterizedTest
  @DisplayName("attribute walks end at the sandbox")
  @ValueSource(
      strings = {
        "{{ ''.__class__.__mro__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ [].__class__() }}",
        "{{ ''['__class__']['__base__'] }}",
        "{{ (''|attr('__class__')).x }}",
        "{{ range.__init__.__globals__ }}",
        "{{ namespace.__init__.__globals__['os'] }}",
        "{{ dict.__class__.__base__ }}",
        "{{ '{0.__class__.__mro__}'.format(1) }}",
        "{{ [1].append(2) }}",
        "{{ {}.update(a=1) }}",
        "{% set ns = namespace(__class__=1) %}",
        "{% set ns = namespace() %}{% set ns._x = 1 %}"
      })
  void attributeWalks(String template) {
    assertEquals(Kind.SECURITY, failure(template).kind());
  }

  @ParameterizedTest
  @DisplayName("nothing of Java is in reach")
  @ValueSource(
      strings = {
        "{{ ''.getClass() }}",
        "{{ ''.class }}",
        "{{ [].getClass().forName('java.lang.Runtime') }}",
        "{{ raise_exception.body }}",
        "{{ ''.bytes }}"
      })
  void noReflection(String template) {
    TemplateException thrown =
        assertThrows(
            TemplateException.class,
            () ->
                ChatTemplate.compile(template.replace("}}", ".x }}"))
                    .render(Map.of(), Goldens.CLOCK));
    assertEquals(Kind.UNDEFINED, thrown.kind());
  }

  @ParameterizedTest
  @DisplayName("no file is in reach")
  @ValueSource(
      strings = {
        "{% include '/etc/passwd' %}",
        "{% extends '/etc/passwd' %}",
        "{% import '/etc/passwd' as x %}",
        "{% from '/etc/passwd' import x %}"
      })
  void noFiles(String template) {
    assertEquals(Kind.TYPE, failure(template).kind());
  }

  @Test
  void aUsersTextIsNoTemplate() {
    Map<String, Value> variables = Map.of("s", StrValue.of("{{ 7 * 7 }}{% raw %}"));
    assertEquals(
        "{{ 7 * 7 }}{% raw %}", ChatTemplate.compile("{{ s }}").render(variables, Goldens.CLOCK));
  }

  @Test
  void limitsOfYourOwn() {
    TemplateLimits tight = new TemplateLimits(100, 10, 50, 1000, 5, 3);
    ChatTemplate longer = ChatTemplate.compile("{{ 'abcdef' }}", tight);
    assertEquals(
        Kind.LIMIT,
        assertThrows(TemplateException.class, () -> longer.render(Map.of(), Goldens.CLOCK)).kind());
    assertThrows(IllegalArgumentException.class, () -> new TemplateLimits(0, 1, 1, 1, 1, 1));
  }

  @Test
  @DisplayName("a conversation as long as the model's context is far from every limit")
  void longConversations() {
    String template = Goldens.read("templates/thinking.jinja");
    List<Map<String, Object>> messages = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      messages.add(Map.of("role", "user", "content", "question ".repeat(60)));
      messages.add(
          Map.of(
              "role", "assistant", "content", "<think>\nhm\n</think>\n\n" + "answer ".repeat(60)));
    }
    String text = ChatTemplate.compile(template).render(ChatRequest.of(messages));
    assertTrue(text.length() > 900_000);
  }

  private static String render(String template) {
    return ChatTemplate.compile(template).render(Map.of(), Goldens.CLOCK);
  }
}
