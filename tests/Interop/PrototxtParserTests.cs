using NeuralFramework.Interop;
using NUnit.Framework;

namespace NeuralFramework.Tests;

public class PrototxtParserTests
{
    private static PrototxtMessage Parse(string text) => PrototxtParser.Parse(text, "net.prototxt");

    [Test]
    public void Fields_messages_lists_and_comments_are_read()
    {
        var net = Parse("""
            # a comment
            name: "a" 'b' # behind
            dim: [1, 2, 3]; dim: 4,
            layer { type: ReLU, rate: -1.5e-3 deep < yes: true > }
            layer: { } layer [ { rate: 2f }, < > ]
            """);
        Assert.That(net.Text("name"), Is.EqualTo("ab"));
        Assert.That(net.All("dim").ConvertAll(dim => dim.AsInt()), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        var layers = net.All("layer").ConvertAll(layer => layer.AsMessage());
        Assert.That(layers, Has.Count.EqualTo(4));
        Assert.That(layers[0].One("type")!.AsWord(), Is.EqualTo("ReLU"));
        Assert.That(layers[0].Real("rate"), Is.EqualTo(-0.0015));
        Assert.That(layers[0].Message("deep")!.Flag("yes"), Is.True);
        Assert.That(layers[2].Real("rate"), Is.EqualTo(2));
    }

    [TestCase("0x1F", 31)]
    [TestCase("017", 15)]
    [TestCase("-12", -12)]
    [TestCase("0", 0)]
    public void Whole_numbers_are_written_as_in_C(string text, int value) =>
        Assert.That(Parse($"a: {text}").Whole("a"), Is.EqualTo(value));

    [TestCase("1.", 1)]
    [TestCase(".5", 0.5)]
    [TestCase("1e3", 1000)]
    [TestCase("-inf", double.NegativeInfinity)]
    public void Numbers_have_points_exponents_and_words(string text, double value) =>
        Assert.That(Parse($"a: {text}").Real("a"), Is.EqualTo(value));

    [TestCase("""a: "\n\t\\\"\101\x41é" """, "\n\t\\\"AA\u00e9")]
    [TestCase("""a: '\303\251\u00e9\U0001F600😀' """, "éé😀😀")]
    public void Text_has_escapes(string text, string value) => Assert.That(Parse(text).Text("a"), Is.EqualTo(value));

    [TestCase("a: 1\n  b 2", "net.prototxt:2:5: received '2', allowed: ':' or '{' behind the name 'b'")]
    [TestCase("a {\n b: 1", "net.prototxt:2:6: received the end of the file, allowed: the name of a field, or '}' to end "
        + "the message at net.prototxt:1:3")]
    [TestCase("a: \"x\n\"", "net.prototxt:1:4: received text without an end, allowed: a closing \" on the same line")]
    [TestCase("a: \"\\q\"", "net.prototxt:1:5: received the escape \\q, allowed: ")]
    [TestCase("a: \"\\777\"", "net.prototxt:1:5: received an escape without the number of a character, allowed: ")]
    [TestCase("a: $", "net.prototxt:1:4: received the character '$', allowed: ")]
    [TestCase("a: [1 2]", "net.prototxt:1:7: received '2', allowed: ',' or ']'")]
    [TestCase("}", "net.prototxt:1:1: received '}', allowed: the name of a field")]
    [TestCase("a < b: 1 }", "net.prototxt:1:10: received '}', allowed: the name of a field, or '>' to end")]
    public void A_mistake_is_told_with_line_and_column(string text, string message) =>
        Assert.That(() => Parse(text), Throws.TypeOf<ConfigException>().With.Message.StartsWith(message));

    [TestCase("a: x", "net.prototxt:1:4: field 'a': received x, allowed: a whole number")]
    [TestCase("a: 1.5", "net.prototxt:1:4: field 'a': received 1.5, allowed: a whole number")]
    [TestCase("a: 1 a: 2", "net.prototxt:1:9: received the field 'a' twice, allowed: once")]
    [TestCase("a { }", "net.prototxt:1:3: field 'a': received a message, allowed: a whole number")]
    [TestCase("a: 99999999999999999999", "net.prototxt:1:4: field 'a': received 99999999999999999999, allowed: a whole number")]
    public void A_value_of_the_wrong_kind_is_told_with_its_place(string text, string message) =>
        Assert.That(() => Parse(text).Whole("a"), Throws.TypeOf<ConfigException>().With.Message.EqualTo(message));

    [Test]
    public void Messages_a_hundred_deep_are_read_and_deeper_ones_refused()
    {
        static string Nested(int depth) =>
            string.Concat(Enumerable.Repeat("a{", depth)) + string.Concat(Enumerable.Repeat("}", depth));
        Assert.That(Parse(Nested(100)).Has("a"));
        Assert.That(() => Parse(Nested(100_000)), Throws.TypeOf<ConfigException>().With.Message.EqualTo(
            "net.prototxt:1:202: received messages 101 deep in each other, allowed: at most 100"));
    }

    [Test]
    public void Fields_that_nobody_read_are_known()
    {
        var net = Parse("a: 1 b { c: 2 d: 3 } e { f: 4 }");
        net.Whole("a");
        net.Message("b")!.Whole("c");
        Assert.That(net.Unread().Select(unread => unread.Path), Is.EqualTo(new[] { "b.d", "e" }));
    }

    [Test]
    public void A_missing_file_is_an_error() =>
        Assert.That(() => PrototxtParser.Load("/nowhere/net.prototxt"), Throws.TypeOf<ConfigException>()
            .With.Message.EqualTo("/nowhere/net.prototxt: no such file; allowed: a prototxt file"));
}
