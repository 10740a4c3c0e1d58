"""Random templates and variables. Most are right by type, so that many render; some are wrong on purpose."""

TEXTS = [
    "", "a", "b", "ab\ncd  ", " x ", "Hello World", "hELLO wORLD-foo bar", "<think>\nhm\n</think>\n\nyes", "a,b,,c", "12", "-3.5",
    "0x1F", "1e3", "é漢😀x", "ß", "ǆ İ", "it's", 'say "x"', "both ' and \"", "\t\u00a0\u2003x\u2028y\r\nz", "{{ s }}", "{% if %}",
    "<b>&amp;'\"</b>", "\\n\\", "%s and %d", "{} {0} {a}", "user", "assistant", "x" * 30, "aXbXc", "2024-01-02", "null", "\x7f\x01\u200b",
    "Σας ΟΔΟΣ", "ﬁn", "²½Ⅷ五", "one two  three\n four", "tool_calls", "_private", "a.b", "0",
]
NUMBERS = [0, 1, 2, 3, 7, -1, -3, 10, 255, 65, 100, 12345678901234567890123, -98765432109876543210, True, False]
FLOATS = [0.0, -0.0, 0.1, 2.5, -1.5, 1e16, 1e-5, 1e22, 123456789.125, 3.0, 1.0000000000000002, 5e-324, 0.30000000000000004, 1e100, 2.675]
NAMES = ["s", "t", "u", "n", "k", "f", "g", "yes", "no", "l", "ls", "li", "le", "d", "e", "ds", "m", "missing", "x", "y"]
KEYS = ["a", "b", "n", "v", "items", "keys", "É", "x y", "role", "content", "0", "_hidden"]


def value(r, depth=2):
    """A random JSON value."""
    kind = r.randrange(8 if depth else 5)
    if kind == 0:
        return r.choice(TEXTS)
    if kind == 1:
        return r.choice(NUMBERS)
    if kind == 2:
        return r.choice(FLOATS)
    if kind == 3:
        return r.choice([None, True, False])
    if kind == 4:
        return r.choice(TEXTS)
    if kind in (5, 6):
        return [value(r, depth - 1) for _ in range(r.randrange(4))]
    return {r.choice(KEYS): value(r, depth - 1) for _ in range(r.randrange(4))}


def variables(r):
    """Random values under names whose types the templates count on."""
    return {
        "s": r.choice(TEXTS), "t": r.choice(TEXTS), "u": r.choice(TEXTS),
        "n": r.choice(NUMBERS), "k": r.choice(NUMBERS[:9]), "f": r.choice(FLOATS), "g": r.choice(FLOATS),
        "yes": r.choice([True, False]), "no": None,
        "l": [value(r, 1) for _ in range(r.randrange(5))],
        "ls": [r.choice(TEXTS) for _ in range(r.randrange(5))],
        "li": [r.choice(NUMBERS[:11]) for _ in range(r.randrange(6))],
        "le": [],
        "d": {r.choice(KEYS): value(r, 1) for _ in range(r.randrange(5))},
        "e": {},
        "ds": [{"n": r.choice(TEXTS), "v": r.choice(NUMBERS[:9]), **({"w": value(r, 0)} if r.random() < 0.6 else {})} for _ in range(r.randrange(5))],
        "m": [
            {"role": r.choice(["user", "assistant", "system", "tool"]), "content": r.choice([None, *TEXTS])} for _ in range(r.randrange(4))
        ],
    }


class Grammar:
    def __init__(self, r):
        self.r = r
        self.wildness = r.choice([0, 0, 0.05])
        self.loops = 0
        self.macros = []
        self.functions = 0

    # ---- expressions: one method a type, each returns source text -------------------------------------------------

    def chance(self, p):
        return self.r.random() < p

    def quote(self, text):
        """A string literal, its escapes written in one of several ways."""
        q = self.r.choice("'\"")
        out = []
        for c in text:
            if c == q or c == "\\":
                out.append("\\" + c)
            elif c == "\n":
                out.append(self.r.choice(["\\n", "\n"]))
            elif c == "\r":
                out.append("\\r")
            elif ord(c) > 126 and self.chance(0.3):
                out.append(f"\\u{ord(c):04x}" if ord(c) < 65536 else f"\\U{ord(c):08x}")
            elif ord(c) < 127 and self.chance(0.02):
                out.append(f"\\x{ord(c):02x}")
            else:
                out.append(c)
        return q + "".join(out) + q

    def expression(self, depth=3):
        if self.chance(self.wildness):
            return self.wild(depth)
        return self.r.choice([self.text, self.text, self.integer, self.number, self.boolean, self.list, self.dict])(depth)

    def of(self, kind, depth):
        """Mostly what is asked for, sometimes anything."""
        return self.expression(depth) if self.chance(self.wildness / 2) else kind(depth)

    def wild(self, depth):
        """Anything applied to anything."""
        if depth <= 0:
            return self.r.choice(NAMES)
        a, b = self.expression(depth - 1), self.expression(depth - 1)
        return self.r.choice([
            lambda: f"({a}) {self.r.choice(['+', '-', '*', '/', '//', '%', '~', '==', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'and', 'or'])} ({b})",
            lambda: f"({a})[{b}]",
            lambda: f"({a}).{self.r.choice(['a', 'b', 'items', 'upper', 'append', 'foo', 'x', '__class__', 'pop', 'format', 'count', 'real', 'index'])}",
            lambda: f"({a})|{self.filter_name()}",
            lambda: f"({a}) is {self.r.choice(['', 'not '])}{self.test(depth - 1)}",
            # Jinja folds a slice of a constant that cannot be sliced into nothing, so only variables are sliced wrongly.
            lambda: f"{self.r.choice(NAMES)}[{self.slice(depth - 1)}]",
            lambda: f"{self.r.choice(['-', '+', 'not '])}({a})",
            lambda: f"({a})()",
        ])()

    def filter_name(self):
        return self.r.choice([
            "abs", "capitalize", "count", "d('x')", "default('x', true)", "dictsort", "escape", "e", "first", "float", "float(1.5)", "forceescape",
            "indent", "int", "int(5)", "int(0, 16)", "items", "items|list", "join", "join(', ')", "last", "length", "list", "lower", "max", "min", "reject|list",
            "reverse", "reverse|list", "round", "round(1)", "safe", "select|list", "sort", "string", "sum", "title", "tojson", "trim", "unique|list",
            "upper", "wordcount", "urlencode", "map('string')|list", "map(attribute='a')|list", "batch(2)|list", "slice(2)|list", "center(9)",
            "truncate(9)", "tojson(indent=2)", "nosuchfilter", "attr('a')", "groupby('v')", "replace('a', 'b')", "sort(reverse=true)", "format(1)",
            "selectattr('v')|list", "rejectattr('v', 'defined')|list", "unique", "list|tojson", "string|length",
        ])

    def slice(self, depth):
        part = lambda: self.r.choice(["", "", "0", "1", "-1", "2", "-2", "9", "none", "n", "k"])
        return f"{part()}:{part()}" if self.chance(0.6) else f"{part()}:{part()}:{self.r.choice(['', '1', '-1', '2', '-2', '0'])}"

    def text(self, depth):
        r = self.r
        if depth <= 0 or self.chance(0.2):
            return r.choice(["s", "t", "u", self.quote(r.choice(TEXTS)), self.quote(r.choice(TEXTS)), self.quote(r.choice(TEXTS)) + " " + self.quote("z")])
        a = self.of(self.text, depth - 1)
        return r.choice([
            lambda: f"{a} ~ {self.expression(depth - 1)}",
            lambda: f"{a} + {self.of(self.text, depth - 1)}",
            lambda: f"({a})|{r.choice(['upper', 'lower', 'trim', 'title', 'capitalize', 'string', 'safe', 'escape', 'e', 'urlencode', 'indent', 'forceescape'])}",
            lambda: f"({a})|replace({self.quote(r.choice('aexX, '))}, {self.quote(r.choice(['', '-', 'yy', '<']))}{r.choice(['', ', 1', ', 0'])})",
            lambda: f"({a})|indent({r.choice(['2', '0', self.quote('> '), 'width=3'])}{r.choice(['', ', true', ', first=true', ', blank=true', ', true, true'])})",
            lambda: f"({a})|truncate({r.choice(['5', '7, true', '6, false, self', '6, end=' + self.quote('..'), '4, true, ' + self.quote('…') + ', 0'])})".replace("self", self.quote("~")),
            lambda: f"({a})|{r.choice(['center(12)', 'default(1)', 'd(none, true)', 'trim(' + self.quote('ax ') + ')', 'reverse', 'first', 'last'])}",
            lambda: f"({self.expression(depth - 1)})|tojson",
            lambda: f"({self.expression(depth - 1)})|tojson({r.choice(['indent=2', 'ensure_ascii=true', 'sort_keys=true', 'indent=0', 'separators=(' + self.quote(',') + ', ' + self.quote(':') + ')', 'true, 1', 'indent=' + self.quote('--')])})",
            lambda: f"({self.expression(depth - 1)})|string",
            lambda: f"({self.of(self.list, depth - 1)})|join({r.choice(['', self.quote(', '), self.quote('|'), '1', self.quote(',') + ', attribute=' + self.quote('n')])})",
            lambda: f"({a}).{self.text_method(depth - 1)}",
            lambda: f"({self.text(depth - 1)})[{self.slice(depth - 1)}]",
            lambda: f"({a})[{self.of(self.integer, 1)}]",
            lambda: f"({a} if {self.of(self.boolean, depth - 1)} else {self.of(self.text, depth - 1)})",
            lambda: f"({a} if {self.of(self.boolean, depth - 1)})",
            lambda: f"({a}) * {r.choice(['0', '1', '2', '3', '-1', 'true', 'k'])}",
            lambda: f"{self.quote(r.choice(['%s', '<%s>', '%5s|', '%-5s|', '%.2s', '%r', '%s%%', '%c', 'no']))} % ({self.expression(depth - 1)})",
            lambda: f"{self.quote(r.choice(['%d', '%5d', '%05d', '%-5d|', '%+d', '%x', '%#x', '%o', '%i', '%.3d', '% d']))} % ({self.of(self.integer, depth - 1)})",
            lambda: f"{self.quote(r.choice(['%f', '%.2f', '%8.3f', '%e', '%g', '%.3g', '%+.1e', '%08.2f', '%G', '%#g']))} % ({self.of(self.number, depth - 1)})",
            lambda: f"{self.quote(r.choice(['%s-%s', '%d %s', '%s', '%(a)s', '%(a)s %(b)s', '%*d']))} % ({self.expression(depth - 1)}, {self.expression(depth - 1)})",
            lambda: f"{self.quote(r.choice(['%(a)s', '%(b)r|%(a)5s', '%s']))} % {self.of(self.dict, depth - 1)}",
            lambda: f"{self.quote(r.choice(['{}', '[{}]', '{0}{0}', '{:>6}', '{:<6}|', '{:^7}', '{!r}', '{:*^9}', '{{}}', '{', '{a}', '{0[0]}', '{0.real}', '{!s:.3}']))}.format({self.expression(depth - 1)})",
            lambda: f"{self.quote(r.choice(['{:d}', '{:05d}', '{:,}', '{:x}', '{:#b}', '{:+}', '{:_}', '{: d}', '{:>8}', '{:e}', '{:%}', '{:c}']))}.format({self.of(self.integer, depth - 1)})",
            lambda: f"{self.quote(r.choice(['{:f}', '{:.2f}', '{:10.3f}', '{:g}', '{:.3}', '{:e}', '{:%}', '{:,.1f}', '{:+.0f}', '{}', '{:.10}', '{:08.2f}', '{:G}', '{:n}']))}.format({self.of(self.number, depth - 1)})",
            lambda: f"{self.quote(r.choice(['{a} {b}', '{a[0]}', '{b!r:>5}', '{}{a}', '{a:{b}}']))}.format({self.expression(depth - 1)}, a={self.expression(depth - 1)}, b={r.choice(['3', self.quote('>4'), 's'])})",
            lambda: f"{self.quote(r.choice(['%s', '%s %s', '%d']))}|format({self.expression(depth - 1)})",
            lambda: f"({self.of(self.list, depth - 1)})|{r.choice(['first', 'last', 'min', 'max'])}",
            lambda: f"m[{r.choice(['0', '-1', '1'])}]{r.choice(['.role', '.content', '[' + self.quote('content') + ']'])}",
            lambda: "loop.cycle('a', 'b', 3)" if self.loops else "s",
            lambda: self.macro_call(depth - 1),
            lambda: f"strftime_now({self.quote(r.choice(['%Y-%m-%d', '%d %b %Y', '%A %B %-d', '%H:%M:%S %p', '%j %U %w %y', '%e|%I|%%|%Z', '%c', '%x %X', '%D %T %R']))})",
        ])()

    def text_method(self, depth):
        r, q = self.r, self.quote
        part = lambda: r.choice([q("a"), q(" "), q("x"), q("\n"), q(","), q(""), q("</think>"), "s", q("lo"), "none"])
        return r.choice([
            lambda: r.choice(["strip()", "lstrip()", "rstrip()", "upper()", "lower()", "title()", "capitalize()", "swapcase()", "casefold()"]),
            lambda: f"{r.choice(['strip', 'lstrip', 'rstrip'])}({part()})",
            lambda: f"replace({part()}, {q(r.choice(['', '-', 'é']))}{r.choice(['', ', 1', ', 2', ', -1'])})",
            lambda: f"{r.choice(['split', 'rsplit'])}({part()}{r.choice(['', ', 1', ', 0', ', maxsplit=2'])})[{r.choice(['0', '-1', '1'])}]",
            lambda: f"{r.choice(['split', 'rsplit'])}({r.choice(['', 'none, 1', 'none, 0', 'maxsplit=1'])})|join('|')",
            lambda: f"{r.choice(['partition', 'rpartition'])}({part()})|join('|')",
            lambda: f"{r.choice(['removeprefix', 'removesuffix'])}({part()})",
            lambda: f"{r.choice(['center', 'ljust', 'rjust'])}({r.choice(['0', '6', '11'])}{r.choice(['', ', ' + q('*'), ', ' + q('ab')])})",
            lambda: f"zfill({r.choice(['0', '5', '12'])})",
            lambda: f"expandtabs({r.choice(['', '4', '0'])})",
            lambda: f"join({self.of(self.list, depth)})",
            lambda: "splitlines(" + r.choice(["", "true", "keepends=true"]) + ")|join('|')",
        ])()

    def integer(self, depth):
        r = self.r
        if depth <= 0 or self.chance(0.25):
            return r.choice(["0", "1", "2", "3", "7", "-1", "10", "n", "k", "0x1f", "1_000", "0b101", "true"] + (["loop.index", "loop.index0", "loop.revindex"] if self.loops else []))
        a = self.of(self.integer, depth - 1)
        return r.choice([
            lambda: f"({a} {r.choice(['+', '-', '*', '//', '%'])} {self.of(self.integer, depth - 1)})",
            lambda: f"({self.expression(depth - 1)})|{r.choice(['length', 'count', 'int', 'int(7)', 'wordcount'])}",
            lambda: f"({a})|{r.choice(['abs', 'int', 'round|int', 'default(3)'])}",
            lambda: f"({self.of(self.list, depth - 1)})|{r.choice(['sum', 'length', 'max', 'min', 'first', 'last', 'sum(start=10)'])}",
            lambda: f"({self.of(self.text, depth - 1)}).{r.choice(['find', 'count', 'index', 'rfind', 'rindex'])}({self.of(self.text, 0)}{r.choice(['', ', 1', ', -3', ', 1, 4', ', none, -1'])})",
            lambda: f"({self.of(self.list, depth - 1)}).{r.choice(['count', 'index'])}({self.expression(0)})",
            lambda: f"({a}) ** {r.choice(['0', '1', '2', '3'])}",
            lambda: f"-{self.of(self.integer, 0)}",
            lambda: f"({a} if {self.of(self.boolean, depth - 1)} else {self.of(self.integer, depth - 1)})",
        ])()

    def number(self, depth):
        r = self.r
        if depth <= 0 or self.chance(0.3):
            return r.choice(["f", "g", "1.5", "0.1", "2e3", "1e-7", "100.0", "12345.678e2", "-2.5"])
        a = self.of(self.number, depth - 1)
        return r.choice([
            lambda: f"({a} {r.choice(['+', '-', '*', '/', '//', '%'])} {self.of(r.choice([self.number, self.integer]), depth - 1)})",
            lambda: f"({self.of(self.integer, depth - 1)} / {self.of(self.integer, depth - 1)})",
            lambda: f"({a})|round({r.choice(['', '1', '2', '-1', '0', '1, ' + self.quote('floor'), '2, ' + self.quote('ceil'), 'method=' + self.quote('ceil')])})",
            lambda: f"({self.expression(depth - 1)})|float",
            lambda: f"({a})|abs",
            lambda: f"-({a})",
        ])()

    def test(self, depth):
        r = self.r
        return r.choice([
            lambda: r.choice(["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping", "sequence", "iterable", "callable",
                              "true", "false", "odd", "even", "lower", "upper", "escaped", "filter", "test", "nosuchtest"]),
            lambda: f"{r.choice(['eq', 'equalto', 'ne', 'lt', 'le', 'gt', 'ge', 'in', 'divisibleby', 'lessthan', 'greaterthan'])}({self.expression(depth)})",
            lambda: f"{r.choice(['eq', 'divisibleby', 'in'])} {r.choice(['3', 'n', 's', '[1, 2]', self.quote('a'), 'd.a'])}",
            lambda: f"sameas({r.choice(['none', 'true', 'no', 'l'])})",
        ])()

    def boolean(self, depth):
        r = self.r
        if depth <= 0 or self.chance(0.15):
            return r.choice(["true", "false", "yes", "none", "s", "l", "n"] + (["loop.first", "loop.last"] if self.loops else []))
        return r.choice([
            lambda: f"({self.expression(depth - 1)}) {r.choice(['==', '!='])} ({self.expression(depth - 1)})",
            lambda: f"{self.of(self.integer, depth - 1)} {r.choice(['<', '<=', '>', '>='])} {self.of(self.number, depth - 1)}",
            lambda: f"{self.of(self.text, depth - 1)} {r.choice(['<', '>=', '=='])} {self.of(self.text, depth - 1)}",
            lambda: f"{self.of(self.integer, depth - 1)} < {self.of(self.integer, depth - 1)} {r.choice(['<', '>', '=='])} {self.of(self.integer, depth - 1)}",
            lambda: f"{self.of(self.text, depth - 1)} {r.choice(['in', 'not in'])} {self.of(r.choice([self.text, self.list, self.dict]), depth - 1)}",
            lambda: f"({self.expression(depth - 1)}) is {r.choice(['', 'not '])}{self.test(depth - 1)}",
            lambda: f"{r.choice(NAMES)} is {r.choice(['', 'not '])}{self.test(depth - 1)}",
            lambda: f"not {self.of(self.boolean, depth - 1)}",
            lambda: f"({self.of(self.boolean, depth - 1)} {r.choice(['and', 'or'])} {self.of(self.boolean, depth - 1)})",
            lambda: f"({self.of(self.text, depth - 1)}).{r.choice(['startswith', 'endswith'])}({r.choice([self.quote('a'), 's', '(' + self.quote('x') + ', ' + self.quote('a') + ')', self.quote('')])}{r.choice(['', ', 1', ', 0, 2'])})",
            lambda: f"({self.of(self.text, depth - 1)}).is{r.choice(['alpha', 'digit', 'space', 'upper', 'lower', 'alnum', 'numeric', 'decimal', 'title', 'identifier', 'printable', 'ascii'])}()",
        ])()

    def list(self, depth):
        r = self.r
        if depth <= 0 or self.chance(0.2):
            return r.choice(["l", "ls", "li", "le", "ds", "m", "[]", "[1, 2, 3]", "['b', 'A', 'c']", "()", "(1,)", "range(3)", "[[1], []]"])
        a = self.of(self.list, depth - 1)
        return r.choice([
            lambda: "[" + ", ".join(self.expression(depth - 1) for _ in range(r.randrange(4))) + "]",
            lambda: "(" + ", ".join(self.expression(depth - 1) for _ in range(r.randrange(2, 4))) + ")",
            lambda: f"{a} + {self.of(self.list, depth - 1)}",
            lambda: f"({self.list(depth - 1)})[{self.slice(depth - 1)}]",
            lambda: f"({a})|{r.choice(['sort', 'sort(reverse=true)', 'sort(case_sensitive=true)', 'unique|list', 'reverse|list', 'list', 'batch(2)|list', 'batch(2, 0)|list', 'slice(2)|list', 'slice(3, ' + self.quote('-') + ')|list'])}",
            lambda: f"ds|{r.choice(['sort(attribute=' + self.quote('n') + ')', 'sort(attribute=' + self.quote('v,n') + ')', 'groupby(' + self.quote('v') + ')', 'unique(attribute=' + self.quote('v') + ')|list', 'max(attribute=' + self.quote('v') + ')', 'groupby(' + self.quote('n') + ', case_sensitive=true)', 'groupby(' + self.quote('w') + ', default=1)'])}",
            lambda: f"ds|map(attribute='{r.choice(['n', 'v', 'w', 'n.0', 'x.y'])}'{r.choice(['', ', default=0', ', default=none'])})|list",
            lambda: f"({a})|map({self.quote(r.choice(['upper', 'string', 'length', 'tojson', 'int', 'trim', 'default', 'nosuch', 'first']))})|list",
            lambda: f"({a})|map('default', {self.expression(0)}{r.choice(['', ', true'])})|list",
            lambda: f"({a})|{r.choice(['select', 'reject'])}({r.choice(['', self.quote('defined'), self.quote('odd'), self.quote('string'), self.quote('equalto') + ', 1', self.quote('in') + ', [1, 2]', self.quote('nosuch')])})|list",
            lambda: f"ds|{r.choice(['selectattr', 'rejectattr'])}({self.quote(r.choice(['v', 'w', 'n', 'x']))}{r.choice(['', ', ' + self.quote('defined'), ', ' + self.quote('gt') + ', 1', ', ' + self.quote('equalto') + ', 2', ', ' + self.quote('in') + ', [1, ' + self.quote('a') + ']'])})|list",
            lambda: f"m|{r.choice(['selectattr', 'rejectattr'])}('role', 'equalto', 'user')|list",
            lambda: f"({self.of(self.text, depth - 1)})|list",
            lambda: f"({self.of(self.text, depth - 1)}).{r.choice(['split', 'rsplit', 'splitlines'])}()",
            lambda: f"({self.of(self.dict, depth - 1)})|{r.choice(['dictsort', 'dictsort(true)', 'dictsort(by=' + self.quote('value') + ')', 'list', 'items|list', 'dictsort(reverse=true)'])}",
            lambda: f"({self.of(self.dict, depth - 1)}).{r.choice(['items', 'keys', 'values'])}(){r.choice(['', '|list'])}",
            lambda: f"range({r.choice(['3', '1, 4', '5, 0, -2', self.of(self.integer, 0), '0', '2, 2'])}){r.choice(['', '|list', '[1]', '[::-1]'])}",
            lambda: f"({a}) * {r.choice(['0', '1', '2'])}",
            lambda: f"({a} if {self.of(self.boolean, depth - 1)} else {self.of(self.list, depth - 1)})",
        ])()

    def dict(self, depth):
        r = self.r
        if depth <= 0 or self.chance(0.3):
            return r.choice(["d", "e", "{}", "{'a': 1, 'b': [2]}", "m[0]", "ds[0]", "dict(a=1)"])
        return r.choice([
            lambda: "{" + ", ".join(f"{r.choice([self.quote(r.choice(KEYS)), self.quote(r.choice(KEYS)), r.choice(NAMES[:9]), '1', 'none', '(1, 2)'])}: {self.expression(depth - 1)}" for _ in range(r.randrange(4))) + "}",
            lambda: f"dict({r.choice(['', 'd', '[[1, 2]]', '**d', 'd, '])}{r.choice(['', 'z=' + self.expression(depth - 1)])})".replace("d, )", "d)").replace("(dz", "(d, z").replace("]z=", "], z="),
            lambda: f"({self.of(self.dict, depth - 1)}).copy()",
            lambda: f"({self.of(self.dict, depth - 1)}).get({self.quote(r.choice(KEYS))}, {self.of(self.dict, depth - 1)})",
            lambda: f"({self.of(self.dict, depth - 1)} if {self.of(self.boolean, depth - 1)} else {self.of(self.dict, depth - 1)})",
            lambda: f"ds|{r.choice(['first', 'last'])}",
        ])()

    def macro_call(self, depth):
        if not self.macros or depth < 0:
            return "t"
        name, parameters = self.r.choice(self.macros)
        given = [self.expression(depth) for _ in range(self.r.randrange(parameters + 1))]
        if self.chance(0.2):
            given.append(f"{self.r.choice(['p0', 'p1', 'zz', 'caller'])}={self.expression(depth)}")
        if self.chance(0.1):
            given.append("*li")
        if self.chance(0.05):
            given.append("**d")
        return f"{name}({', '.join(given)})"

    # ---- statements ------------------------------------------------------------------------------------------------

    def template(self):
        source = self.body(self.r.choice([1, 2, 2, 3]))
        if self.chance(0.08):
            source = self.damage(source)
        return source

    def damage(self, source):
        """One character wrong."""
        i = self.r.randrange(len(source) + 1)
        return self.r.choice([
            lambda: source[:i] + source[i + 1:],
            lambda: source[:i] + self.r.choice("{}%#()[]'\"|.,:~-+*=ax0 \n\\") + source[i:],
            lambda: source[:i],
        ])()

    def body(self, depth):
        return "".join(self.statement(depth) for _ in range(self.r.choice([1, 1, 2, 3])))

    def tag(self, inside):
        open_ = self.r.choice(["{%"] * 6 + ["{%-"] * 4 + ["{%+"])
        close = self.r.choice(["%}"] * 6 + ["-%}"] * 4 + ["+%}"])
        space = self.r.choice([" ", " ", " ", "", "\n"])
        # A sign needs no space before it but an operator is not one, so the end is always apart.
        return f"{open_}{space or ' '}{inside} {close}"

    def statement(self, depth):
        r = self.r
        kinds = [self.data, self.data, self.output, self.output, self.output]
        if depth > 0:
            kinds += [self.if_, self.if_, self.for_, self.for_, self.set_, self.set_, self.namespace, self.set_block, self.macro, self.call,
                      self.filter_block, self.with_, self.comment, self.raw, self.generation, self.print_, self.recursion]
        if self.loops:
            kinds += [self.jump]
        return r.choice(kinds)(depth - 1)

    def data(self, _):
        return self.r.choice(["a", " ", "\n", "  \n", "x y", "\n\n", "  ", "é", "{", "}", "%}", "<|im_start|>", "\t", "#", "\r\n", "  text\n  ", "}}", "-"])

    def output(self, depth):
        open_, close = self.r.choice(["{{", "{{", "{{-", "{{+"] if self.chance(0.1) else ["{{", "{{", "{{-"]), self.r.choice(["}}", "}}", "-}}"])
        return f"{open_} {self.expression(max(depth, 2))} {close}"

    def print_(self, depth):
        return self.tag(f"print {self.expression(depth)}, {self.expression(depth)}")

    def if_(self, depth):
        out = self.tag(f"if {self.of(self.boolean, 2)}") + self.body(depth)
        for _ in range(self.r.choice([0, 0, 1, 2])):
            out += self.tag(f"elif {self.of(self.boolean, 2)}") + self.body(depth)
        if self.chance(0.5):
            out += self.tag("else") + self.body(depth)
        return out + self.tag("endif")

    def for_(self, depth):
        r = self.r
        target, items = r.choice([
            ("x", self.of(self.list, 2)), ("x", self.of(self.list, 2)), ("x", self.of(self.text, 1)), ("x", self.of(self.dict, 1)), ("y", "m"),
            ("x, y", f"({self.of(self.dict, 1)}).items()"), ("x, y", "d|dictsort"), ("x, y", "ds|groupby('v')"), ("(x, y)", "[[1, 2], (3, 4)]"),
            ("x", "l|map('string')"), ("x", "ds|selectattr('v')"), ("x, y", "l"), ("x", self.expression(1)),
        ])
        test = f" if {self.of(self.boolean, 1)}" if self.chance(0.2) else ""
        head = self.tag(f"for {target} in {items}{test}")
        self.loops += 1
        inner = self.body(depth)
        if self.chance(0.4):
            inner += "{{ loop." + r.choice(["index", "index0", "first", "last", "length", "revindex", "revindex0", "previtem", "nextitem", "depth", "changed(x)", "nosuch"]) + " }}"
        self.loops -= 1
        out = head + inner
        if self.chance(0.3):
            out += self.tag("else") + self.body(depth)
        return out + self.tag("endfor")

    def recursion(self, depth):
        inner = self.r.choice(["{{ x }}", "{{ loop.depth }}", "{{ loop.depth0 }}:{{ loop.index }}"])
        step = self.r.choice(["loop(x.c)", "loop(x['c'])", "loop(x) if x is iterable and x is not string and x is not mapping", "loop([])"])
        items = self.r.choice(["[{'c': [{'c': []}]}, {'c': []}]", "[1, [2, [3]], 4]", "ds"])
        return f"{{% for x in {items} recursive %}}{inner}{{{{ {step} }}}}{{% endfor %}}"

    def jump(self, _):
        out = self.tag(self.r.choice(["break", "continue"]))
        return out if self.chance(0.2) else self.tag(f"if {self.of(self.boolean, 1)}") + out + self.tag("endif")

    def set_(self, depth):
        r = self.r
        return self.tag(r.choice([
            lambda: f"set {r.choice(['x', 'y', 's', 'l', 'n', '_p'])} = {self.expression(2)}",
            lambda: f"set x, y = {r.choice(['1, 2', '(s, n)', 'l', self.expression(1) + ', ' + self.expression(1)])}",
            lambda: f"set x = {self.expression(1)} if {self.of(self.boolean, 1)}",
        ])())

    def namespace(self, depth):
        name = self.r.choice(["ns", "ns", "ns2"])
        return self.r.choice([
            lambda: self.tag(f"set {name} = namespace({self.r.choice(['', 'a=1', 'a=' + self.expression(1) + ', b=0', 'd', '_a=1'])})"),
            lambda: self.tag(f"set {name}.{self.r.choice(['a', 'b', 'c', '_h'])} = {self.expression(1)}"),
            lambda: f"{{{{ {name}.{self.r.choice(['a', 'b', 'c', '_h'])} }}}}",
            lambda: self.tag(f"set {name}.a = {name}.a + {self.expression(1)}"),
        ])()

    def set_block(self, depth):
        flt = self.r.choice(["", "", " | upper", " | trim | length", "|indent(2)"])
        return self.tag(f"set {self.r.choice(['x', 'y', 's'])}{flt}") + self.body(depth) + self.tag("endset")

    def macro(self, depth):
        name = self.r.choice(["f1", "f2", "f3"])
        parameters = self.r.randrange(3)
        first_default = self.r.randrange(parameters + 1)
        given = [f"p{i}" if i < first_default else f"p{i}={self.expression(1)}" for i in range(parameters)]
        saved, self.loops = self.loops, 0
        self.functions += 1
        inner = self.body(min(depth, 1)) + self.r.choice(["{{ p0 }}", "{{ p1 }}", "{{ varargs }}", "{{ kwargs }}", "{{ caller() }}", "{{ caller(1) if caller }}", "{{ x }}", ""])
        self.loops = saved
        # Known only from here on, so that no macro calls itself.
        out = self.tag(f"macro {name}({', '.join(given)})") + inner + self.tag("endmacro")
        self.macros = [each for each in self.macros if each[0] != name] + [(name, parameters)]
        return out

    def call(self, depth):
        saved, self.loops = self.loops, 0
        inner = self.body(min(depth, 1))
        self.loops = saved
        parameters = self.r.choice(["", "", "(x)", "(x, y=2)"])
        return self.tag(f"call{parameters} {self.macro_call(1) if self.macros else 'missing()'}") + inner + self.tag("endcall")

    def filter_block(self, depth):
        return self.tag(f"filter {self.r.choice(['upper', 'trim', 'title|trim', 'replace(' + self.quote('a') + ', ' + self.quote('b') + ')', 'indent', 'length', 'tojson'])}") + self.body(depth) + self.tag("endfilter")

    def with_(self, depth):
        return self.tag(f"with {self.r.choice(['', 'x = ' + self.expression(1), 'x = 1, y = x', 's = ' + self.expression(1)])}") + self.body(depth) + self.tag("endwith")

    def comment(self, _):
        return self.r.choice(["{# c #}", "{#- c -#}", "{# {{ x }} #}\n", "  {#+ c +#}\n", "{#-#}"])

    def raw(self, _):
        return self.r.choice(["{% raw %} {{ x }} {% endraw %}", "{%- raw -%}\n a {% b {%- endraw -%}\n", "{% raw %}\n{{%}\n{% endraw %}\n", "{%+ raw %}a{%+ endraw +%}\n"])

    def generation(self, depth):
        saved, self.loops = self.loops, 0
        inner = self.body(depth)
        self.loops = saved
        return self.tag("generation") + inner + self.tag("endgeneration")
